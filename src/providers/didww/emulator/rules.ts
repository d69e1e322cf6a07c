import { isIP } from "node:net";
import { toCidr } from "../../../rules/range.ts";
import { isNested } from "../versions.ts";
import { type ErrorObject, invalid, Refusal, refusal } from "./answers.ts";

/** Why a value is refused, in the words that follow the attribute's name. */
export class Invalid extends Error {}

/** The value as it is kept. Throws Invalid. */
export type Rule = (value: unknown, version: string) => unknown;

interface Attribute {
  rule: Rule;
  /** The value of a trunk that was created without it; absent where it must be given. */
  initial?: unknown;
  /** Absent from versions before 2026-04-16. */
  newer?: true;
}

/** Every attribute but those of authentication. */
const attributes: Record<string, Attribute> = {
  name: { rule: text(255) },
  on_cli_mismatch_action: { rule: oneOf("send_original_cli", "reject_call", "replace_cli", "randomize_cli") },
  allowed_rtp_ips: { rule: nullable(addressList), initial: null },
  allow_any_did_as_cli: { rule: flag, initial: false },
  status: { rule: oneOf("active", "blocked"), initial: "active" },
  capacity_limit: { rule: nullable(integer(0, 32_767)), initial: null },
  threshold_amount: { rule: amount, initial: "3000.0" },
  media_encryption_mode: { rule: oneOf("disabled", "srtp_sdes", "srtp_dtls", "zrtp"), initial: "disabled" },
  default_dst_action: { rule: oneOf("allow_all", "reject_all"), initial: "allow_all" },
  dst_prefixes: { rule: prefixes, initial: [] },
  force_symmetric_rtp: { rule: flag, initial: false },
  rtp_ping: { rule: flag, initial: false },
  callback_url: { rule: nullable(httpUrl), initial: null },
  external_reference_id: { rule: nullable(text(100)), initial: null, newer: true },
  emergency_enable_all: { rule: flag, initial: false, newer: true },
  rtp_timeout: { rule: integer(30, 600), initial: 30, newer: true },
};

export function attributesOf(version: string): string[] {
  return Object.keys(attributes).filter((name) => isNested(version) || !attributes[name]?.newer);
}

/** Values as they are kept, beginning with `kept`; a create keeps nothing yet and needs what is mandatory. */
export function checkAttributes(
  given: Record<string, unknown>,
  version: string,
  kept: Record<string, unknown> | undefined,
): { values: Record<string, unknown>; errors: ErrorObject[] } {
  const values: Record<string, unknown> = { ...(kept ?? initialValues()) };
  const errors: ErrorObject[] = [];
  for (const name of attributesOf(version)) {
    const value = given[name];
    if (value === undefined && values[name] !== undefined) continue;
    const result = attempt(() => attributes[name]?.rule(value, version));
    if ("problem" in result) errors.push(invalid(name, result.problem));
    else values[name] = result.value;
  }
  return { values, errors };
}

function initialValues(): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).flatMap(([name, { initial }]) => (initial === undefined ? [] : [[name, initial]])));
}

export function attempt<T>(run: () => T): { value: T } | { problem: string } {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof Invalid) return { problem: error.message };
    throw error;
  }
}

export function refuseUnknown(given: Record<string, unknown>, known: readonly string[]): void {
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const [first] = unknown.map((name) => refusal(400, "105", "Param not allowed", `${name} is not allowed.`));
  throw first ?? new Refusal(400, []);
}

const BLANK = "can't be blank";

export function text(max: number): Rule {
  return (value) => {
    if (typeof value !== "string" || value.trim() === "") throw new Invalid(BLANK);
    if (value.length > max) throw new Invalid(`is too long (maximum is ${max} characters)`);
    return value;
  };
}

export function oneOf(...values: string[]): Rule {
  return (value) => {
    if (value === undefined || value === null || value === "") throw new Invalid(BLANK);
    if (!values.includes(String(value))) throw new Invalid("is not included in the list");
    return value;
  };
}

export function nullable(rule: Rule): Rule {
  return (value, version) => (value === null ? null : rule(value, version));
}

export function flag(value: unknown): unknown {
  if (typeof value !== "boolean") throw new Invalid("is not included in the list");
  return value;
}

export function integer(min: number, max: number): Rule {
  return (value) => {
    if (!Number.isInteger(value)) throw new Invalid("is not a number");
    if (Number(value) < min) throw new Invalid(`must be greater than or equal to ${min}`);
    if (Number(value) > max) throw new Invalid(`must be less than or equal to ${max}`);
    return value;
  };
}

/** The 2021-12-15 document lets it be null, the OpenAPI of 2026-04-16 does not. */
function amount(value: unknown, version: string): unknown {
  if (value === null && !isNested(version)) return null;
  if (typeof value !== "string" || !/^\d+(\.\d+)?$/.test(value)) throw new Invalid("is not a number");
  if (Number(value) > 100_000) throw new Invalid("must be less than or equal to 100000");
  return Number.isInteger(Number(value)) ? `${Number(value)}.0` : String(Number(value));
}

function prefixes(value: unknown): unknown {
  if (value === null) return [];
  const list = Array.isArray(value) ? value : undefined;
  if (!list?.every((item) => typeof item === "string" && /^\d+$/.test(item))) throw new Invalid("is invalid");
  return list;
}

function httpUrl(value: unknown): unknown {
  if (typeof value !== "string" || !/^https?:\/\//i.test(value) || !URL.canParse(value)) throw new Invalid("is invalid");
  return value;
}

/** As many as the user's document allows; private ones too, since its own example has them. */
export function addressList(value: unknown): string[] {
  if (!Array.isArray(value)) throw new Invalid(BLANK);
  if (value.length > 60) throw new Invalid("is too long (maximum is 60 items)");
  if (!value.every(isEntry)) throw new Invalid("is invalid");
  return value.map(toCidr);
}

function isEntry(value: unknown): value is string {
  if (typeof value !== "string") return false;
  const [address = "", bits, ...rest] = value.split("/");
  const widest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return widest > 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= widest));
}

export function techPrefix(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string" || !/^[\d#]{0,8}$/.test(value)) throw new Invalid("is invalid");
  return value;
}

export function accountSid(value: unknown): string {
  if (typeof value !== "string" || value === "") throw new Invalid(BLANK);
  if (!/^AC[0-9a-f]{32}$/i.test(value)) throw new Invalid("is invalid");
  return value;
}
