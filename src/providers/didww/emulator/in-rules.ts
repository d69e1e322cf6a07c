import { isNested } from "../versions.ts";
import { type ErrorObject, invalid, Refusal, refusal } from "./answers.ts";
import { isObject, type Json, missing } from "./body.ts";
import { addressList, attempt, flag, Invalid, integer, nullable, oneOf, type Rule, refuseUnknown, text } from "./rules.ts";
import type { Call } from "./state.ts";

/** An attribute, its value where it is left out, and whether versions before 2026-04-16 lack it. */
type Attribute = [rule: Rule, initial: unknown, newer?: "newer"];

const anyText = nullable(optional(255));

/** Of the trunk itself. A name has no initial value. */
const outside: Record<string, Attribute> = {
  name: [text(255), undefined],
  description: [nullable(optional(1_000)), null],
  external_reference_id: [nullable(optional(100)), null, "newer"],
  priority: [integer(0, 65_535), 1],
  weight: [integer(0, 65_535), 65_535],
  capacity_limit: [nullable(integer(1, 32_767)), null],
  cli_format: [nullable(oneOf("raw", "e164", "local")), "e164"],
  cli_prefix: [nullable(pattern(/^\+?[A-Za-z0-9#]{0,6}$/)), null],
  ringing_timeout: [nullable(integer(1, 32)), null],
};

const sip: Record<string, Attribute> = {
  username: [nullable(pattern(/^[^\s@]*$/)), "{DID}"],
  host: [nullable(pattern(/^[^\s:/]+$|^[0-9a-f:]+$/i)), null],
  port: [nullable(integer(1, 65_535)), null],
  transport_protocol_id: [integer(1, 3), 1],
  network_protocol_priority: [oneOf("force_ipv4", "force_ipv6", "any", "prefer_ipv4", "prefer_ipv6"), "force_ipv4", "newer"],
  resolve_ruri: [flag, false],
  codec_ids: [ids([6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18, 19]), [9, 10, 8, 7, 6]],
  rx_dtmf_format_id: [integer(1, 3), 1],
  tx_dtmf_format_id: [integer(0, 4), 1],
  auth_enabled: [flag, false],
  auth_user: [anyText, null],
  auth_password: [anyText, null],
  auth_from_user: [anyText, null],
  auth_from_domain: [anyText, null],
  enabled_sip_registration: [flag, false, "newer"],
  use_did_in_ruri: [flag, false, "newer"],
  media_encryption_mode: [oneOf("disabled", "srtp_sdes", "srtp_dtls", "zrtp"), "disabled"],
  stir_shaken_mode: [oneOf("disabled", "original", "pai", "original_pai", "verstat"), "disabled"],
  allowed_rtp_ips: [nullable(atMostTen), null],
  sst_enabled: [flag, false],
  sst_min_timer: [nullable(integer(0, 86_400)), 600],
  sst_max_timer: [nullable(integer(0, 86_400)), 900],
  sst_session_expires: [nullable(integer(0, 86_400)), null],
  sst_refresh_method_id: [integer(1, 3), 1],
  sst_accept_501: [flag, true],
  sip_timer_b: [nullable(integer(1_000, 64_000)), 8_000],
  dns_srv_failover_timer: [nullable(integer(0, 64_000)), 2_000],
  rtp_ping: [flag, false],
  rtp_timeout: [nullable(integer(5, 600)), 30],
  force_symmetric_rtp: [flag, false],
  symmetric_rtp_ignore_rtcp: [flag, false],
  rerouting_disconnect_code_ids: [nullable(ids([...Array.from({ length: 53 }, (_, index) => 56 + index), 1505])), null],
  max_transfers: [integer(0, 8), 0],
  max_30x_redirects: [integer(0, 8), 0],
  diversion_relay_policy: [oneOf("none", "as_is", "sip", "tel"), "none", "newer"],
  diversion_inject_mode: [oneOf("none", "did_number"), "none", "newer"],
  cnam_lookup: [flag, false, "newer"],
};

const pstn: Record<string, Attribute> = { dst: [pattern(/^\d{1,15}$/), undefined] };

const kinds: Record<string, Record<string, Attribute>> = { sip_configurations: sip, pstn_configurations: pstn };

function namesOf(table: Record<string, Attribute>, version: string): string[] {
  return Object.keys(table).filter((name) => isNested(version) || table[name]?.[2] === undefined);
}

/** The attributes that a version shows. */
export function shownIn(values: Json, kind: string | undefined, version: string): Json {
  const table = kind === undefined ? outside : (kinds[kind] ?? {});
  return Object.fromEntries(namesOf(table, version).map((name) => [name, values[name]]));
}

export function readOutside({ configuration: _, ...given }: Json, version: string, kept: Json | undefined) {
  refuseUnknown(given, namesOf(outside, version));
  return read(outside, given, version, kept ?? initial(outside), "");
}

interface Kept {
  type: string;
  attributes: Json;
}

/** `kept`: the configuration that is changed, `merges`: what is not named stays. Else it takes its initial value. */
export function readConfiguration(
  given: unknown,
  version: string,
  kept: Kept | undefined,
  merges: boolean,
): Kept & { errors: ErrorObject[] } {
  if (given === undefined && kept) return { ...kept, errors: [] };
  if (!isObject(given)) throw missing("configuration");
  const { type } = given;
  const table = kinds[String(type)];
  if (!table) throw refusal(400, "101", "Invalid resource", `${String(type)} is not a valid configuration.`);
  if (kept && kept.type !== type) throw new Refusal(422, [invalid("configuration/type", "can't be changed")]);
  const sent = isObject(given["attributes"]) ? given["attributes"] : {};
  refuseUnknown(sent, namesOf(table, version));
  const { values, errors } = read(table, sent, version, merges && kept ? kept.attributes : initial(table), "configuration/");
  return { type: String(type), ...(table === sip ? checkSip(values, sent, errors) : { attributes: values, errors }) };
}

/** A host or a registration, and a login whole or not at all. */
function checkSip(values: Json, sent: Json, errors: ErrorObject[]): { attributes: Json; errors: ErrorObject[] } {
  const hasLogin = values["auth_enabled"] === true;
  const login = hasLogin ? {} : { auth_user: null, auth_password: null };
  return {
    attributes: { ...values, ...login },
    errors: [...errors, ...goalErrors(values), ...loginErrors(hasLogin ? values : sent, hasLogin)],
  };
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function goalErrors(values: Json): ErrorObject[] {
  const must = (name: string, blank: boolean) =>
    isBlank(values[name]) === blank ? [] : [invalid(`configuration/${name}`, blank ? "must be blank" : "can't be blank")];
  if (values["enabled_sip_registration"] === true) return [...must("host", true), ...must("port", true)];
  const user = values["use_did_in_ruri"] === true ? [invalid("configuration/use_did_in_ruri", "must be blank")] : [];
  return [...must("host", false), ...user];
}

function loginErrors(given: Json, wanted: boolean): ErrorObject[] {
  return ["auth_user", "auth_password"].flatMap((name) =>
    isBlank(given[name]) === wanted ? [invalid(`configuration/${name}`, wanted ? "can't be blank" : "must be blank")] : [],
  );
}

function read(
  table: Record<string, Attribute>,
  given: Json,
  version: string,
  start: Json,
  at: string,
): { values: Json; errors: ErrorObject[] } {
  const values = { ...start };
  const errors: ErrorObject[] = [];
  for (const name of namesOf(table, version)) {
    if (given[name] === undefined && values[name] !== undefined) continue;
    const result = attempt(() => table[name]?.[0](given[name], version));
    if ("problem" in result) errors.push(invalid(`${at}${name}`, result.problem));
    else values[name] = result.value;
  }
  return { values, errors };
}

function initial(table: Record<string, Attribute>): Json {
  return Object.fromEntries(Object.entries(table).flatMap(([name, [, value]]) => (value === undefined ? [] : [[name, value]])));
}

function optional(max: number): Rule {
  return (value) => {
    if (typeof value !== "string" || value.length > max) throw new Invalid(`is too long (maximum is ${max} characters)`);
    return value;
  };
}

function pattern(form: RegExp): Rule {
  return (value) => {
    if (typeof value !== "string" || !form.test(value)) throw new Invalid("is invalid");
    return value;
  };
}

function ids(known: readonly number[]): Rule {
  return (value) => {
    if (!Array.isArray(value) || !value.every((id) => known.includes(id))) throw new Invalid("is invalid");
    return value;
  };
}

function atMostTen(value: unknown): string[] {
  const list = addressList(value);
  if (list.length > 10) throw new Invalid("is too long (maximum is 10 items)");
  return list;
}

/** Trunks and groups share one space of names; trunks for calls out have their own. */
export function refuseTaken({ state }: Call, name: string, own: string): void {
  const others = [...state.inTrunks.values(), ...state.groups.values()].filter(({ id }) => id !== own);
  if (others.some(({ attributes }) => attributes.name === name)) throw new Refusal(422, [invalid("name", "has already been taken")]);
}
