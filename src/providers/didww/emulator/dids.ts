import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { isNested } from "../versions.ts";
import { answer, invalid, notFound, Refusal } from "./answers.ts";
import { idOf, type Json, readChange } from "./body.ts";
import { NEWER, OTHERS, toDid, toGroup, toInResource } from "./in-view.ts";
import { includesOf, pageOf, rowsThrough } from "./query.ts";
import { refuseUnknown } from "./rules.ts";
import type { Call, DidEntry } from "./state.ts";
import { pageLinks } from "./view.ts";

type Row = [id: string, did: DidEntry];

/** Of the filters that the service has for numbers, those by which a route is found. */
const filters: Record<string, (row: Row) => unknown> = {
  number: ([, did]) => did.number,
  description: ([, did]) => did.description,
  blocked: ([, did]) => did.blocked,
  awaiting_registration: ([, did]) => did.awaiting_registration,
  terminated: ([, did]) => did.terminated,
  "voice_in_trunk.id": ([, did]) => did.trunk,
  "voice_in_trunk_group.id": ([, did]) => did.group,
};

const ROUTES = ["voice_in_trunk", "voice_in_trunk_group"] as const;

function includesOfDids(call: Call): string[] {
  return includesOf(call, [...ROUTES, ...OTHERS, ...(isNested(call.version) ? NEWER : [])], "dids");
}

export function listDids(call: Call): EmulatorAnswer {
  const [found, page, include] = [rowsThrough([...call.state.dids], call, filters), pageOf(call), includesOfDids(call)];
  const rows = found.slice((page.number - 1) * page.size, page.number * page.size);
  return answer(200, {
    data: rows.map(([id]) => toDid(id, call, include)),
    ...includedBy(
      rows.map(([, did]) => did),
      call,
      include,
    ),
    meta: { total_records: found.length, api_version: call.version },
    links: pageLinks(call, page, found.length, "dids"),
  });
}

export function getDid(call: Call, id: string): EmulatorAnswer {
  return document(call, id, didOf(call, id), includesOfDids(call));
}

/** Numbers are bought and ended elsewhere, so there is no other write of them. */
export function updateDid(call: Call, id: string): EmulatorAnswer {
  const did = didOf(call, id);
  const { attributes, relationships } = readChange(call, "dids", id);
  const include = includesOfDids(call);
  refuseUnknown(attributes, ["capacity_limit", "description", "terminated", "billing_cycles_count", "dedicated_channels_count"]);
  refuseUnknown(relationships, [...ROUTES, "capacity_pool", "shared_capacity_group", "address_verification", ...NEWER]);
  const changed = { ...did, ...changedAttributes(did, attributes), ...routeOf(call, did, relationships) };
  call.state.dids.set(id, changed);
  // The one that was set is shown even unasked, as recorded; the one that was emptied is not.
  const set = ROUTES.filter((name) => idOf(relationships[name]) !== undefined);
  return document(call, id, changed, [...new Set([...include, ...set])]);
}

function changedAttributes(
  did: DidEntry,
  { description, capacity_limit: capacity, terminated, billing_cycles_count: cycles }: Json,
): Partial<DidEntry> {
  if (typeof capacity === "number" && capacity > 32_767)
    throw new Refusal(422, [invalid("capacity_limit", "must be less than or equal to 32767")]);
  return {
    ...(description === undefined ? {} : { description: description === null ? null : String(description) }),
    ...(capacity === undefined ? {} : { capacity_limit: capacity as number | null }),
    ...(cycles === undefined ? {} : { billing_cycles_count: cycles as number | null }),
    ...(terminated === undefined
      ? {}
      : {
          terminated: terminated === true,
          blocked: terminated === true || did.awaiting_registration,
          billing_cycles_count: terminated === true ? 0 : null,
        }),
  };
}

/** A number goes to a trunk or to a group: what is set ends the other. */
function routeOf({ state }: Call, did: DidEntry, relationships: Json): Pick<DidEntry, "trunk" | "group"> {
  const [trunk, group] = ROUTES.map((name) => idOf(relationships[name]));
  if (trunk !== undefined && !state.inTrunks.has(trunk)) throw unknownTarget("voice_in_trunk_id", "trunk_id");
  if (group !== undefined && !state.groups.has(group)) throw unknownTarget("voice_in_trunk_group_id", "trunk_group_id");
  if (trunk !== undefined) return { trunk, group: null };
  if (group !== undefined) return { trunk: null, group };
  return {
    trunk: relationships["voice_in_trunk"] === undefined ? did.trunk : null,
    group: relationships["voice_in_trunk_group"] === undefined ? did.group : null,
  };
}

function unknownTarget(field: string, name: string): Refusal {
  return new Refusal(422, [{ ...invalid(field, "should exist"), detail: `${name} - is invalid` }]);
}

function document(call: Call, id: string, did: DidEntry, include: readonly string[]): EmulatorAnswer {
  return answer(200, { data: toDid(id, call, include), ...includedBy([did], call, include), meta: { api_version: call.version } });
}

function didOf({ state }: Call, id: string): DidEntry {
  const did = state.dids.get(id);
  if (!did) throw notFound(id);
  return did;
}

function includedBy(dids: readonly DidEntry[], call: Call, include: readonly string[]): { included?: unknown[] } {
  if (include.length === 0) return {};
  const ids = (name: string, of: (did: DidEntry) => string | null) =>
    include.includes(name) ? [...new Set(dids.map(of))].filter((id) => id !== null) : [];
  return {
    included: [
      ...ids("voice_in_trunk", ({ trunk }) => trunk).flatMap((id) => toInResource(call, id, [])),
      ...ids("voice_in_trunk_group", ({ group }) => group).flatMap((id) => toGroup(call, id, [])),
    ],
  };
}
