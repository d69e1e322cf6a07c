import { type Attributes, amountOf, textOf } from "../../core/carrier/attributes.ts";
import { type CarrierReach, type Guard, guard, type Reach, type Route } from "../../core/carrier/reach.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { counted, quoteText } from "../../core/text.ts";
import { toCallerRange } from "../../rules/caller-range.ts";
import { cidr } from "../../rules/range.ts";
import { DEFAULT_CONCURRENT_CALLS, DEFAULT_DAILY_SPEND } from "./body.ts";
import { BY_LOGIN, PROFILE } from "./view.ts";

export const telnyxReach: CarrierReach = { reach, remarks };

function reach(trunk: TrunkDetail | undefined): Reach {
  const { whitelisted_ips = [], credentials = [], attributes = {}, alias, auth_type } = trunk ?? {};
  const byName = auth_type === "fqdn" && attributes["ip_authentication_method"] !== BY_LOGIN;
  const hosts = trunk?.destination_uris ?? [];
  return {
    callers: whitelisted_ips.map((row) => toCallerRange(cidr(row))),
    logins: credentials.map((row) => row.user_name),
    ...(byName && hosts.length > 0 ? { othersMayCall: "the addresses to which its host names lead" } : {}),
    routes: trunk ? routesOf(trunk) : [],
    // Calls come to whoever has registered with the login.
    routedOtherwise: auth_type === "credential",
    spending: trunk ? spendingOf(trunk, attributes) : newTrunkSpending,
    guards: trunk
      ? auth_type === PROFILE
        ? profileGuards(attributes)
        : [...guardsOf(trunk, attributes), ...profileGuards(attributes)]
      : newTrunkGuards,
    alias,
  };
}

function routesOf({ phone_numbers = [], destination_uris = [] }: TrunkDetail): Route[] {
  return [
    ...phone_numbers.map(({ phone_number }) => ({
      key: `number ${phone_number}`,
      what: `number ${phone_number}`,
      to: "over the connection",
    })),
    ...destination_uris.map(({ destination }) => ({
      key: `destination ${destination}`,
      what: `destination ${quoteText(destination, 120)}`,
      to: "there",
      shares: "destinations",
    })),
  ];
}

/** Limits that a new connection or profile may have unasked. Telnyx itself would set none. */
const newTrunkSpending: Reach["spending"] = {
  threshold: Number(DEFAULT_DAILY_SPEND),
  capacity: DEFAULT_CONCURRENT_CALLS,
  dialled: { otherwise: "allowed", exceptions: [] },
  countries: ["CA", "US"],
};

function spendingOf({ auth_type }: TrunkDetail, attributes: Attributes): Reach["spending"] {
  const { dialled } = newTrunkSpending;
  // Without a profile no call goes out.
  if (auth_type !== PROFILE && attributes["outbound_voice_profile_id"] == null)
    return { dialled, threshold: 0, capacity: 0, countries: [] };
  const limits = [amountOf(attributes["concurrent_call_limit"]), amountOf(attributes["outbound_channel_limit"])].filter(
    (one) => one !== undefined,
  );
  return {
    threshold: amountOf(attributes["daily_spend_limit"]),
    capacity: limits.length > 0 ? Math.min(...limits) : undefined,
    dialled,
    countries: listOf(attributes["whitelisted_destinations"]) ?? ["CA", "US"],
  };
}

/** The most open values that a new connection may have unasked: nothing depends on it yet. */
const newTrunkGuards: readonly Guard[] = [
  guard("status", "active", 1),
  guard("encrypted_media", "none", 1),
  guard("sip_subdomain_receive_settings", "only_my_connections", 0),
  guard("sip_subdomain", "none", 0),
  guard("sip_uri_calling_preference", "disabled", 0),
  guard("ip_authentication_method", "by address", 1),
  guard("tech_prefix", "none", 1),
  guard("call_parking_enabled", "false", 0),
  guard("webhook_event_url", "none", 0),
  guard("profile_enabled", "true", 1),
  guard("call_recording_type", "none", 0),
];

/** An address that anyone may call, once there is one. */
function subdomainGuard(attributes: Attributes): Guard {
  const subdomain = textOf(attributes["sip_subdomain"]) || "none";
  const isOpen = subdomain !== "none" && attributes["sip_subdomain_receive_settings"] === "from_anyone";
  return guard("sip_subdomain", subdomain, isOpen ? 1 : 0);
}

function guardsOf(trunk: TrunkDetail, attributes: Attributes): Guard[] {
  const method = textOf(attributes["ip_authentication_method"]) ?? "";
  const { status = "active" } = trunk;
  const parks = attributes["call_parking_enabled"] === true;
  return [
    guard("status", status, status === "active" ? 1 : 0),
    levelled("encrypted_media", textOf(attributes["encrypted_media"]) ?? "none", { SRTP: 0 }),
    levelled("sip_subdomain_receive_settings", textOf(attributes["sip_subdomain_receive_settings"]) ?? "only_my_connections", {
      only_my_connections: 0,
    }),
    subdomainGuard(attributes),
    levelled("sip_uri_calling_preference", textOf(attributes["sip_uri_calling_preference"]) ?? "disabled", {
      disabled: 0,
      internal: 1,
      unrestricted: 2,
    }),
    authentication(trunk, method),
    presence("tech_prefix", textOf(attributes["tech_prefix"]), 0),
    guard("call_parking_enabled", String(parks), parks ? 1 : 0),
    // Each call's data goes there.
    presence("webhook_event_url", textOf(attributes["webhook_event_url"]), 1),
    ...(attributes["outbound_voice_profile_id"] == null ? [] : [profileGuard(attributes)]),
  ];
}

/** Of a host name connection: by the addresses of its hosts, whom a login would shut out, or by login from anywhere. */
function authentication({ auth_type, destination_uris = [] }: TrunkDetail, method: string): Guard {
  const name = "ip_authentication_method";
  if (auth_type === "fqdn")
    return method === BY_LOGIN ? guard(name, method, 1) : { ...guard(name, "by address", 0), needed: destination_uris.length > 0 };
  return method === "token" ? { ...guard(name, method, 0), needed: true } : guard(name, "by address", 1);
}

/** By its name, since a plan may make it before its id is known. */
function profileGuard(attributes: Attributes): Guard {
  const name = textOf(attributes["profile_name"]) ?? String(attributes["outbound_voice_profile_id"]);
  return guard("outbound_voice_profile", name, 1, quoteText(name));
}

function profileGuards(attributes: Attributes): Guard[] {
  if (attributes["profile_name"] == null) return [];
  const rate = amountOf(attributes["max_destination_rate"]);
  const enabled = attributes["profile_enabled"] !== false;
  return [
    guard("profile_enabled", String(enabled), enabled ? 1 : 0),
    // In cents of a cent, so that a higher rate is a higher level.
    guard(
      "max_destination_rate",
      rate === undefined ? "none" : `${rate} a minute`,
      rate === undefined ? Number.MAX_SAFE_INTEGER : Math.round(rate * 10_000),
    ),
    levelled("call_recording_type", textOf(attributes["call_recording_type"]) ?? "none", { none: 0, by_caller_phone_number: 1, all: 2 }),
  ];
}

/** A value that is not known counts as the most open. */
function levelled(name: string, value: string, levels: Record<string, number>): Guard {
  return guard(name, value, Object.hasOwn(levels, value) ? (levels[value] ?? 0) : Math.max(...Object.values(levels)) || 1);
}

/** A value that is set or not. One that protects (level 0 where it is set) is needed by those who call. */
function presence(name: string, value: string | undefined, levelWhereSet: 0 | 1): Guard {
  const isSet = value !== undefined;
  return { ...guard(name, value ?? "none", isSet ? levelWhereSet : 1 - levelWhereSet), needed: isSet && levelWhereSet === 0 };
}

function listOf(value: Attributes[string] | undefined): string[] | undefined {
  return Array.isArray(value) ? [...value].sort() : undefined;
}

function remarks(before: TrunkDetail | undefined, after: TrunkDetail | undefined): string[] {
  if ((before ?? after)?.auth_type === PROFILE) return sharedBy(before);
  if (before && !after)
    return [...stopping(before), "Its numbers stay in the account without a connection, and its outbound voice profile stays too."];
  if (!before || !after) return [];
  return [...addressLost(before, after), ...activity(before, after)];
}

function sharedBy(profile: TrunkDetail | undefined): string[] {
  const connections = profile?.attributes?.["connections_count"];
  return typeof connections === "number" && connections > 0
    ? [`${counted(connections, "connection uses", "connections use")} this profile: it changes for all of them.`]
    : [];
}

function stopping({ phone_numbers = [], whitelisted_ips = [], credentials = [] }: TrunkDetail): string[] {
  const out = whitelisted_ips.length + credentials.length > 0;
  if (!out && phone_numbers.length === 0) return ["As it is, no calls run over it."];
  return [phone_numbers.length > 0 ? "Calls over it stop at once, in and out." : "No call goes out over it any more."];
}

/** One record is both. */
function addressLost(before: TrunkDetail, after: TrunkDetail): string[] {
  const now = (after.whitelisted_ips ?? []).map(({ ip }) => ip);
  const gone = (before.whitelisted_ips ?? []).filter(({ ip }) => !now.includes(ip));
  return gone.map(({ ip }) => `${ip} is a caller and a destination at once: calls from it are refused, and calls in no longer go there.`);
}

function activity(before: TrunkDetail, after: TrunkDetail): string[] {
  if (before.status === after.status) return [];
  return after.status === "active"
    ? ["Calls run over it again at once."]
    : ["It is inactive: no call runs over it until it is active again."];
}
