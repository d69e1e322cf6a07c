import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { isNested } from "../versions.ts";
import { answer, invalid, notFound, Refusal } from "./answers.ts";
import { type Body, idOf, type Json, readBody, readChange } from "./body.ts";
import { readConfiguration, readOutside, refuseTaken } from "./in-rules.ts";
import { toGroup, toInResource } from "./in-view.ts";
import { POPS, toPop } from "./pops.ts";
import { includesOf, pageOf, rowsThrough } from "./query.ts";
import { refuseUnknown } from "./rules.ts";
import { type Call, type InTrunkEntry, newId } from "./state.ts";
import { pageLinks } from "./view.ts";

const TYPE = "voice_in_trunks";
const RELATED = ["voice_in_trunk_group", "pop"];

const filters = {
  name: ({ attributes }: InTrunkEntry) => attributes.name,
  "configuration.type": ({ configuration }: InTrunkEntry) => configuration.type,
};
const newerFilters = { ...filters, external_reference_id: ({ attributes }: InTrunkEntry) => attributes["external_reference_id"] };

export function listInTrunks(call: Call): EmulatorAnswer {
  const known = isNested(call.version) ? newerFilters : filters;
  const [found, page, include] = [
    rowsThrough([...call.state.inTrunks.values()], call, known),
    pageOf(call),
    includesOf(call, RELATED, TYPE),
  ];
  const trunks = found.slice((page.number - 1) * page.size, page.number * page.size);
  return answer(200, {
    data: trunks.flatMap(({ id }) => toInResource(call, id, include)),
    ...includedBy(trunks, call, include),
    meta: { total_records: found.length, api_version: call.version },
    links: pageLinks(call, page, found.length, TYPE),
  });
}

export function getInTrunk(call: Call, id: string): EmulatorAnswer {
  return document(200, call, trunkOf(call, id));
}

export function createInTrunk(call: Call): EmulatorAnswer {
  return document(201, call, build(call, readBody(call, TYPE), undefined));
}

export function updateInTrunk(call: Call, id: string): EmulatorAnswer {
  const kept = trunkOf(call, id);
  return document(200, call, build(call, readChange(call, TYPE, id), kept));
}

/** The numbers that went to it stay in the account, and go nowhere. */
export function deleteInTrunk(call: Call, id: string): EmulatorAnswer {
  trunkOf(call, id);
  call.state.inTrunks.delete(id);
  for (const did of call.state.dids.values()) if (did.trunk === id) did.trunk = null;
  return answer(204);
}

function build(call: Call, { attributes, relationships }: Body, kept: InTrunkEntry | undefined): InTrunkEntry {
  const { state, version, nowMs, merges } = call;
  const outside = readOutside(attributes, version, kept?.attributes);
  const { errors, ...configuration } = readConfiguration(attributes["configuration"], version, kept?.configuration, merges);
  const related = readRelated(call, relationships, kept);
  const all = [...outside.errors, ...errors, ...related.errors];
  if (all.length > 0) throw new Refusal(422, all);
  const trunk: InTrunkEntry = {
    id: kept?.id ?? newId(),
    created_at: kept?.created_at ?? new Date(nowMs).toISOString(),
    attributes: { ...outside.values, name: String(outside.values["name"]) },
    configuration,
    group: related.group,
    pop: related.pop,
  };
  refuseTaken(call, trunk.attributes.name, trunk.id);
  state.inTrunks.set(trunk.id, trunk);
  return trunk;
}

function readRelated({ state }: Call, relationships: Json, kept: InTrunkEntry | undefined) {
  refuseUnknown(relationships, RELATED);
  const one = (name: string, is: string | null | undefined) =>
    relationships[name] === undefined ? (is ?? null) : (idOf(relationships[name]) ?? null);
  const [group, pop] = [one("voice_in_trunk_group", kept?.group), one("pop", kept?.pop)];
  const errors = [
    ...(group !== null && !state.groups.has(group) ? [invalid("voice_in_trunk_group", "is invalid", "relationships" as const)] : []),
    ...(pop !== null && !(pop in POPS) ? [invalid("pop", "is invalid", "relationships" as const)] : []),
  ];
  return { group, pop, errors };
}

function document(status: number, call: Call, trunk: InTrunkEntry): EmulatorAnswer {
  const include = includesOf(call, RELATED, TYPE);
  const [data] = toInResource(call, trunk.id, include);
  return answer(status, { data, ...includedBy([trunk], call, include), meta: { api_version: call.version } });
}

function trunkOf({ state }: Call, id: string): InTrunkEntry {
  const trunk = state.inTrunks.get(id);
  if (!trunk) throw notFound(id);
  return trunk;
}

function includedBy(trunks: readonly InTrunkEntry[], call: Call, include: readonly string[]): { included?: unknown[] } {
  if (include.length === 0) return {};
  const ids = (name: string, of: (trunk: InTrunkEntry) => string | null) =>
    include.includes(name) ? [...new Set(trunks.map(of))].filter((id) => id !== null) : [];
  const groups = ids("voice_in_trunk_group", ({ group }) => group).flatMap((id) => toGroup(call, id, []));
  return { included: [...groups, ...ids("pop", ({ pop }) => pop).map(toPop)] };
}
