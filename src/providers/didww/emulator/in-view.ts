import { isNested } from "../versions.ts";
import { BASE } from "./base.ts";
import type { Json } from "./body.ts";
import { shownIn } from "./in-rules.ts";
import { type Call, type InTrunkEntry, registrationLogin } from "./state.ts";

const TRUNKS = "voice_in_trunks";
const GROUPS = "voice_in_trunk_groups";
export const OTHERS = ["did_group", "order", "capacity_pool", "shared_capacity_group", "address_verification"];
export const NEWER = ["emergency_calling_service", "emergency_verification", "identity"];

interface ToOne {
  type: string;
  id: string | null;
}

/** Relationships as recorded: the identifier of one stands there only where it was asked for. */
function relationshipsOf(resource: string, ones: Record<string, ToOne>, include: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(ones).map(([name, { type, id }]) => {
      const links = { self: `${BASE}/${resource}/relationships/${name}`, related: `${BASE}/${resource}/${name}` };
      return [name, include.includes(name) ? { links, data: id === null ? null : { type, id } } : { links }];
    }),
  );
}

/** None where it is not known. */
export function toInResource(call: Call, id: string, include: readonly string[]): Record<string, unknown>[] {
  const trunk = call.state.inTrunks.get(id);
  if (!trunk) return [];
  const { configuration, attributes, group, pop, created_at } = trunk;
  const related = { voice_in_trunk_group: { type: "voice_in_trunk_groups", id: group }, pop: { type: "pops", id: pop } };
  return [
    {
      id,
      type: TRUNKS,
      attributes: {
        ...shownIn(attributes, undefined, call.version),
        created_at,
        configuration: {
          type: configuration.type,
          attributes: { ...shownIn(configuration.attributes, configuration.type, call.version), ...registered(trunk, call) },
        },
      },
      relationships: relationshipsOf(`${TRUNKS}/${id}`, related, include),
    },
  ];
}

/** The login that DIDWW makes for a registration, in clear as everywhere. */
function registered({ id, configuration }: InTrunkEntry, { version }: Call): Json {
  if (configuration.type !== "sip_configurations" || !isNested(version)) return {};
  const isOn = configuration.attributes["enabled_sip_registration"] === true;
  const login = registrationLogin(id, 0);
  return { incoming_auth_username: isOn ? login.username : null, incoming_auth_password: isOn ? login.password : null };
}

export function membersOf({ state }: Call, id: string): string[] {
  return [...state.inTrunks.values()].filter(({ group }) => group === id).map((trunk) => trunk.id);
}

/** None where it is not known. */
export function toGroup(call: Call, id: string, include: readonly string[]): Record<string, unknown>[] {
  const group = call.state.groups.get(id);
  if (!group) return [];
  const { external_reference_id, ...older } = group.attributes;
  const members = membersOf(call, id);
  const links = { self: `${BASE}/${GROUPS}/${id}/relationships/voice_in_trunks`, related: `${BASE}/${GROUPS}/${id}/voice_in_trunks` };
  const data = members.map((member) => ({ type: "voice_in_trunks", id: member }));
  return [
    {
      id,
      type: GROUPS,
      attributes: { ...older, ...(isNested(call.version) ? { external_reference_id } : {}), created_at: group.created_at },
      relationships: { voice_in_trunks: include.includes("voice_in_trunks") ? { links, data } : { links } },
      meta: { trunks_count: members.length },
    },
  ];
}

export function toDid(id: string, { state, version }: Call, include: readonly string[]): Record<string, unknown> {
  const did = state.dids.get(id);
  const none = Object.fromEntries([...OTHERS, ...(isNested(version) ? NEWER : [])].map((name) => [name, { type: `${name}s`, id: null }]));
  const routes = {
    voice_in_trunk: { type: "voice_in_trunks", id: did?.trunk ?? null },
    voice_in_trunk_group: { type: "voice_in_trunk_groups", id: did?.group ?? null },
  };
  return {
    id,
    type: "dids",
    attributes: {
      blocked: did?.blocked ?? false,
      capacity_limit: did?.capacity_limit ?? null,
      description: did?.description ?? null,
      terminated: did?.terminated ?? false,
      awaiting_registration: did?.awaiting_registration ?? false,
      created_at: "2020-10-19T11:39:37.042Z",
      billing_cycles_count: did?.billing_cycles_count ?? null,
      number: did?.number,
      expires_at: null,
      channels_included_count: 0,
      dedicated_channels_count: 0,
      ...(isNested(version) ? { emergency_enabled: false } : {}),
    },
    relationships: relationshipsOf(`dids/${id}`, { ...none, ...routes }, include),
  };
}
