import { describe, expect, test } from "vitest";
import type { EmulatorAnswer } from "../../src/core/carrier/emulator.ts";
import { TELNYX_SANDBOX_KEY, telnyxEmulator } from "../../src/providers/telnyx/emulator.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test reads the JSON that a client receives, whatever it is.
type Json = any;

function carrier(dialect?: string) {
  let seconds = 0;
  const emulator = telnyxEmulator.create({ dialect, now: () => Date.UTC(2026, 10, 28, 9, 0, seconds++) });
  const call = (method: string, path: string, body?: unknown): EmulatorAnswer & { body: Json } => {
    const url = new URL(`/v2/${path}`, "http://carrier");
    const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
    const headers = { authorization: `Bearer ${TELNYX_SANDBOX_KEY}`, "content-type": "application/json" };
    const answer = emulator.handle({ method, segments: url.pathname.slice(1).split("/"), query: url.searchParams, headers, body: text });
    return answer as EmulatorAnswer & { body: Json };
  };
  const made = (path: string, body: object): string => call("POST", path, body).body.data.id;
  return { call, made, emulator };
}

const faults = ({ status, body }: { status: number; body: Json }) => [
  status,
  ...body.errors.map(({ code, source }: Json) => `${code} ${source?.pointer ?? source?.parameter ?? ""}`.trim()),
];

const login = { connection_name: "desk", user_name: "desk01", password: "correct horse" };
const profile = { name: "office" };

describe("a body is refused where it is wrong", () => {
  test.each<[string, string, object, string[]]>([
    ["a connection that is none", "ip_connections", { transport_protocol: "SCTP" }, ["10032 /transport_protocol"]],
    ["several mistakes at once", "ip_connections", { active: "yes", dtmf_type: "x" }, ["10026 /active", "10032 /dtmf_type"]],
    ["an object that is none", "ip_connections", { inbound: "US" }, ["10026 /inbound"]],
    ["a field inside", "ip_connections", { outbound: { tech_prefix: "12345" } }, ["10015 /outbound/tech_prefix"]],
    ["a token too short", "ip_connections", { outbound: { ip_authentication_token: "abc" } }, ["10025 /outbound/ip_authentication_token"]],
    ["a limit below nothing", "ip_connections", { inbound: { channel_limit: -1 } }, ["10033 /inbound/channel_limit"]],
    [
      "a profile of nobody",
      "ip_connections",
      { outbound: { outbound_voice_profile_id: "1" } },
      ["10017 /outbound/outbound_voice_profile_id"],
    ],
    ["no name", "fqdn_connections", {}, ["10004 /connection_name"]],
    ["no login", "credential_connections", { connection_name: "x" }, ["10004 /user_name", "10004 /password"]],
    ["a user name of digits", "credential_connections", { ...login, user_name: "123456" }, ["10015 /user_name"]],
    ["a password too short", "credential_connections", { ...login, password: "short" }, ["10025 /password"]],
    ["a range", "ips", { ip_address: "44.248.146.0/28" }, ["10015 /ip_address"]],
    ["an address for nobody", "ips", { ip_address: "44.248.146.11", connection_id: "1" }, ["10017 /connection_id"]],
    ["a port that is none", "ips", { ip_address: "44.248.146.11", port: 0 }, ["10033 /port"]],
    ["a profile's name too short", "outbound_voice_profiles", { name: "ab" }, ["10025 /name"]],
    ["an amount as a number", "outbound_voice_profiles", { ...profile, daily_spend_limit: 5 }, ["10026 /daily_spend_limit"]],
    [
      "a country in letters of three",
      "outbound_voice_profiles",
      { ...profile, whitelisted_destinations: ["USA"] },
      ["10015 /whitelisted_destinations"],
    ],
  ])("%s", (_, path, body, expected) => {
    expect(faults(carrier().call("POST", path, body))).toEqual([422, ...expected]);
  });

  test("what is no JSON, and what is no object", () => {
    const { call } = carrier();
    expect(faults(call("POST", "ips", "{"))).toEqual([400, "10015 /"]);
    expect(faults(call("POST", "ips", "[]"))).toEqual([400, "10015 /"]);
  });

  test("a user name that another connection has", () => {
    const { call, made } = carrier();
    made("credential_connections", login);
    expect(faults(call("POST", "credential_connections", login))).toEqual([422, "10012 /user_name"]);
    const fqdn = made("fqdn_connections", { connection_name: "bot" });
    expect(faults(call("PATCH", `fqdn_connections/${fqdn}/fqdn_authentication`, { user_name: "desk01" }))).toEqual([
      422,
      "10012 /user_name",
    ]);
  });
});

describe("a query is refused where it is wrong", () => {
  test.each([
    ["connections?filter[connection_name][eq]=office", "filter[connection_name][eq]"],
    ["connections?filter[connection_name][contains]=ab", "filter[connection_name][contains]"],
    ["connections?page[size]=251", "page[size]"],
    ["connections?page[number]=0", "page[number]"],
    ["connections?sort=colour", "sort"],
    ["phone_numbers?filter[phone_number]=13", "filter[phone_number]"],
  ])("%s", (path, parameter) => {
    expect(faults(carrier().call("GET", path))).toEqual([400, `10015 ${parameter}`]);
  });
});

test.each([
  ["GET", "connections/1"],
  ["GET", "balance"],
  ["DELETE", "phone_numbers/1293384261075731499"],
  ["GET", "ip_connections/1/fqdn_authentication"],
])("%s %s is not found", (method, path) => {
  expect(faults(carrier().call(method, path))).toEqual([404, "10005"]);
});

test("a connection is found under its own kind only", () => {
  const { call, made } = carrier();
  const id = made("ip_connections", {});
  expect([call("GET", `ip_connections/${id}`).status, call("GET", `connections/${id}`).status]).toEqual([200, 200]);
  expect(faults(call("GET", `fqdn_connections/${id}`))).toEqual([404, "10005"]);
});

describe("where the documents leave it open, each dialect has its answer", () => {
  const answers = (run: (at: ReturnType<typeof carrier>) => unknown) =>
    Object.fromEntries(telnyxEmulator.dialects.map((dialect) => [dialect, run(carrier(dialect))]));
  const number = "phone_numbers/1293384261075731499";

  test("an object in a change merges or replaces", () => {
    const left = answers(({ call, made }) => {
      const id = made("ip_connections", { inbound: { sip_region: "Europe" } });
      return call("PATCH", `ip_connections/${id}`, { inbound: { channel_limit: 3 } }).body.data.inbound.sip_region;
    });
    expect(left).toEqual({ observed: "Europe", documented: "Europe", strict: "US" });
  });

  test("a field that was set to nothing stays so in a change of others", () => {
    const { call, made } = carrier("observed");
    const id = made("ip_connections", { outbound: { localization: null } });
    expect(call("PATCH", `ip_connections/${id}`, { outbound: { channel_limit: 3 } }).body.data.outbound.localization).toBe(null);
  });

  test("a number is taken off by an empty text or by null", () => {
    const off = (value: unknown) => answers(({ call }) => call("PATCH", number, { connection_id: value }).status);
    expect([off(""), off(null)]).toEqual([
      { observed: 200, documented: 200, strict: 422 },
      { observed: 200, documented: 422, strict: 200 },
    ]);
  });

  test("a connection that has a number is deleted or not", () => {
    const gone = answers(({ call, made }) => {
      const id = made("ip_connections", {});
      call("PATCH", number, { connection_id: id });
      return [call("DELETE", `ip_connections/${id}`).status, call("GET", number).body.data.connection_id ?? null];
    });
    expect(gone).toEqual({ observed: [200, null], documented: [200, null], strict: [422, expect.any(String)] });
  });

  test("an address is taken a second time or not", () => {
    const second = answers(({ call, made }) => {
      const address = { connection_id: made("ip_connections", {}), ip_address: "44.248.146.11" };
      return [call("POST", "ips", address).status, call("POST", "ips", address).status];
    });
    expect(second).toEqual({ observed: [201, 201], documented: [201, 201], strict: [201, 422] });
  });

  test("an amount comes back as it was sent, or rounded", () => {
    const amount = answers(({ call }) => call("POST", "outbound_voice_profiles", { ...profile, daily_spend_limit: "5" }).body.data);
    expect(Object.values(amount).map((row: Json) => row.daily_spend_limit)).toEqual(["5", "5", "5.00"]);
  });

  test("rows come newest first or oldest first, and a field without a value is null or left out", () => {
    const rows = answers(({ call, made }) => {
      const id = made("ip_connections", {});
      const { data } = call("GET", "connections").body;
      return [data[0].id === id, call("GET", `ip_connections/${id}`).body.data.connection_name];
    });
    expect(rows).toEqual({ observed: [true, null], documented: [false, undefined], strict: [true, null] });
  });

  test("a connection's id is taken as a number too, digit by digit", () => {
    const ids = answers(({ call, made }) => {
      const id = made("fqdn_connections", { connection_name: "bot" });
      const body = `{"fqdn": "a.example.com", "dns_record_type": "a", "connection_id": ${id}}`;
      return String(call("POST", "fqdns", body).body.data.connection_id) === id;
    });
    expect(ids).toEqual({ observed: true, documented: true, strict: true });
  });

  test("there is no other dialect", () => {
    expect(() => telnyxEmulator.create({ dialect: "toString" })).toThrow("no dialect");
  });
});

test("the seed makes three trunks, one of them without a profile, and outlives a restart", () => {
  const { call, emulator } = carrier();
  telnyxEmulator.seed?.(emulator);
  const saved = emulator.save();
  const other = carrier();
  other.emulator.load(saved);
  const rows = (at: typeof call) => at("GET", "connections?sort=connection_name").body.data;
  expect(rows(other.call)).toEqual(rows(call));
  expect(rows(call).map(({ connection_name, outbound_voice_profile_id: id }: Json) => [connection_name, id !== null])).toEqual([
    ["chicago_bot", true],
    ["chicago_office", true],
    ["ivr application", false],
    ["night_desk", false],
  ]);
});
