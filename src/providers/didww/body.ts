import { canonicalJson } from "../../core/canonical.ts";
import { TrunkError } from "../../core/errors.ts";
import { toCidr } from "../../rules/range.ts";
import type { TrunkFields } from "./fields.ts";
import type { TrunkRecord } from "./json.ts";
import { isNested, latestVersion, newerOnly } from "./versions.ts";

/** Refuses what an older version does not have, rather than dropping it in silence. */
export function refuseNewerFields(input: TrunkFields, version: string): void {
  if (isNested(version)) return;
  const field = newerOnly.find((name) => input[name] !== undefined);
  if (field === undefined) return;
  throw new TrunkError(
    "invalid_input",
    `${field} needs API version ${latestVersion}; this DIDWW account speaks ${version}. Nothing was sent.`,
    {
      field,
      hint: `Leave ${field} out, or ask the operator to set DIDWW_API_VERSION=${latestVersion}, which raises what the account speaks.`,
    },
  );
}

/** `attributes` and `relationships` of a write, in the shape of a version. `current`: the trunk that is changed. */
export function toBody(input: TrunkFields, version: string, current?: TrunkRecord): Record<string, unknown> {
  const { dids, allowed_sip_ips, tech_prefix, twilio_account_sid, ...rest } = input;
  const login = isNested(version) ? nestedLogin({ allowed_sip_ips, tech_prefix, twilio_account_sid }, current) : { allowed_sip_ips };
  return {
    attributes: { ...rest, ...emptied(rest), ...login },
    relationships: dids === undefined ? undefined : { dids: { data: dids.map((id) => ({ type: "dids", id })) } },
  };
}

/** Fields that the caller leaves empty: DIDWW wants null, and a list of media addresses may not be empty in its latest version. */
const emptiable = ["allowed_rtp_ips", "threshold_amount", "callback_url", "external_reference_id"] as const;

function emptied(input: TrunkFields): Record<string, null> {
  return Object.fromEntries(emptiable.filter((name) => input[name]?.length === 0).map((name) => [name, null]));
}

type Login = Pick<TrunkFields, "allowed_sip_ips" | "tech_prefix" | "twilio_account_sid">;

/** The method is replaced as a whole, so what the caller leaves alone is sent along. */
function nestedLogin(given: Login, current: TrunkRecord | undefined): Record<string, unknown> {
  const { allowed_sip_ips, tech_prefix, twilio_account_sid } = given;
  if (!changesLogin(given)) return {};
  if (twilio_account_sid !== undefined) return { authentication_method: { type: "twilio", attributes: { twilio_account_sid } } };
  const attributes = {
    allowed_sip_ips: allowed_sip_ips ?? current?.allowed_sip_ips ?? undefined,
    tech_prefix: tech_prefix ?? current?.tech_prefix ?? undefined,
  };
  return { authentication_method: { type: "credentials_and_ip", attributes } };
}

export function changesLogin(input: Login): boolean {
  return [input.allowed_sip_ips, input.tech_prefix, input.twilio_account_sid].some((value) => value !== undefined);
}

/** Whether a trunk has every value that a write sent, however the carrier writes it. */
export function hasValues(record: TrunkRecord, input: TrunkFields): boolean {
  const { dids, ...rest } = input;
  const names = Object.keys(rest) as (keyof typeof rest)[];
  const same = names.every((name) => rest[name] === undefined || normal(name, rest[name]) === normal(name, record[name]));
  if (dids !== undefined && record.did_ids === undefined) throw new Error("the answer does not say which DIDs the trunk has");
  return same && (dids === undefined || normal("dids", dids) === normal("dids", record.did_ids));
}

/** Whether a trunk's value and a wanted one mean the same. */
export function sameValue(name: string, value: unknown, other: unknown): boolean {
  return normal(name, value) === normal(name, other);
}

/** One text for one meaning: order of a list, notation of an address or amount, and the kind of nothing do not count. */
function normal(name: string, value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => (name.endsWith("_ips") ? toCidr(String(item)) : item)).sort();
    return canonicalJson(items.length > 0 ? items : null);
  }
  if (name === "threshold_amount" && typeof value === "string") return String(Number(value));
  return canonicalJson(value === "" ? null : (value ?? null));
}
