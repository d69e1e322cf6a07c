import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { isNested } from "../versions.ts";
import { answer, type ErrorObject, invalid, notFound, Refusal } from "./answers.ts";
import { type Body, idsOf, isObject, type Json, readBody, readChange } from "./body.ts";
import { refuseTaken } from "./in-rules.ts";
import { membersOf, toGroup, toInResource } from "./in-view.ts";
import { includesOf, pageOf, rowsThrough } from "./query.ts";
import { attempt, integer, nullable, type Rule, refuseUnknown, text } from "./rules.ts";
import { type Call, type GroupEntry, newId } from "./state.ts";
import { pageLinks } from "./view.ts";

const TYPE = "voice_in_trunk_groups";

/** By name they cannot be found. */
const filters = { external_reference_id: ({ attributes }: GroupEntry) => attributes["external_reference_id"] };

export function listGroups(call: Call): EmulatorAnswer {
  const [found, page] = [rowsThrough([...call.state.groups.values()], call, isNested(call.version) ? filters : {}), pageOf(call)];
  const include = includesOf(call, ["voice_in_trunks"], TYPE);
  const groups = found.slice((page.number - 1) * page.size, page.number * page.size);
  return answer(200, {
    data: groups.flatMap(({ id }) => toGroup(call, id, include)),
    ...includedBy(groups, call, include),
    meta: { total_records: found.length, api_version: call.version },
    links: pageLinks(call, page, found.length, TYPE),
  });
}

export function getGroup(call: Call, id: string): EmulatorAnswer {
  return document(200, call, groupOf(call, id));
}

export function createGroup(call: Call): EmulatorAnswer {
  return document(201, call, build(call, readBody(call, TYPE), undefined));
}

export function updateGroup(call: Call, id: string): EmulatorAnswer {
  const kept = groupOf(call, id);
  return document(200, call, build(call, readChange(call, TYPE, id), kept));
}

/** Its trunks stay, without a group; the numbers that went to it go nowhere. */
export function deleteGroup(call: Call, id: string): EmulatorAnswer {
  groupOf(call, id);
  call.state.groups.delete(id);
  for (const trunk of call.state.inTrunks.values()) if (trunk.group === id) trunk.group = null;
  for (const did of call.state.dids.values()) if (did.group === id) did.group = null;
  return answer(204);
}

const rules: Record<string, Rule> = {
  name: text(255),
  capacity_limit: nullable(integer(1, 32_767)),
  external_reference_id: nullable(text(100)),
};

function build(call: Call, { attributes: given, relationships }: Body, kept: GroupEntry | undefined): GroupEntry {
  const attributes = readAttributes(call, given, kept);
  refuseUnknown(relationships, ["voice_in_trunks"]);
  const id = kept?.id ?? newId();
  const group: GroupEntry = { id, created_at: kept?.created_at ?? new Date(call.nowMs).toISOString(), attributes };
  refuseTaken(call, attributes.name, id);
  if (isObject(relationships["voice_in_trunks"])) setMembers(call, id, idsOf(relationships["voice_in_trunks"]));
  call.state.groups.set(id, group);
  return group;
}

function readAttributes({ version }: Call, given: Json, kept: GroupEntry | undefined): GroupEntry["attributes"] {
  refuseUnknown(given, ["name", "capacity_limit", ...(isNested(version) ? ["external_reference_id"] : [])]);
  const values: Json = { ...(kept?.attributes ?? { capacity_limit: null, external_reference_id: null }) };
  const errors: ErrorObject[] = [];
  for (const [name, rule] of Object.entries(rules)) {
    if (given[name] === undefined && values[name] !== undefined) continue;
    const result = attempt(() => rule(given[name], version));
    if ("problem" in result) errors.push(invalid(name, result.problem));
    else values[name] = result.value;
  }
  if (errors.length > 0) throw new Refusal(422, errors);
  return { ...values, name: String(values["name"]) };
}

/** The whole membership is replaced, and a trunk that was in another group is taken out of that. */
function setMembers({ state }: Call, id: string, members: readonly string[]): void {
  if (members.some((member) => !state.inTrunks.has(member)))
    throw new Refusal(422, [invalid("voice_in_trunks", "is invalid", "relationships")]);
  for (const trunk of state.inTrunks.values()) {
    if (members.includes(trunk.id)) trunk.group = id;
    else if (trunk.group === id) trunk.group = null;
  }
}

function document(status: number, call: Call, group: GroupEntry): EmulatorAnswer {
  const include = includesOf(call, ["voice_in_trunks"], TYPE);
  const [data] = toGroup(call, group.id, include);
  return answer(status, { data, ...includedBy([group], call, include), meta: { api_version: call.version } });
}

function groupOf({ state }: Call, id: string): GroupEntry {
  const group = state.groups.get(id);
  if (!group) throw notFound(id);
  return group;
}

function includedBy(groups: readonly GroupEntry[], call: Call, include: readonly string[]): { included?: unknown[] } {
  if (include.length === 0) return {};
  return { included: groups.flatMap(({ id }) => membersOf(call, id)).flatMap((id) => toInResource(call, id, [])) };
}
