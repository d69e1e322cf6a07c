import type { Attributes } from "../../../core/carrier/attributes.ts";
import { type Credential, type PhoneNumber, suspicion, type TrunkDetail } from "../../../core/carrier/trunk.ts";
import { given } from "../../../core/given.ts";
import { Secret } from "../../../core/secret.ts";
import { type ShownDid, transports } from "./fields.ts";
import type { DidRecord, InTrunkRecord, Names } from "./json.ts";

export const REGISTRAR = "sip.didww.com";

/** A number's calls come over this trunk, by itself or with the others of its group. */
export const modes = { own: "inbound", group: "inbound_by_group" } as const;

/** The common view of a trunk for calls in. `version`: what the account spoke when it told. */
export function toInDetail(record: InTrunkRecord, names: Names, version: string, dids?: readonly DidRecord[]): TrunkDetail {
  const { configuration: sip } = record;
  const destination = destinationOf(record);
  return {
    provider: "didww",
    trunk_id: record.id,
    trunk_name: record.name,
    ...suspicion(record.name, record.name.length > 255),
    ...domainOf(record),
    auth_type: sip.enabled_sip_registration ? "registration" : sip.auth_enabled ? "credentials" : "none",
    ...(record.created_at == null ? {} : { created_at: record.created_at }),
    ...(dids ? { phone_numbers: toNumbers(dids, record.id) } : {}),
    directions: ["inbound"],
    ...(destination === undefined ? {} : { destination_uris: [{ destination }] }),
    credentials: [toInCredential(record)].filter((login) => login !== undefined),
    attributes: { ...attributesOf(record, names), api_version: version },
  };
}

function domainOf({ configuration: { host, enabled_sip_registration } }: InTrunkRecord): Pick<TrunkDetail, "domain_name"> {
  const domain = enabled_sip_registration ? REGISTRAR : host;
  return domain == null || domain === "" ? {} : { domain_name: domain };
}

function transportOf({ transport_protocol_id: id }: InTrunkRecord["configuration"]): (typeof transports)[number] {
  return transports[(id ?? 1) - 1] ?? "udp";
}

/** Without a port its calls follow SRV records. */
function destinationOf({ configuration: sip }: InTrunkRecord): string | undefined {
  if (sip.host == null || sip.host === "" || sip.enabled_sip_registration) return undefined;
  const host = sip.host.includes(":") ? `[${sip.host}]` : sip.host;
  return `${host}${sip.port == null ? "" : `:${sip.port}`};transport=${transportOf(sip)}`;
}

/** The login with which DIDWW answers the host, or the one with which a PBX registers. */
export function toInCredential({ id, configuration: sip }: InTrunkRecord): Credential | undefined {
  const own = sip.enabled_sip_registration
    ? { user: sip.incoming_auth_username, password: sip.incoming_auth_password, use: "the PBX registers with it" }
    : {
        user: sip.auth_enabled ? sip.auth_user : undefined,
        password: sip.auth_password,
        use: "DIDWW answers the host's challenge with it",
      };
  if (own.user == null) return undefined;
  return { user_name: own.user, use: own.use, ...(own.password == null ? {} : { password: new Secret(own.password, `didww/${id}/sip`) }) };
}

const SHOWN = ["username", "media_encryption_mode", "resolve_ruri", "stir_shaken_mode", "allowed_rtp_ips", "host", "port"] as const;
const OUTSIDE = ["cli_format", "cli_prefix", "ringing_timeout", "priority", "weight", "capacity_limit", "external_reference_id"] as const;

function attributesOf(record: InTrunkRecord, names: Names): Attributes {
  const { configuration: sip, group_id, pop_id, description } = record;
  const isSip = record.kind === "sip_configurations";
  const fields = {
    ...Object.fromEntries([...OUTSIDE].map((name) => [name, record[name]])),
    description: description || undefined,
    ...(isSip ? Object.fromEntries(SHOWN.map((name) => [name, sip[name]])) : { dst: sip.dst }),
    codec_ids: sip.codec_ids?.map(String),
    voice_in_trunk_group_id: group_id,
    voice_in_trunk_group: group_id && names.get(group_id),
    pop_id,
    pop: pop_id && names.get(pop_id),
    enabled_sip_registration: sip.enabled_sip_registration || undefined,
    ...(isSip ? { transport: transportOf(sip) } : {}),
  };
  const known = Object.entries(fields).filter(
    (entry): entry is [string, NonNullable<(typeof entry)[1]>] => entry[1] != null && entry[1] !== "",
  );
  return { direction: "inbound", kind: isSip ? "sip" : "pstn", ...Object.fromEntries(known) };
}

export function toNumbers(dids: readonly DidRecord[], trunkId: string): PhoneNumber[] {
  return dids.map(({ id, number, trunk_id }) => ({
    phone_number_id: id,
    phone_number: number,
    mode: trunk_id === trunkId ? modes.own : modes.group,
  }));
}

export function isInbound({ attributes }: Pick<TrunkDetail, "attributes">): boolean {
  return attributes?.["direction"] === "inbound";
}

/** Why no call reaches a number, however it is routed. */
export function whySilent({ terminated, awaiting_registration, blocked }: DidRecord): string | undefined {
  if (terminated) return "it is terminated";
  if (awaiting_registration) return "it waits for its registration";
  return blocked ? "DIDWW blocks it" : undefined;
}

/** A flag stands there only where it is set. */
export function toShownDid(did: DidRecord, names: Names): ShownDid {
  const { trunk_id, group_id } = did;
  return {
    phone_number: did.number,
    phone_number_id: did.id,
    ...given({
      trunk_id,
      trunk_name: trunk_id && names.get(trunk_id),
      voice_in_trunk_group_id: group_id,
      voice_in_trunk_group: group_id && names.get(group_id),
      blocked: did.blocked || undefined,
      awaiting_registration: did.awaiting_registration || undefined,
      terminated: did.terminated || undefined,
      capacity_limit: did.capacity_limit ?? undefined,
    }),
  };
}
