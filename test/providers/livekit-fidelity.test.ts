import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { askingEmulator, livekitDocuments, needsDocuments, PASSWORD, readDocument, startLiveKit } from "../support/livekit.ts";

type Json = Record<string, unknown>;

interface Exchange {
  request: { method: string; path: string; headers: Record<string, string>; jwt: { payload: Json } | null; body: Json };
  response: { status: number; body: Json };
}
interface Recorded {
  cases: { name: string; exchanges: [Exchange] }[];
}
interface Fields {
  messages: Record<string, { name: string; type: string; json_name: string }[]>;
  rpcs: { method: string; deprecated: boolean }[];
}

const cases = needsDocuments.skip ? [] : readDocument<Recorded>(livekitDocuments.exchanges).cases;
const recorded = (name: string): Exchange => {
  const [exchange] = cases.find((one) => one.name === name)?.exchanges ?? [];
  if (!exchange) throw new Error(`no recording is called ${name}`);
  return exchange;
};

/** A body under the names that the SDK writes, with passwords as the recording has them. */
function asSdk(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asSdk);
  if (value === PASSWORD) return "<password>";
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [camel(key), asSdk(item)]));
}

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The points in which ours differ on purpose. */
const wrapped = ({ body }: Exchange["request"]) => ({ dispatchRule: body });
const paged = ({ body }: Exchange["request"]) => ({ page: { limit: 100 }, ...body });
const listOfSet = () => ({ sipTrunkId: "ST_x", update: { numbers: { set: ["+33144556678"] }, name: "renamed" } });

const login = { auth_password: "env:TRUNKLINE_SECRET_SIP" };
const inbound = {
  ...{ name: "didww-in", numbers: ["+33144556677"], allowed_addresses: ["46.19.210.14"], auth_username: "user1", ...login },
  ...{ ringing_timeout: 30, krisp_enabled: true, media_encryption: "allow" },
};
const outbound = {
  ...{ name: "exotel-out", address: "in.voip.exotel.com:443", transport: "tls", numbers: ["+918044319240"] },
  ...{ auth_username: "user2", ...login, destination_country: "in", media_encryption: "require" },
};
const rule = { name: "to-agent", rule_type: "individual", room_prefix: "call-", agents: [{ agent_name: "front-desk" }] };

/** Our calls that do what the SDK was recorded to do; `as`: the difference that is meant. */
const calls: { name: string; tool: string; args(ids: Ids): Json; as?: (request: Exchange["request"], ids: Ids) => Json }[] = [
  { name: "create inbound trunk", tool: "livekit_create_inbound_trunk", args: () => inbound },
  { name: "create outbound trunk", tool: "livekit_create_outbound_trunk", args: () => outbound },
  {
    name: "create dispatch rule (SDK)",
    tool: "livekit_create_dispatch_rule",
    args: ({ trunk }) => ({ ...rule, trunk_ids: [trunk] }),
    as: (request, { trunk }) => ({ dispatchRule: { ...wrapped(request).dispatchRule, trunkIds: [trunk] } }),
  },
  { name: "list rules", tool: "livekit_list_dispatch_rules", args: () => ({}), as: paged },
  {
    name: "update fields of inbound",
    tool: "livekit_update_inbound_trunk",
    args: ({ trunk }) => ({ trunk_id: trunk, numbers: ["+33144556678"], name: "renamed" }),
    as: (_, { trunk }) => ({ ...listOfSet(), sipTrunkId: trunk }),
  },
  {
    name: "delete trunk",
    tool: "livekit_delete_trunk",
    args: ({ trunk }) => ({ trunk_id: trunk }),
    as: (_, { trunk }) => ({ sipTrunkId: trunk }),
  },
];
/** Sends a recorded request again, with the ids that the emulator gave in the place of those that were recorded. */
function replay(ask: ReturnType<typeof askingEmulator>, { request, response }: Exchange, ids: Map<string, string>, name: string): void {
  const known = JSON.parse(JSON.stringify(request.body).replace(/S(?:T|DR)_\w+/g, (id) => ids.get(id) ?? id));
  const answer = ask(request.path.split("/").at(-1) ?? "", known);
  expect(answer.status, name).toBe(response.status);
  const { items, sip_trunk_id: trunk, sip_dispatch_rule_id: rule, trunk_ids: _, ...plain } = response.body;
  for (const [then, now] of [
    [trunk, answer.body.sip_trunk_id],
    [rule, answer.body.sip_dispatch_rule_id],
  ])
    if (then !== undefined) ids.set(String(then), now);
  expect(answer.body, name).toMatchObject(plain);
  if (Array.isArray(items)) expect(answer.body.items, name).toHaveLength(items.length);
}

interface Ids {
  trunk: string;
}

describe("exchanges recorded by LiveKit's SDK", needsDocuments, () => {
  test.each(calls.map((call) => [call.name, call] as const))(
    "%s: our client sends the same, but for what is listed",
    async (name, call) => {
      const { call: use, sandbox, close } = await startLiveKit();
      const { request } = recorded(name);
      const before = call.tool.includes("create_inbound")
        ? ""
        : (await use("livekit_create_inbound_trunk", { name: "x", numbers: ["+33144556677"] })).value.trunk.trunk_id;
      sandbox.seen.splice(0);
      const { isError, value } = await use(call.tool, call.args({ trunk: before }));
      expect(isError, JSON.stringify(value)).toBe(false);
      const sent = sandbox.seen.filter(({ path }) => path === `/livekit${request.path}`);
      expect(sent.map(({ body }) => asSdk(JSON.parse(body)))).toEqual([call.as?.(request, { trunk: before }) ?? request.body]);
      // Of headers and token ours have what the SDK's have: only the charset, the SDK's name and the grant for rooms are missing.
      const { headers } = sent[0] as (typeof sent)[number];
      expect(headers["content-type"]).toBe("application/json");
      expect(headers["x-livekit-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
      const payload = JSON.parse(Buffer.from(headers["authorization"]?.split(".")[1] ?? "", "base64url").toString());
      expect(payload.sip).toEqual(request.jwt?.payload["sip"]);
      expect(payload.exp - payload.nbf).toBe(60);
      expect(Object.keys(payload).sort()).toEqual(["exp", "iss", "nbf", "sip"]);
      await close();
    },
  );

  test("every recorded request is one that the emulator takes, and answers with at least what it was answered then", () => {
    const ask = askingEmulator();
    const ids = new Map<string, string>();
    const taken = cases.filter(({ name }) => !/wrong secret|without sip.admin|replace rule/.test(name));
    for (const { name, exchanges } of taken) replay(ask, exchanges[0], ids, name);
    expect([taken.length, ids.size]).toEqual([11, 3]);
  });

  test("every field that our client sends, and that the emulator prints, is one of LiveKit's", async () => {
    const { messages } = readDocument<Fields>(livekitDocuments.fields);
    const known = new Set(Object.values(messages).flatMap((fields) => fields.map(({ name }) => name)));
    const { call: use, sandbox, close } = await startLiveKit();
    const all = {
      ...inbound,
      max_call_duration: 60,
      auth_realm: "r",
      metadata: "m",
      codecs: ["PCMU"],
      include_headers: "x_headers",
      allowed_numbers: ["+37061498222"],
    };
    const { trunk } = (await use("livekit_create_inbound_trunk", all)).value;
    await use("livekit_create_outbound_trunk", { ...outbound, from_host: "sip.example.com", headers: { "X-A": "b" } });
    const whole = { ...rule, trunk_ids: [trunk.trunk_id], numbers: ["+33144556677"], hide_phone_number: true, media_encryption: "allow" };
    expect((await use("livekit_create_dispatch_rule", whole)).isError).toBe(false);
    const keys = (value: unknown): string[] =>
      typeof value !== "object" || value === null
        ? []
        : Object.entries(value).flatMap(([key, item]) => [...(Array.isArray(value) ? [] : [key]), ...keys(item)]);
    const sent = sandbox.seen.flatMap(({ body }) => keys(JSON.parse(body)));
    const ask = askingEmulator();
    const printed = [
      ask("CreateSIPInboundTrunk", { trunk: { numbers: ["+33144556677"], media: {} } }),
      ask("CreateSIPOutboundTrunk", { trunk: { numbers: ["*"], address: "sip.example.com" } }),
      ask("CreateSIPDispatchRule", {
        dispatch_rule: { rule: { dispatch_rule_direct: { room_name: "x" } }, room_config: { agents: [{}] } },
      }),
    ].flatMap(({ body }) => keys(body));
    expect(new Set(printed).size).toBeGreaterThan(35);
    expect([...new Set([...sent, ...printed])].filter((key) => !known.has(key) && key !== "X-A")).toEqual([]);
    expect(new Set(sent).size).toBeGreaterThan(25);
    await close();
  });

  test("the emulator knows every method of the service but those that place calls or are gone", () => {
    const { rpcs } = readDocument<Fields>(livekitDocuments.fields);
    const unknown = rpcs.filter(({ method }) => askingEmulator()(method, {}).body.code === "bad_route").map(({ method }) => method);
    expect(unknown).toEqual(["ListSIPTrunk", "CreateSIPParticipant", "TransferSIPParticipant"]);
  });
});

test("a token is signed as RFC 7515 says, with the secret of the key", async () => {
  const { call: use, sandbox, close } = await startLiveKit();
  await use("list_trunks", {});
  const [head, payload, signature] = (sandbox.seen[0]?.headers["authorization"] ?? "").replace("Bearer ", "").split(".");
  const wanted = createHmac("sha256", "sandbox-secret-that-opens-nothing").update(`${head}.${payload}`).digest("base64url");
  expect(signature).toBe(wanted);
  expect(Buffer.from(head ?? "", "base64url").toString()).toBe('{"alg":"HS256","typ":"JWT"}');
  await close();
});
