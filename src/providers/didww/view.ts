import { type Credential, type PhoneNumber, suspicion, type Trunk, type TrunkDetail } from "../../core/carrier/trunk.ts";
import { Secret } from "../../core/secret.ts";
import { toRange } from "../../rules/range.ts";
import type { TrunkRecord } from "./json.ts";
import type { FoundTrunk } from "./reads.ts";

function toTrunk(record: TrunkRecord): Trunk {
  return {
    provider: "didww",
    trunk_id: record.id,
    trunk_name: record.name,
    ...suspicion(record.name, record.name.length > 255),
    ...(record.status == null ? {} : { status: record.status }),
    auth_type: record.auth_type,
    ...(record.created_at == null ? {} : { created_at: record.created_at }),
  };
}

/** Shown under DIDWW's own names; what is not in this list stays inside. */
const shown = [
  "capacity_limit",
  "threshold_amount",
  "threshold_reached",
  "spent_amount",
  "default_dst_action",
  "dst_prefixes",
  "on_cli_mismatch_action",
  "allow_any_did_as_cli",
  "media_encryption_mode",
  "allowed_rtp_ips",
  "force_symmetric_rtp",
  "rtp_ping",
  "rtp_timeout",
  "callback_url",
  "emergency_enable_all",
  "external_reference_id",
  "tech_prefix",
  "twilio_account_sid",
] as const satisfies (keyof TrunkRecord)[];

/** Everything but the login. `version`: what the account spoke when it told. */
export function toDetail({ record, included }: FoundTrunk, version: string): TrunkDetail {
  const attributes = shown.flatMap((name) => (record[name] === undefined ? [] : [[name, record[name]] as const]));
  return {
    ...toTrunk(record),
    // A list of none may come without anything included.
    ...(record.did_ids && (included || record.did_ids.length === 0)
      ? { phone_numbers: toPhoneNumbers(record.did_ids, included ?? []) }
      : {}),
    ...(record.allowed_sip_ips == null ? {} : { whitelisted_ips: record.allowed_sip_ips.map(toRange) }),
    attributes: { direction: "outbound", ...Object.fromEntries(attributes), api_version: version },
  };
}

/** The generated login; a trunk that authenticates otherwise has none. */
export function toCredential(record: TrunkRecord): Credential | undefined {
  if (record.username == null || record.password == null) return undefined;
  return { user_name: record.username, password: new Secret(record.password, `didww/${record.id}/sip`) };
}

function toPhoneNumbers(ids: string[], included: NonNullable<FoundTrunk["included"]>): PhoneNumber[] {
  const dids = new Map(included.filter(({ type }) => type === "dids").map((did) => [did.id, did.attributes]));
  return ids.flatMap((id) => {
    const did = dids.get(id);
    if (did?.number == null) return [];
    // DIDWW writes E.164 without the plus sign.
    const number = { phone_number_id: id, phone_number: `+${did.number}` };
    return did.created_at == null ? [number] : [{ ...number, created_at: did.created_at }];
  });
}

/** DIDWW's ids; a name of this form would be taken for one. */
export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value);
}
