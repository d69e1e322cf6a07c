import { isIP } from "node:net";
import type { InputFinding } from "../../../core/input-finding.ts";
import { quoteText } from "../../../core/text.ts";
import { checkAddressOrRange, isHostName, unusable } from "../../../rules/address.ts";
import { refuse, warning } from "../../../rules/findings.ts";
import { isUuid } from "../view.ts";
import type { InFields, InTrunkChange, NewInTrunk, RouteInput } from "./fields.ts";

type Findings = (InputFinding | undefined)[];

/** Telephone events (RFC 2833): without this codec no key that a caller presses arrives. */
export const KEYS_CODEC = 6;

export function checkNewInTrunk(input: NewInTrunk, sandbox: boolean): Findings {
  const goesSomewhere = input.host !== undefined || input.enabled_sip_registration === true;
  return [
    goesSomewhere
      ? undefined
      : refuse(
          "host",
          "A trunk needs the host to which calls go, or enabled_sip_registration. Nothing was sent.",
          "Pass the host name of your SIP server or platform.",
        ),
    ...checkInFields(input, sandbox),
    keysInTheOpen(input.media_encryption_mode, input.transport ?? "udp"),
  ];
}

export function checkInTrunkChange({ trunk_id: _, ...fields }: InTrunkChange, sandbox: boolean): Findings {
  const isEmpty = Object.values(fields).every((value) => value === undefined);
  return [
    isEmpty ? refuse("trunk_id", "Nothing to change was given. Nothing was sent.", "Pass what is to change.") : undefined,
    ...checkInFields(fields, sandbox),
    fields.transport === undefined ? undefined : keysInTheOpen(fields.media_encryption_mode, fields.transport),
  ];
}

function checkInFields(input: InFields, sandbox: boolean): Findings {
  const { username, cli_prefix, codec_ids, name } = input;
  return [
    ...checkHost(input.host, sandbox),
    ...checkRegistration(input),
    ...checkLogin(input),
    ...(input.allowed_rtp_ips ?? []).map((entry, index) => checkAddressOrRange(`allowed_rtp_ips.${index}`, entry, sandbox)),
    username === undefined || /^[^\s@]+$/.test(username)
      ? undefined
      : refuse("username", "The user part of the request URI has no space and no @. Nothing was sent.", "Write it like +{DID}."),
    cli_prefix === undefined || cli_prefix === "none" || /^\+?[A-Za-z0-9#]{0,6}$/.test(cli_prefix)
      ? undefined
      : refuse("cli_prefix", "A prefix is an optional + and up to 6 letters, digits or #. Nothing was sent."),
    codec_ids === undefined || codec_ids.includes(KEYS_CODEC)
      ? undefined
      : warning("codec_ids", `Without codec ${KEYS_CODEC} no key that a caller presses arrives (RFC 2833).`),
    name !== undefined && isUuid(name) ? refuse("name", "A name must not look like an id. Nothing was sent.") : undefined,
    ...(["voice_in_trunk_group_id", "pop_id"] as const).map((field) => checkId(field, input[field])),
  ];
}

function checkId(field: string, value: string | undefined): InputFinding | undefined {
  if (value === undefined || value === "none" || isUuid(value)) return undefined;
  return refuse(field, `${quoteText(value)} is no id. Nothing was sent.`, "Pass the UUID, as DIDWW's console shows it.");
}

function checkHost(host: string | undefined, sandbox: boolean): Findings {
  if (host === undefined) return [];
  if (isIP(host) > 0) {
    const reason = unusable(host, sandbox);
    return [reason ? refuse("host", `${host} is ${reason}. Nothing was sent.`, "Pass the public address or host name.") : undefined];
  }
  if (isHostName(host)) return [];
  return [
    refuse(
      "host",
      `${quoteText(host)} is neither a host name nor an address. Nothing was sent.`,
      "Pass the host alone, without sip: and without a port; port and transport are fields of their own.",
    ),
  ];
}

function checkRegistration({ enabled_sip_registration: registers, host, port }: InFields): Findings {
  if (registers !== true || (host === undefined && port === undefined)) return [];
  return [refuse("host", "With enabled_sip_registration your PBX registers, and there is no host or port. Nothing was sent.")];
}

function checkLogin({ auth_user, auth_password }: InFields): Findings {
  const isOff = auth_user === "none";
  const half = auth_user !== undefined && !isOff && auth_password === undefined;
  return [
    half
      ? refuse("auth_password", "auth_user needs auth_password. Nothing was sent.", "Pass ask, or env:TRUNKLINE_SECRET_<name>.")
      : undefined,
    auth_password !== undefined && (auth_user === undefined || isOff)
      ? refuse("auth_user", "auth_password needs auth_user. Nothing was sent.")
      : undefined,
  ];
}

/** The keys of SDES stand in the call's own messages. */
function keysInTheOpen(mode: string | undefined, transport: string): InputFinding | undefined {
  if (mode === undefined || mode === "disabled" || transport === "tls") return undefined;
  if (mode === "srtp_sdes")
    return refuse(
      "transport",
      `With srtp_sdes the keys travel in the messages, which ${transport} sends in the open. Nothing was sent.`,
      "Pass transport tls.",
    );
  return warning("transport", `Media are encrypted, and the messages over ${transport} are not: who calls whom can be read.`);
}

export function checkRoute(input: RouteInput): Findings {
  const ends = [input.trunk_id, input.voice_in_trunk_group_id, input.unroute || undefined].filter((end) => end !== undefined);
  if (ends.length === 1) return [checkId("voice_in_trunk_group_id", input.voice_in_trunk_group_id)];
  return [
    refuse(
      "trunk_id",
      "A number goes to one trunk, to one group, or nowhere. Nothing was sent.",
      "Pass one of trunk_id, voice_in_trunk_group_id and unroute.",
    ),
  ];
}
