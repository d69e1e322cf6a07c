import type { Emulator, EmulatorAnswer } from "../../src/core/carrier/emulator.ts";
import { SANDBOX_KEY, SANDBOX_SECRET } from "../../src/providers/livekit/sandbox-key.ts";
import { mintToken } from "../../src/providers/livekit/token.ts";
import { twilioSandboxAccount } from "../../src/providers/twilio/emulator/account.ts";
import type { Account, TrunkState } from "./account.ts";
import { readTwilio } from "./read-twilio.ts";

export type ProviderId = "exotel" | "didww" | "vyom" | "livekit" | "telnyx" | "twilio";

const JSON_API = "application/vnd.api+json";

/** With what each emulator lets somebody in. */
const headersOf: Record<ProviderId, () => Record<string, string>> = {
  exotel: () => ({ authorization: `Basic ${btoa("sandbox-key:sandbox-token")}`, "content-type": "application/json" }),
  didww: () => ({ "api-key": "sandbox-key", accept: JSON_API, "content-type": JSON_API, "x-didww-api-version": "2026-04-16" }),
  vyom: () => ({ authorization: "Bearer sandbox-key", "content-type": "application/json" }),
  livekit: () => ({ authorization: `Bearer ${mintToken(SANDBOX_KEY, SANDBOX_SECRET)}`, "content-type": "application/json" }),
  telnyx: () => ({ authorization: "Bearer sandbox-key", "content-type": "application/json" }),
  twilio: () => ({
    authorization: `Basic ${btoa(`${twilioSandboxAccount.key}:${twilioSandboxAccount.secret}`)}`,
    "content-type": "application/x-www-form-urlencoded",
  }),
};

/** Below which each carrier's operations lie. */
const roots: Record<ProviderId, string> = {
  exotel: "v2/accounts/sandbox",
  didww: "v3",
  vyom: "sip",
  livekit: "twirp/livekit.SIP",
  telnyx: "v2",
  twilio: "",
};

/** A request past the server, straight to the emulator. */
export function ask(emulator: Emulator, provider: ProviderId, method: string, path: string, body?: unknown): EmulatorAnswer {
  const [place = "", query] = `${roots[provider]}/${path}`.replace(/^\//, "").split("?");
  const text = body === undefined ? "" : provider === "twilio" ? `${new URLSearchParams(body as never)}` : JSON.stringify(body);
  const segments = place.split("/").map(decodeURIComponent);
  return emulator.handle({ method, segments, query: new URLSearchParams(query), headers: headersOf[provider](), body: text });
}

// biome-ignore lint/suspicious/noExplicitAny: carriers answer in many shapes.
type Json = any;

/** Facts that no answer of a carrier tells, and its requests did. */
export interface Told {
  /** Logins of Exotel's trunks, by trunk and id: the documented dialect lists none of them. */
  logins: Map<string, Map<string, string>>;
  /** How trunks of Vyom were configured. */
  configs: Map<string, Json>;
}

/** The data of one answer of Exotel, or of a list of it. */
export function exotelRows({ body }: EmulatorAnswer): Record<string, Json>[] {
  const { response } = body as { response: Json };
  const rows = Array.isArray(response) ? response : [response];
  return rows.flatMap((row: Json) => (row?.status === "success" && row.data !== null ? [row.data].flat() : []));
}

const readers: Record<ProviderId, (emulator: Emulator, told: Told) => TrunkState[]> = {
  ...{ exotel, didww, vyom, livekit, telnyx },
  twilio: (emulator) =>
    readTwilio(
      (path) => ask(emulator, "twilio", "GET", path).body,
      (id, name) => bare("twilio", id, name),
    ),
};

export function readAccount(emulators: ReadonlyMap<ProviderId, Emulator>, told: Told): Account {
  const trunks = [...emulators].flatMap(([provider, emulator]) => readers[provider](emulator, told));
  return new Map(trunks.map((trunk) => [trunk.id, trunk]));
}

function bare(provider: string, id: string, name: string): TrunkState {
  return {
    ...{ provider, id, name, callers: [], open: undefined, logins: [], numbers: {}, destinations: [], alias: undefined },
    // Carriers that keep no such limit never raise one.
    ...{ threshold: 0, capacity: 0, dialled: { allowed: true, except: [] }, guards: {} },
    rows: { numbers: [], ips: [], destinations: [], logins: [] },
  };
}

function exotel(emulator: Emulator, { logins }: Told): TrunkState[] {
  const rows = (path: string) => exotelRows(ask(emulator, "exotel", "GET", `${path}?page_size=100`));
  return rows("trunks").map(({ trunk_sid, trunk_name, status }) => {
    const [numbers, ips, destinations] = ["phone-numbers", "whitelisted-ips", "destination-uris"].map((list) =>
      rows(`trunks/${trunk_sid}/${list}`).sort((a, b) => Number(a["id"]) - Number(b["id"])),
    ) as [Record<string, Json>[], Record<string, Json>[], Record<string, Json>[]];
    const own = [...(logins.get(trunk_sid) ?? [])].map(([id, text]) => ({ id, text }));
    const idsOf = (list: Record<string, Json>[], text: (row: Json) => string) => list.map((row) => ({ id: row["id"], text: text(row) }));
    const cidr = (row: Json) => `${row.ip}/${row.mask}`;
    return {
      ...bare("exotel", trunk_sid, trunk_name),
      callers: ips.map(cidr),
      logins: own.map(({ text }) => text),
      // A mapping without a mode is one to the network.
      numbers: Object.fromEntries(numbers.map((row) => [row["phone_number"], row["mode"] ?? "pstn"])),
      destinations: destinations.map((row) => row["destination"]),
      alias: rows(`trunks/${trunk_sid}/settings`)[0]?.["value"],
      guards: { status: { value: status, level: status === "active" ? 1 : 0 } },
      rows: {
        numbers: idsOf(numbers, (row) => row.phone_number),
        ips: idsOf(ips, cidr),
        destinations: idsOf(destinations, (row) => row.destination),
        logins: own,
      },
    };
  });
}

const mismatches = ["reject_call", "replace_cli", "randomize_cli", "send_original_cli"];

/** Numbers that ring at each trunk for calls in, and where that is. */
function didwwInbound(emulator: Emulator): TrunkState[] {
  const trunks = (ask(emulator, "didww", "GET", "voice_in_trunks?page[size]=100") as Json).body.data;
  const dids = (ask(emulator, "didww", "GET", "dids?include=voice_in_trunk&page[size]=100") as Json).body.data;
  return trunks.map(({ id, attributes }: Json) => {
    const {
      host,
      port,
      username,
      transport_protocol_id: transport,
      auth_user: user,
      media_encryption_mode: media,
    } = attributes.configuration.attributes;
    const own = dids.filter(({ relationships }: Json) => relationships.voice_in_trunk.data?.id === id);
    const goal = `${username}@${host}:${port} ${transport} ${media} ${user}`;
    return { ...bare("didww", id, attributes.name), numbers: Object.fromEntries(own.map((did: Json) => [did.attributes.number, goal])) };
  });
}

function didww(emulator: Emulator): TrunkState[] {
  return [...didwwOutbound(emulator), ...didwwInbound(emulator)];
}

function didwwOutbound(emulator: Emulator): TrunkState[] {
  const { body } = ask(emulator, "didww", "GET", "voice_out_trunks?include=dids&page[size]=100") as Json;
  return body.data.map(({ id, attributes, relationships }: Json) => {
    const method = attributes.authentication_method ?? { type: "credentials_and_ip", attributes };
    const { allowed_sip_ips: callers = [], username, twilio_account_sid: account } = method.attributes;
    const openList = method.type === "credentials_and_ip" && callers.length === 0;
    const flag = (value: string, weak: boolean) => ({ value, level: weak ? 1 : 0 });
    const amount = (value: Json) => (value === null || value === undefined ? Number.POSITIVE_INFINITY : Number(value));
    const { status, media_encryption_mode: encryption, on_cli_mismatch_action: mismatch, callback_url: callback } = attributes;
    return {
      ...bare("didww", id, attributes.name),
      callers,
      open: account ? `the account ${account}` : openList ? "whoever has the login" : undefined,
      logins: username ? [username] : [],
      numbers: Object.fromEntries((relationships.dids.data ?? []).map((did: Json) => [did.id, "caller id"])),
      threshold: amount(attributes.threshold_amount),
      capacity: amount(attributes.capacity_limit),
      dialled: { allowed: attributes.default_dst_action === "allow_all", except: attributes.dst_prefixes },
      guards: {
        status: flag(status, status === "active"),
        encryption: flag(encryption, encryption === "disabled"),
        "caller id": { value: mismatch, level: Math.ceil(mismatches.indexOf(mismatch) / 2) },
        "any DID": flag(String(attributes.allow_any_did_as_cli), attributes.allow_any_did_as_cli),
        callback: flag(callback ?? "none", callback !== null),
      },
    };
  });
}

function vyom(emulator: Emulator, { configs }: Told): TrunkState[] {
  const { body } = ask(emulator, "vyom", "GET", "list") as Json;
  return body.data.map(({ trunk_id, trunk_name }: Json) => {
    const { trunk_config: config = {}, passthrough_webhook_url: webhook } = configs.get(trunk_id) ?? {};
    const all: string[] = config.numbers ?? (config.exotel_number ? [config.exotel_number] : []);
    const foreign = config.address !== undefined && !/\.twilio\.com(:\d+)?$/.test(config.address);
    return {
      ...bare("vyom", trunk_id, trunk_name),
      numbers: Object.fromEntries(all.map((number) => [number, "out"])),
      guards: {
        callback: { value: webhook ?? "none", level: webhook ? 1 : 0 },
        "login host": { value: config.address ?? "none", level: foreign ? 1 : 0 },
      },
    };
  });
}

function livekit(emulator: Emulator): TrunkState[] {
  const items = (method: string) => (ask(emulator, "livekit", "POST", method, {}) as Json).body.items as Json[];
  const rules = items("ListSIPDispatchRule");
  const everywhere = rules.filter(({ trunk_ids }) => trunk_ids.length === 0);
  return [
    ...items("ListSIPInboundTrunk").map((trunk) => inboundState(trunk, rules)),
    ...items("ListSIPOutboundTrunk").map(outboundState),
    ...everywhere.map(
      (rule): TrunkState => ({
        ...bare("livekit", rule.sip_dispatch_rule_id, rule.name),
        open: "calls of every trunk",
        numbers: { "every trunk": targetOf(rule) },
      }),
    ),
  ];
}

function inboundState(trunk: Json, rules: Json[]): TrunkState {
  const { numbers, allowed_addresses: addresses, allowed_numbers: allowed, auth_username: user, auth_password: password } = trunk;
  const own = rules.filter(({ trunk_ids }) => trunk_ids.includes(trunk.sip_trunk_id));
  const hasLogin = user !== "" && password !== "";
  return {
    ...bare("livekit", trunk.sip_trunk_id, trunk.name),
    callers: addresses.map((entry: string) => (entry.includes("/") ? entry : `${entry}/${entry.includes(":") ? 128 : 32}`)),
    open: hasLogin || addresses.length > 0 ? undefined : "whoever knows a number",
    logins: hasLogin ? [user] : [],
    numbers: {
      ...Object.fromEntries(numbers.map((number: string) => [number, "in"])),
      ...Object.fromEntries(own.map((rule) => [rule.sip_dispatch_rule_id, targetOf(rule)])),
    },
    // A rule behind a PIN takes no calls but those of callers who type it.
    destinations: own.filter((rule) => pinOf(rule) === "").map(({ sip_dispatch_rule_id }) => sip_dispatch_rule_id),
    guards: {
      encryption: encryptionOf(trunk),
      callers: { value: allowed.join(), level: allowed.length > 0 ? 0 : 1 },
      "numbers taken": { value: numbers.join(), level: numbers.length || Number.POSITIVE_INFINITY },
      gateway: { value: password || "none", level: hasLogin ? 1 : 0 },
      ...Object.fromEntries(
        own.map((rule) => [`PIN of ${rule.sip_dispatch_rule_id}`, { value: pinOf(rule), level: pinOf(rule) === "" ? 1 : 0 }]),
      ),
    },
    rows: {
      numbers: [],
      ips: [],
      destinations: own.map((rule) => ({ id: rule.sip_dispatch_rule_id, text: rule.name })),
      logins: [],
    },
  };
}

function outboundState(trunk: Json): TrunkState {
  const { address, transport, auth_username, auth_password, from_host, numbers } = trunk;
  const anyNumber = numbers.includes("*");
  return {
    ...bare("livekit", trunk.sip_trunk_id, trunk.name),
    numbers: Object.fromEntries(numbers.filter((number: string) => number !== "*").map((number: string) => [number, "out"])),
    guards: {
      encryption: encryptionOf(trunk),
      // The login goes where the calls go.
      gateway: { value: [address, transport, auth_username, auth_password, from_host].join(), level: 1 },
      "any caller id": { value: String(anyNumber), level: anyNumber ? 1 : 0 },
    },
  };
}

function encryptionOf({ media, media_encryption }: Json) {
  const value: string = media?.encryption ?? media_encryption;
  return {
    value,
    level: ["SIP_MEDIA_ENCRYPT_REQUIRE", "SIP_MEDIA_ENCRYPT_ALLOW"].indexOf(value) < 0 ? 2 : Number(value.endsWith("ALLOW")),
  };
}

function pinOf({ rule }: Json): string {
  return (Object.values(rule)[0] as Json).pin;
}

function targetOf({ rule, room_config }: Json): string {
  const [[kind, { pin: _, ...room }] = []] = [Object.entries(rule)[0] as Json];
  return JSON.stringify([kind, room, (room_config?.agents ?? []).map(({ agent_name }: Json) => agent_name)]);
}

/** Countries beyond those that Telnyx allows by itself; US and CA come with any profile. */
const countries = ["GB", "IN", "JM"];

function telnyx(emulator: Emulator): TrunkState[] {
  const rows = (path: string): Json[] => (ask(emulator, "telnyx", "GET", `${path}?page[size]=250`).body as Json).data;
  const byId = (a: Json, b: Json) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1);
  const byAge = (a: Json, b: Json) => a.created_at.localeCompare(b.created_at);
  const kinds = ["ip", "fqdn", "credential"].flatMap((kind) => rows(`${kind}_connections`).map((row) => ({ kind, ...row })));
  const [ips, fqdns, numbers, profiles] = [
    rows("ips").sort(byAge),
    rows("fqdns").sort(byAge),
    rows("phone_numbers"),
    rows("outbound_voice_profiles"),
  ];
  return kinds.sort(byId).map((row) => {
    const { id, outbound } = row;
    const of = (list: Json[]) => list.filter((one) => String(one.connection_id) === id);
    const profile = profiles.find((one) => one.id === outbound.outbound_voice_profile_id);
    const byLogin = row.kind === "credential" || outbound.ip_authentication_method === "credential-authentication";
    const routed = row.kind === "ip" ? of(ips) : of(fqdns);
    const hostOf = (one: Json) => ({ id: one.id, text: one.ip_address ?? one.fqdn });
    return {
      ...bare("telnyx", id, row.connection_name),
      callers: row.kind === "ip" ? of(ips).map((one) => `${one.ip_address}/32`) : [],
      logins: byLogin && row.user_name ? [row.user_name] : [],
      numbers: Object.fromEntries(of(numbers).map((one) => [one.phone_number, "in"])),
      destinations: routed.map((one) => `${one.ip_address ?? one.fqdn}:${one.port}`),
      alias: outbound.ani_override || undefined,
      threshold: spendOf(profile),
      capacity: Math.min(
        ...[profile ? profile.concurrent_call_limit : 0, outbound.channel_limit].map((one) => one ?? Number.POSITIVE_INFINITY),
      ),
      guards: telnyxGuards(row, profile),
      rows: {
        numbers: of(numbers).map((one) => ({ id: one.id, text: one.phone_number })),
        ips: of(ips).map(hostOf),
        destinations: routed.map(hostOf),
        logins: [],
      },
    };
  });
}

function spendOf(profile: Json): number {
  if (!profile) return 0;
  return profile.daily_spend_limit_enabled && profile.daily_spend_limit != null
    ? Number(profile.daily_spend_limit)
    : Number.POSITIVE_INFINITY;
}

function telnyxGuards(
  { active, encrypted_media, sip_uri_calling_preference, inbound, outbound }: Json,
  profile: Json,
): TrunkState["guards"] {
  const flag = (value: Json, weak: boolean) => ({ value: String(value), level: weak ? 1 : 0 });
  const receiving = inbound.sip_subdomain_receive_settings;
  const calling = sip_uri_calling_preference ?? "disabled";
  const allowed = (country: string) => profile?.whitelisted_destinations.includes(country) === true;
  return {
    status: flag(active, active),
    encryption: flag(encrypted_media ?? "none", encrypted_media == null),
    subdomain: flag(receiving, receiving === "from_anyone"),
    "SIP URI": { value: calling, level: ["disabled", "internal", "unrestricted"].indexOf(calling) },
    parking: flag(outbound.call_parking_enabled ?? false, outbound.call_parking_enabled === true),
    ...Object.fromEntries(countries.map((country) => [`calls to ${country}`, flag(allowed(country), allowed(country))])),
  };
}
