import Telnyx from "telnyx";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TELNYX_SANDBOX_KEY } from "../../src/providers/telnyx/emulator.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { startTrunkline, type Trunkline, typedIn } from "../support/trunkline.ts";

/** Headers in which both differ, and why no server can make anything of it. */
const differences: Record<string, string> = {
  "user-agent": "each names itself",
  "accept-encoding": "fetch, inside the SDK, offers compressions",
  "accept-language": "fetch sends it always",
  "sec-fetch-mode": "fetch sends it always",
  connection: "the one keeps connections by default, the other says so",
  "x-request-id": "ours names the request, for the log of either side",
};
const ofTheSdk = /^x-stainless-/;

let world: Trunkline;
let sdk: Telnyx;
const ids: Record<string, string> = {};
// biome-ignore lint/suspicious/noExplicitAny: what the SDK read before our change, to send the same.
let live: any;

interface Request {
  method: string;
  path: string;
  query: [string, string][];
  headers: Record<string, string | undefined>;
  body: unknown;
}

function seen(from: number): Request[] {
  return world.sandbox.seen.slice(from).map(({ method, path, headers, body }) => {
    const url = new URL(path, "http://telnyx");
    const query = [...url.searchParams].sort(([a], [b]) => (a < b ? -1 : 1));
    return { method, path: url.pathname.replace("/telnyx/v2", ""), query, headers, body: body === "" ? undefined : JSON.parse(body) };
  });
}

/** Calls a tool, and tells what it sends, reads included. */
async function ours(tool: string, args: Record<string, unknown>) {
  const from = world.sandbox.seen.length;
  const { isError, value } = await world.call(tool, args);
  if (isError) throw new Error(`${tool}: ${JSON.stringify(value)}`);
  return { value, requests: seen(from) };
}

/** The SDK's own request. It is refused, so that the account stays as our own made it. */
async function theirs(call: () => Promise<unknown>): Promise<Request | undefined> {
  const from = world.sandbox.seen.length;
  world.sandbox.script({ kind: "status" });
  await call().catch(() => {});
  return seen(from)[0];
}

function compared({ method, path, query, headers, body }: Request) {
  const shared = Object.entries(headers).filter(([name]) => !(name in differences) && !ofTheSdk.test(name));
  return { method, path, query, body, headers: Object.fromEntries(shared.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

beforeAll(async () => {
  const person = ({ message }: { message: string }) => ({ action: "accept" as const, content: { trunk_name: typedIn(message) } });
  world = await startTrunkline({ providers: [telnyx], unlimited: true, person });
  sdk = new Telnyx({ apiKey: TELNYX_SANDBOX_KEY, baseURL: `${world.sandbox.urlOf("telnyx")}/v2`, maxRetries: 0 });
});
afterAll(async () => await world?.close());

const tagOf = (request: Request) => (request.body as { tags: string[] }).tags;

interface Case {
  tool: string;
  arguments(): Record<string, unknown>;
  before?(): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives.
  keep?(value: any): Record<string, string>;
  /** The same by the SDK, whose types check the names. `request`: ours, for the tag and the login that it chose. */
  sdk(request: Request): Promise<unknown>;
}

const inbound = { ani_number_format: "+E.164", dnis_number_format: "+e164", channel_limit: 5 } as const;

const writes: Case[] = [
  {
    tool: "telnyx_create_outbound_voice_profile",
    arguments: () => ({
      name: "office",
      daily_spend_limit: "50.00",
      concurrent_call_limit: "5",
      whitelisted_destinations: ["US"],
      max_destination_rate: 1.5,
    }),
    keep: (value) => ({ profile: value.outbound_voice_profile.outbound_voice_profile_id }),
    sdk: (request) =>
      sdk.outboundVoiceProfiles.create({
        name: "office",
        daily_spend_limit: "50.00",
        daily_spend_limit_enabled: true,
        concurrent_call_limit: 5,
        whitelisted_destinations: ["US"],
        max_destination_rate: 1.5,
        tags: tagOf(request),
      }),
  },
  {
    tool: "telnyx_update_outbound_voice_profile",
    arguments: () => ({ outbound_voice_profile_id: ids["profile"], enabled: false, concurrent_call_limit: "none" }),
    sdk: () => sdk.outboundVoiceProfiles.update(ids["profile"] ?? "", { name: "office", enabled: false, concurrent_call_limit: null }),
  },
  {
    tool: "telnyx_create_connection",
    arguments: () => ({
      ...{ connection_name: "office one", connection_type: "ip", outbound_voice_profile_id: ids["profile"], inbound },
      ...{ transport_protocol: "TCP", encrypted_media: "SRTP", outbound: { channel_limit: 3, ani_override: "+13125550141" } },
    }),
    keep: (value) => ({ ip: value.trunk.trunk_id }),
    sdk: (request) =>
      sdk.ipConnections.create({
        ...{ connection_name: "office one", transport_protocol: "TCP", encrypted_media: "SRTP", inbound, tags: tagOf(request) },
        outbound: { channel_limit: 3, ani_override: "+13125550141", outbound_voice_profile_id: ids["profile"] ?? "" },
      }),
  },
  {
    tool: "telnyx_create_connection",
    arguments: () => ({ connection_name: "voice bot", connection_type: "fqdn", inbound: { sip_region: "Europe" } }),
    keep: (value) => ({ fqdn: value.trunk.trunk_id }),
    sdk: (request) =>
      sdk.fqdnConnections.create({
        connection_name: "voice bot",
        inbound: { sip_subdomain_receive_settings: "only_my_connections", sip_region: "Europe" },
        tags: tagOf(request),
      }),
  },
  {
    tool: "telnyx_create_connection",
    arguments: () => ({ connection_name: "desk", connection_type: "credential", user_name: "desk01", password: "correct-horse" }),
    keep: (value) => ({ credential: value.trunk.trunk_id }),
    sdk: (request) =>
      sdk.credentialConnections.create({ connection_name: "desk", user_name: "desk01", password: "correct-horse", tags: tagOf(request) }),
  },
  {
    tool: "telnyx_update_connection",
    arguments: () => ({ connection_id: ids["ip"], connection_name: "office two", outbound: { channel_limit: 2 } }),
    before: async () => {
      live = (await sdk.ipConnections.retrieve(ids["ip"] ?? "")).data;
    },
    sdk: () =>
      sdk.ipConnections.update(ids["ip"] ?? "", { connection_name: "office two", outbound: { ...live.outbound, channel_limit: 2 } }),
  },
  {
    tool: "telnyx_add_address",
    arguments: () => ({ connection_id: ids["ip"], ip_address: "44.248.146.11" }),
    keep: (value) => ({ address: value.address.address_id }),
    sdk: () => sdk.ips.create({ connection_id: ids["ip"] ?? "", ip_address: "44.248.146.11", port: 5060 }),
  },
  {
    tool: "telnyx_add_address",
    arguments: () => ({ connection_id: ids["fqdn"], fqdn: "bot.example.com", port: 5062 }),
    keep: (value) => ({ host: value.address.address_id }),
    sdk: () => sdk.fqdns.create({ connection_id: ids["fqdn"] ?? "", fqdn: "bot.example.com", dns_record_type: "a", port: 5062 }),
  },
  {
    tool: "telnyx_add_address",
    arguments: () => ({ connection_id: ids["fqdn"], fqdn: "srv.example.com" }),
    sdk: () => sdk.fqdns.create({ connection_id: ids["fqdn"] ?? "", fqdn: "srv.example.com", dns_record_type: "srv" }),
  },
  {
    tool: "telnyx_set_login",
    arguments: () => ({ connection_id: ids["credential"], user_name: "desk02", password: "battery-staple" }),
    sdk: () => sdk.credentialConnections.update(ids["credential"] ?? "", { user_name: "desk02", password: "battery-staple" }),
  },
  {
    tool: "telnyx_set_login",
    arguments: () => ({ connection_id: ids["fqdn"], user_name: "botlogin", password: "battery-staple" }),
    sdk: () =>
      sdk.fqdnConnections.fqdnAuthentication.patchAll(ids["fqdn"] ?? "", {
        ...{ user_name: "botlogin", password: "battery-staple", fqdn_outbound_authentication: "credential-authentication" },
      }),
  },
  {
    tool: "telnyx_assign_phone_number",
    arguments: () => ({ connection_id: ids["ip"], phone_number: "+13125550141" }),
    keep: (value) => ({ number: value.phone_number.phone_number_id }),
    sdk: () => sdk.phoneNumbers.update(ids["number"] ?? "", { connection_id: ids["ip"] ?? "" }),
  },
  {
    tool: "telnyx_unassign_phone_number",
    arguments: () => ({ phone_number: "+13125550141" }),
    sdk: () => sdk.phoneNumbers.update(ids["number"] ?? "", { connection_id: "" }),
  },
  {
    tool: "telnyx_remove_address",
    arguments: () => ({ connection_id: ids["ip"], address: "44.248.146.11" }),
    sdk: () => sdk.ips.delete(ids["address"] ?? ""),
  },
  {
    tool: "telnyx_remove_address",
    arguments: () => ({ connection_id: ids["fqdn"], address: "bot.example.com" }),
    sdk: () => sdk.fqdns.delete(ids["host"] ?? ""),
  },
  {
    tool: "telnyx_delete_connection",
    arguments: () => ({ connection_id: ids["ip"] }),
    sdk: () => sdk.ipConnections.delete(ids["ip"] ?? ""),
  },
  {
    tool: "telnyx_delete_connection",
    arguments: () => ({ connection_id: ids["credential"] }),
    sdk: () => sdk.credentialConnections.delete(ids["credential"] ?? ""),
  },
];

const allReads: Request[] = [];

describe("what our client sends is what the carrier's own SDK sends", () => {
  test.each(writes.map((one, index) => [`${index + 1}, ${one.tool}`, one] as const))(
    "write %s",
    async (_, { tool, before, keep, sdk: same, ...one }) => {
      await before?.();
      const { value, requests } = await ours(tool, one.arguments());
      Object.assign(ids, keep?.(value));
      allReads.push(...requests.filter(({ method }) => method === "GET"));
      const [request, ...others] = requests.filter(({ method }) => method !== "GET");
      if (!request) throw new Error(`${tool} sent nothing`);
      const sent = await theirs(async () => await same(request));
      expect(others).toEqual([]);
      expect(compared(request)).toEqual(sent && compared(sent));
    },
  );

  test("every read, which a listing and a trunk make and each write before it", async () => {
    for (const [tool, args] of [
      ["list_trunks", {}],
      ["get_trunk", { trunk_id: ids["fqdn"] }],
      ["get_trunk", { trunk_id: "voice bot" }],
      ["telnyx_list_phone_numbers", {}],
      ["telnyx_list_outbound_voice_profiles", {}],
    ] as const)
      allReads.push(...(await ours(tool, args)).requests);
    const reads = new Map(allReads.map((request) => [JSON.stringify([request.path, request.query]), request]));
    const templates = new Set<string>();
    for (const request of reads.values()) {
      const [template, call] = readBySdk(request);
      templates.add(template);
      const sent = await theirs(call);
      expect(sent && compared(sent)).toEqual(compared(request));
    }
    expect([...templates].sort()).toEqual([...Object.keys(bySdk)].sort());
  });

  test("but for headers that are listed, each of which one of the two sends", async () => {
    const from = world.sandbox.seen.length;
    await ours("telnyx_list_phone_numbers", {});
    const mine = seen(from)[0];
    const sent = await theirs(async () => await sdk.phoneNumbers.list());
    const names = new Set([...Object.keys(mine?.headers ?? {}), ...Object.keys(sent?.headers ?? {})]);
    expect(Object.keys(differences).filter((name) => !names.has(name))).toEqual([]);
  });
});

type Query = Record<string, string>;
const page = (query: Query) => ({
  ...(query["page[number]"] === undefined ? {} : { "page[number]": Number(query["page[number]"]) }),
  ...(query["page[size]"] === undefined ? {} : { "page[size]": Number(query["page[size]"]) }),
});
const filtered = <Name extends string>(query: Query, ...names: Name[]) => {
  const found = names.flatMap((name) => (query[`filter[${name}]`] === undefined ? [] : [[name, query[`filter[${name}]`]]]));
  return found.length === 0 ? {} : { filter: Object.fromEntries(found) as Record<Name, string> };
};

/** By the path of a read. */
const bySdk: Record<string, (query: Query, id: string) => Promise<unknown>> = {
  "/connections": async (query) => {
    const contains = query["filter[connection_name][contains]"];
    return await sdk.connections.list({ ...page(query), ...(contains === undefined ? {} : { filter: { connection_name: { contains } } }) });
  },
  "/connections/{id}": async (_, id) => await sdk.connections.retrieve(id),
  "/ip_connections/{id}": async (_, id) => await sdk.ipConnections.retrieve(id),
  "/fqdn_connections/{id}": async (_, id) => await sdk.fqdnConnections.retrieve(id),
  "/credential_connections/{id}": async (_, id) => await sdk.credentialConnections.retrieve(id),
  "/ips": async (query) => await sdk.ips.list({ ...page(query), ...filtered(query, "connection_id") }),
  "/fqdns": async (query) => await sdk.fqdns.list({ ...page(query), ...filtered(query, "connection_id") }),
  "/outbound_voice_profiles": async (query) => await sdk.outboundVoiceProfiles.list(page(query)),
  "/outbound_voice_profiles/{id}": async (_, id) => await sdk.outboundVoiceProfiles.retrieve(id),
  "/phone_numbers/{id}": async (_, id) => await sdk.phoneNumbers.retrieve(id),
  "/phone_numbers": async (query) => await sdk.phoneNumbers.list({ ...page(query), ...filtered(query, "connection_id", "phone_number") }),
};

function readBySdk({ path, query }: Request): [template: string, call: () => Promise<unknown>] {
  const [, resource = "", id] = path.split("/");
  const template = id === undefined ? `/${resource}` : `/${resource}/{id}`;
  const call = bySdk[template];
  if (!call) throw new Error(`${template} is read by no call of the SDK`);
  return [template, () => call(Object.fromEntries(query), id ?? "")];
}
