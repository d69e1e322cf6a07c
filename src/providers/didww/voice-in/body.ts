import { canonicalJson } from "../../../core/canonical.ts";
import { TrunkError } from "../../../core/errors.ts";
import { toCidr } from "../../../rules/range.ts";
import { isNested, latestVersion } from "../versions.ts";
import { type InFields, newerInFields, transports } from "./fields.ts";
import type { Configuration, InTrunkRecord } from "./json.ts";

/** Refuses what an older version does not have, rather than dropping it in silence. */
export function refuseNewerInFields(input: InFields, version: string): void {
  const field = isNested(version) ? undefined : newerInFields.find((name) => input[name] !== undefined);
  if (field === undefined) return;
  throw new TrunkError(
    "invalid_input",
    `${field} needs API version ${latestVersion}; this DIDWW account speaks ${version}. Nothing was sent.`,
    { field, hint: `Leave ${field} out, or ask the operator to set DIDWW_API_VERSION=${latestVersion}.` },
  );
}

const CONFIGURED = ["host", "port", "username", "codec_ids", "resolve_ruri", "media_encryption_mode", "allowed_rtp_ips"] as const;

/** Attributes that DIDWW lets a caller write. One that it makes itself, such as the login of a registration, is refused when it comes back. */
const WRITABLE = [
  ...CONFIGURED,
  ...["transport_protocol_id", "network_protocol_priority", "rx_dtmf_format_id", "tx_dtmf_format_id", "stir_shaken_mode"],
  ...["auth_enabled", "auth_user", "auth_password", "auth_from_user", "auth_from_domain"],
  ...["enabled_sip_registration", "use_did_in_ruri", "diversion_relay_policy", "diversion_inject_mode", "cnam_lookup"],
  ...["sst_enabled", "sst_min_timer", "sst_max_timer", "sst_session_expires", "sst_refresh_method_id", "sst_accept_501"],
  ...["sip_timer_b", "dns_srv_failover_timer", "rtp_ping", "rtp_timeout", "force_symmetric_rtp", "symmetric_rtp_ignore_rtcp"],
  ...["rerouting_disconnect_code_ids", "max_transfers", "max_30x_redirects"],
];

/** A word that empties; DIDWW wants null. */
export function emptied(value: string): string | null {
  return value === "none" ? null : value;
}

/** The input's part of a configuration, in DIDWW's own attributes. */
function configured(input: InFields): Record<string, unknown> {
  const { transport, auth_user, auth_password, enabled_sip_registration: registers } = input;
  const own = Object.fromEntries(CONFIGURED.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])));
  return {
    ...own,
    ...(transport === undefined ? {} : { transport_protocol_id: transports.indexOf(transport) + 1 }),
    ...(auth_user === undefined ? {} : { auth_enabled: emptied(auth_user) !== null, auth_user: emptied(auth_user) }),
    ...(auth_password === undefined ? {} : { auth_password }),
    ...(registers === undefined ? {} : registration(registers)),
  };
}

/** A registration leaves no room for a host; ended, it leaves its switch in the way of one. */
function registration(on: boolean): Record<string, unknown> {
  return on ? { enabled_sip_registration: true, host: null, port: null } : { enabled_sip_registration: false, use_did_in_ruri: false };
}

/**
 * The configuration of a change: everything that may be written, as it is now, with the changes. The documents of one version
 * say that a change replaces it, its recordings that it is merged, and sending all is right under both (API 2026-04-16).
 */
function wholeConfiguration(now: Configuration, changes: Record<string, unknown>): Record<string, unknown> {
  const whole: Record<string, unknown> = { ...pick(now), ...changes };
  if (whole["auth_enabled"] !== true) return without(whole, ["auth_user", "auth_password"]);
  return whole;
}

function pick(now: Configuration): Record<string, unknown> {
  return Object.fromEntries(WRITABLE.flatMap((name) => (now[name] === undefined ? [] : [[name, now[name]]])));
}

function without(fields: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

const OUTSIDE = ["name", "cli_format", "ringing_timeout", "capacity_limit", "priority", "weight"] as const;
const EMPTIABLE = ["cli_prefix", "external_reference_id", "description"] as const;

/** `attributes` and `relationships` of a write. `now`: the trunk that is changed. */
export function toInBody(input: InFields, now?: InTrunkRecord): Record<string, unknown> {
  const outside = [
    ...OUTSIDE.map((name) => [name, input[name]] as const),
    ...EMPTIABLE.map((name) => [name, input[name] === undefined ? undefined : emptied(input[name])] as const),
  ].filter(([, value]) => value !== undefined);
  const changes = configured(input);
  const configuration = now ? wholeConfiguration(now.configuration, changes) : changes;
  const isConfigured = now === undefined || Object.keys(changes).length > 0;
  const relationships = {
    ...toOne("voice_in_trunk_group", "voice_in_trunk_groups", input.voice_in_trunk_group_id),
    ...toOne("pop", "pops", input.pop_id),
  };
  return {
    attributes: {
      ...Object.fromEntries(outside),
      ...(isConfigured ? { configuration: { type: "sip_configurations", attributes: configuration } } : {}),
    },
    ...(Object.keys(relationships).length > 0 ? { relationships } : {}),
  };
}

function toOne(name: string, type: string, id: string | undefined): Record<string, unknown> {
  if (id === undefined) return {};
  return { [name]: { data: emptied(id) === null ? null : { type, id } } };
}

/** Whether a trunk has every value that a write sent. */
export function hasInValues(record: InTrunkRecord, input: InFields): boolean {
  const wanted = configured(input);
  const outside = [...OUTSIDE, ...EMPTIABLE].every((name) => input[name] === undefined || same(name, input[name], record[name]));
  const related = [
    [input.voice_in_trunk_group_id, record.group_id],
    [input.pop_id, record.pop_id],
  ].every(([want, is]) => want === undefined || emptied(want) === (is ?? null));
  return outside && related && Object.entries(wanted).every(([name, value]) => same(name, value, record.configuration[name]));
}

function same(name: string, value: unknown, other: unknown): boolean {
  return normal(name, value) === normal(name, other);
}

/** An order of codecs counts; that of addresses does not. */
function normal(name: string, value: unknown): string {
  if (name === "allowed_rtp_ips" && Array.isArray(value)) return canonicalJson(value.map((entry) => toCidr(String(entry))).sort());
  return canonicalJson(value === "" || value === "none" ? null : (value ?? null));
}
