import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { EmulatorAnswer, EmulatorRequest } from "../../src/core/carrier/emulator.ts";
import { exotelEmulator, exotelSandboxAccount } from "../../src/providers/exotel/emulator.ts";
import { needsFiles } from "../support/needs.ts";

const NOW = Date.parse("2026-01-23T09:24:59.700Z");
const shared = resolve(import.meta.dirname, "../../../shared");
const responses = resolve(shared, "fixtures/exotel/responses");
const descriptions = resolve(shared, "fixtures/exotel/error-descriptions.json");
const reference = resolve(shared, "user-docs/exotel-api-reference.md");

type ErrorData = { code: number; message: string; description: string };
type Item = { code: number; error_data: ErrorData | null; data: Record<string, string> };
type Envelope = { request_id: string; http_code: number; metadata?: object; response: Item | Item[] };
type Change = Partial<EmulatorRequest>;

const { sid, key, token } = exotelSandboxAccount;
const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString("base64")}` });
const signed = basic(`${key}:${token}`);

/** A carrier with one trunk, `one`; `%` in a path stands for it. */
function carrier(dialect?: string, now: () => number = () => NOW) {
  const emulator = exotelEmulator.create({ dialect, now });
  let trunkSid = "";
  const call = (method: string, path: string, body?: unknown, change: Change = {}) => {
    const url = new URL(`/v2/accounts/${sid}/${path.replace("%", `trunks/${trunkSid}`)}`, "http://carrier");
    return emulator.handle({
      method,
      segments: url.pathname.slice(1).split("/"),
      query: url.searchParams,
      headers: { ...signed, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      body: typeof body === "string" ? body : JSON.stringify(body ?? ""),
      ...change,
    });
  };
  trunkSid = dataOf(call("POST", "trunks", trunk("one"))).trunk_sid ?? "";
  return { call, trunkSid };
}
type Scenario = (call: ReturnType<typeof carrier>["call"]) => EmulatorAnswer;

const envelope = (answer: EmulatorAnswer) => answer.body as Envelope;
const items = (answer: EmulatorAnswer) => [envelope(answer).response].flat();
const first = (answer: EmulatorAnswer) => items(answer)[0] as Item;
const dataOf = (answer: EmulatorAnswer) => first(answer).data;
const column = (answer: EmulatorAnswer, name: string) => items(answer).map((item) => item.data?.[name]);
const verdict = (answer: EmulatorAnswer) => `${answer.status}/${first(answer).code}/${first(answer).error_data?.code}`;
const last = (...answers: EmulatorAnswer[]) => answers.at(-1) as EmulatorAnswer;

const trunk = (name: string) => ({ trunk_name: name, nso_code: "ANY-ANY", domain_name: "x.pstn.exotel.com" });
const uris = (...destinations: string[]) => ({ destinations: destinations.map((destination) => ({ destination })) });
const alias = (value: string) => ({ settings: [{ name: "trunk_external_alias", value }] });
const login = { user_name: "agent", password: "Secret_1", friendly_name: "voice_ai" };
const number = { phone_number: "+919876543210" };
const flow = { ...number, mode: "flow" };
const ip = { ip: "203.0.113.50", mask: 32 };
const tls = "203.0.113.50:5061;transport=tls";
const hosts = uris("a.example.com:5061;transport=tls", "sip:b.example.com:5060;transport=tcp");

const mapNumber: Scenario = (call) => call("POST", "%/phone-numbers", number);
const mapUnknown: Scenario = (call) => call("POST", "trunks/trmum1a2b3c4d5e6f7890123456/phone-numbers", number);
const whitelist: Scenario = (call) => call("POST", "%/whitelisted-ips", ip);
const addUri: Scenario = (call) => call("POST", "%/destination-uris", uris(tls));
const addCredentials: Scenario = (call) => call("POST", "%/credentials", login);
const setAlias: Scenario = (call) => call("POST", "%/settings", alias("+919876543210"));
const switchMode: Scenario = (call) => call("PUT", `%/phone-numbers/${dataOf(mapNumber(call)).id}`, flow);
const createTwice: Scenario = (call) => {
  const create = () => call("POST", "trunks", trunk("outbound_trunk"));
  return last(create(), create());
};

/** How to make the emulator say what each recorded answer says. */
const recorded: Record<string, Scenario> = {
  "ref-01": (call) => call("POST", "trunks", trunk("two")),
  "ref-02": (call) => call("POST", "trunks", trunk("no-hyphen")),
  "ref-03": createTwice,
  "ref-04": mapNumber,
  "ref-05": mapUnknown,
  "ref-06": (call) => last(mapNumber(call), mapNumber(call)),
  "ref-07": whitelist,
  "ref-08": (call) => last(whitelist(call), whitelist(call)),
  "ref-09": (call) => last(whitelist(call), addUri(call)),
  "ref-10": addUri,
  "ref-11": (call) => call("POST", "%/destination-uris", uris("10.0.0.1:5061;transport=tls")),
  "ref-12": (call) => call("POST", "%/phone-numbers", flow),
  "ref-13": (call) => last(switchMode(call), call("GET", "%/phone-numbers")),
  "ref-14": (call) => last(whitelist(call), call("GET", "%/whitelisted-ips")),
  "ref-15": (call) => last(call("POST", "%/destination-uris", hosts), call("GET", "%/destination-uris")),
  "ref-16": switchMode,
  "ref-17": setAlias,
  "ref-18": (call) => call("DELETE", `trunks?trunk_sid=${dataOf(call("GET", "%")).trunk_sid}`),
  "cred-01": addCredentials,
  "cred-02": (call) => last(addCredentials(call), call("GET", "%/credentials")),
  "cred-03": (call) => call("DELETE", `%/credentials?id=${dataOf(addCredentials(call)).id}`),
  "cred-04": (call) => call("GET", "%/credentials"),
};

/** Requests that provoke each of the carrier's descriptions, by error code and description. */
const provocations: Record<string, Scenario> = {
  "1000 Not Found": (call) => call("DELETE", "%/phone-numbers?id=1"),
  "1001 TrunkName is mandatory": (call) => call("POST", "trunks", { nso_code: "ANY-ANY" }),
  "1001 Ip is mandatory": (call) => call("POST", "%/whitelisted-ips", { mask: 32 }),
  "1001 PhoneNumber is mandatory": (call) => call("POST", "%/phone-numbers", { mode: "flow" }),
  "1002 Maximum allowed length for TrunkName is 16": (call) => call("POST", "trunks", trunk("a".repeat(17))),
  "1002 Allowed characters for TrunkName is alphanumeric and _": (call) => call("POST", "trunks", trunk("a-b")),
  "1002 Invalid PhoneNumber": (call) => call("POST", "%/phone-numbers", { phone_number: "080-486-36999" }),
  "1002 Invalid ip": (call) => call("POST", "%/whitelisted-ips", { ip: "256.1.2.3" }),
  "1002 mask should be in-between 16 and 32": (call) => call("POST", "%/whitelisted-ips", { ...ip, mask: 15 }),
  "1002 Domain name should end with .pstn.exotel.com": (call) => call("POST", "trunks", { ...trunk("a"), domain_name: "a.com" }),
  "1002 Nso code is invalid": (call) => call("POST", "trunks", { ...trunk("a"), nso_code: "any any" }),
  "1002 Destination not whitelisted": addUri,
  "1002 Destination is not a valid Ip or Fqdn": (call) => call("POST", "%/destination-uris", uris("10.0.0.1:1;transport=tcp")),
  "1002 Allowed characters for FriendlyName is alphanumberic and _": (call) =>
    call("POST", "%/credentials", { ...login, friendly_name: "a-b" }),
  "1003 Authorization failed": mapUnknown,
  "1007 unexpected EOF": (call) => call("POST", "trunks", '{"trunk_name":'),
  "1007 json: cannot unmarshal number -1 into Go struct field CreateWhitelistipsRequest.mask of type uint8": (call) =>
    call("POST", "%/whitelisted-ips", { ...ip, mask: -1 }),
  "1008 Unable to create trunk with name *": createTwice,
  "1008 Unable to create DidTrunkMapping with TrunkSid *": (call) => last(mapNumber(call), mapNumber(call)),
  "1008 Unable to Whitelist-ip with ip *": (call) => last(whitelist(call), whitelist(call)),
  "1010 Authorization failed": (call) => call("GET", "trunks", undefined, { headers: {} }),
  "1011 text/plain": (call) => call("POST", "trunks", "{}", { headers: { ...signed, "content-type": "text/plain" } }),
};

/** In the order of the JSON blocks of the user's API reference; a name is that of a recorded answer. */
const referenceBlocks: (string | Scenario)[] = [
  ...["ref-01", "ref-02", "ref-03", "ref-04", "ref-05"],
  (call) => call("POST", "%/phone-numbers", { phone_number: "9876543210" }),
  ...["ref-16", "ref-07"],
  (call) => call("POST", "%/whitelisted-ips", { ip: "256.1.2.3", mask: 32 }),
  ...["ref-09", "cred-04"],
  (call) => {
    const other = { phone_number: "+919876543211" };
    return last(switchMode(call), call("POST", "%/phone-numbers", other), call("GET", "%/phone-numbers"));
  },
  ...["ref-14", "ref-15", "ref-17", "ref-18"],
];

/** Keys and JSON types; an array is the kinds of item that it has. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(shape(item))))].sort();
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, shape(item)]));
}

const needsRecords = needsFiles([responses, descriptions, reference]);

const files = existsSync(responses) ? readdirSync(responses).filter((name) => /^(ref|cred)-.*\.json$/.test(name)) : [];

describe("the emulator has the shape of what was recorded", needsRecords, () => {
  test.each(files)("observed: %s", (name) => {
    const scenario = recorded[/^[a-z]+-\d+/.exec(name)?.[0] ?? ""];
    expect(scenario, "add a scenario for this file to `recorded`").toBeDefined();
    const answer = scenario?.(carrier("observed").call);
    expect(shape(answer?.body)).toEqual(shape(JSON.parse(readFileSync(resolve(responses, name), "utf8"))));
  });

  test("observed: each scenario has its file, and a different shape is seen as one", () => {
    expect(files).toHaveLength(Object.keys(recorded).length);
    expect(shape([{ mode: null }])).not.toEqual(shape([{ mode: "flow" }]));
  });

  test("observed: codes, statuses and descriptions are the carrier's own", () => {
    const { rows } = JSON.parse(readFileSync(descriptions, "utf8")) as { rows: [number, number, string, string][] };
    expect(rows).toHaveLength(Object.keys(provocations).length);
    const wildcard = (text: string) => text.replace(/^(Unable .*) \S+$/, "$1 *");
    for (const [code, http, message, exact] of rows) {
      const description = wildcard(exact);
      const scenario = provocations[`${code} ${description}`];
      expect(scenario, `add a scenario for "${exact}" to \`provocations\``).toBeDefined();
      const answer = scenario?.(carrier("observed").call) ?? { status: 0 };
      const error = first(answer).error_data;
      expect({ ...error, description: wildcard(error?.description ?? "") }).toEqual({ code, message, description });
      // A batch refuses the item, not the request.
      expect(answer.status === 207 ? first(answer).code : answer.status).toBe(http);
    }
  });

  test("documented: every JSON block of the user's reference", () => {
    const text = readFileSync(reference, "utf8");
    const blocks = [...text.matchAll(/```json\n(.*?)```/gs)].map((match) => JSON.parse(match[1] ?? "") as Envelope);
    expect(blocks).toHaveLength(referenceBlocks.length);
    for (const [index, block] of blocks.entries()) {
      const scenario = referenceBlocks[index] ?? "";
      const answer = (typeof scenario === "string" ? recorded[scenario] : scenario)?.(carrier("documented").call);
      expect(shape(answer?.body), `block ${index}`).toEqual(shape(block));
      // The documents' failures are repeated to the letter.
      if (block.http_code >= 400) expect(answer?.body).toMatchObject({ response: block.response, http_code: block.http_code });
    }
  });
});

const noTrunkBody = { headers: { ...signed, "content-type": "text/plain" } };
test.each<[what: string, method: string, path: string, body: unknown, change: Change, observed: string, documented: string]>([
  ["no credentials", "GET", "trunks", undefined, { headers: {} }, "401/401/1010", "401/401/1010"],
  ["a wrong token", "GET", "trunks", undefined, { headers: basic(`${key}:no`) }, "401/401/1010", "401/401/1010"],
  ["another account", "GET", "", undefined, { segments: ["v2", "accounts", "x", "trunks"] }, "403/403/1003", "403/403/1011"],
  ["an unknown path", "GET", "trunk", undefined, {}, "404/404/1000", "404/404/1003"],
  ["a path too deep", "GET", "%/settings/1/2", undefined, {}, "404/404/1000", "404/404/1003"],
  ["a wrong method", "PATCH", "trunks", undefined, {}, "405/405/undefined", "405/405/undefined"],
  ["an inherited method", "constructor", "trunks", undefined, {}, "405/405/undefined", "405/405/undefined"],
  ["a wrong content type", "POST", "trunks", "{}", noTrunkBody, "415/415/1011", "415/415/1000"],
  ["an array as body", "POST", "trunks", [], {}, "400/400/1007", "400/400/1000"],
  ["a wrong type", "POST", "trunks", { trunk_name: 1 }, {}, "400/400/1007", "400/400/1000"],
  ["an unknown trunk", "GET", "trunks/none/settings", undefined, {}, "403/403/1003", "404/404/1003"],
  ["an unknown row", "PUT", "%/phone-numbers/1", flow, {}, "404/404/1000", "404/404/1003"],
  ["no id", "DELETE", "%/credentials", undefined, {}, "400/400/1001", "400/400/1000"],
  ["a duplicate", "POST", "trunks", trunk("one"), {}, "200/409/1008", "409/409/1002"],
  ["an endless number", "POST", "%/phone-numbers", { phone_number: `+${"9".repeat(40)}` }, {}, "404/404/1000", "400/400/1001"],
  ["a mode of neither kind", "POST", "%/phone-numbers", { ...number, mode: "PSTN" }, {}, "400/400/1002", "400/400/1001"],
  ["a mask of 8", "POST", "%/whitelisted-ips", { ...ip, mask: 8 }, {}, "400/400/1002", "200/200/undefined"],
  ["a mask of 33", "POST", "%/whitelisted-ips", { ...ip, mask: 33 }, {}, "400/400/1002", "400/400/1001"],
  ["a password with a sign", "POST", "%/credentials", { ...login, password: "a!b" }, {}, "400/400/1002", "400/400/1001"],
  ["a failing item", "POST", "%/destination-uris", uris(tls), {}, "207/400/1002", "200/400/1001"],
])("refuses %s", (_, method, path, body, change, observed, documented) => {
  expect(verdict(carrier("observed").call(method, path, body, change))).toBe(observed);
  expect(verdict(carrier("documented").call(method, path, body, change))).toBe(documented);
});

test.each<[destination: string, description: string | undefined]>([
  ["sip:203.0.113.50:5061;transport=tls", undefined],
  ["203.0.113.9:5060;transport=tcp", undefined],
  ["pbx.example.com:5061;transport=tls", undefined],
  ["203.0.112.50:5061;transport=tls", "Destination not whitelisted"],
  ["192.168.1.1:5061;transport=tls", "Destination is not a valid Ip or Fqdn"],
  ["203.0.113.500:5061;transport=tls", "Destination is not a valid Ip or Fqdn"],
  ["203.0.113.50:0;transport=tls", "Destination is not a valid Ip or Fqdn"],
  ["203.0.113.50:5060;transport=udp", "Destination is not a valid Ip or Fqdn"],
  ["pbx:5061;transport=tls", "Destination is not a valid Ip or Fqdn"],
  ["pbx.example.com;transport=tls", "Destination is not a valid Ip or Fqdn"],
])("destination %s on a trunk that has 203.0.113.0/24 and a private range: %s", (destination, description) => {
  const { call } = carrier();
  for (const range of ["203.0.113.0", "192.168.1.0"]) call("POST", "%/whitelisted-ips", { ip: range, mask: 24 });
  const answer = first(call("POST", "%/destination-uris", uris(destination)));
  expect(answer.error_data?.description).toBe(description);
  if (!description) expect(answer.data.destination).toMatch(/^sip:[^:]+:\d+;/);
});

test("observed: a batch does what it can, and destinations append", () => {
  const { call } = carrier();
  const answer = call("POST", "%/destination-uris", uris("a.example.com:5061;transport=tls", "nonsense"));
  expect([answer.status, envelope(answer).metadata]).toEqual([207, { total: 2, success: 1, failed: 1 }]);
  call("POST", "%/destination-uris", uris("a.example.com:5061;transport=tls"));
  const list = column(call("GET", "%/destination-uris"), "destination");
  expect(list).toEqual(Array(2).fill("sip:a.example.com:5061;transport=tls"));
});

test("observed: an alias is replaced, listed and deleted by name", () => {
  let now = NOW;
  const { call } = carrier("observed", () => now);
  const before = setAlias(call);
  now += 60_000;
  call("POST", "%/settings", alias("+14155552671"));
  expect(call("GET", "%/settings").body).toMatchObject({
    response: [{ data: { value: "+14155552671", date_created: "2026-01-23T09:24:59Z", date_updated: "2026-01-23T09:25:59Z" } }],
  });
  expect(dataOf(before).value, "an answer given is not changed").toBe("+919876543210");
  expect(call("DELETE", "%/settings?name=trunk_external_alias").status).toBe(200);
  expect(envelope(call("GET", "%/settings")).response).toEqual([]);
});

test.each<[list: string, add: Scenario, change: object]>([
  ["whitelisted-ips", whitelist, { ip: "198.51.100.7", mask: 24 }],
  ["phone-numbers", mapNumber, { phone_number: "+14155552671", mode: "pstn" }],
  ["credentials", addCredentials, { user_name: "other" }],
  ["destination-uris", (call) => last(whitelist(call), addUri(call)), { priority: 2, weight: 5 }],
])("observed: a row of %s is changed, then deleted, and the delete returns it", (list, add, change) => {
  const { call } = carrier();
  const id = dataOf(add(call)).id ?? "";
  expect(dataOf(call("PUT", `%/${list}/${id}`, change))).toMatchObject({ id, ...change });
  expect(dataOf(call("DELETE", `%/${list}?id=${id}`))).toMatchObject({ id, ...change });
  expect(envelope(call("GET", `%/${list}`)).response).toEqual([]);
});

test("observed: a trunk is renamed, is found by its sid, and takes its rows along when it goes", () => {
  const { call, trunkSid } = carrier();
  mapNumber(call);
  expect(dataOf(call("PUT", "%", { trunk_name: "renamed" })).trunk_name).toBe("renamed");
  call("POST", "trunks", trunk("one"));
  expect(verdict(call("PUT", "%", { trunk_name: "one" }))).toBe("200/409/1008");
  expect(column(call("GET", `trunks?trunk_sid=${trunkSid}`), "trunk_name")).toEqual(["renamed"]);
  expect(column(call("GET", "trunk-maps?exophone=+919876543210"), "trunk_sid")).toEqual([trunkSid]);
  expect(dataOf(call("DELETE", `trunks?trunk_sid=${trunkSid}`)).trunk_name).toBe("renamed");
  expect(verdict(call("GET", "%/phone-numbers"))).toBe("403/403/1003");
  expect(envelope(call("GET", "trunk-maps?exophone=%2B919876543210")).response).toEqual([]);
});

test("observed: a number is on one trunk of the account and a range once on a trunk, after an update too", () => {
  const { call } = carrier();
  mapNumber(call);
  whitelist(call);
  const other = dataOf(call("POST", "trunks", trunk("two"))).trunk_sid;
  expect(verdict(call("POST", `trunks/${other}/phone-numbers`, number))).toBe("200/409/1008");
  const { id } = dataOf(call("POST", `trunks/${other}/phone-numbers`, { phone_number: "+14155552671", mode: null }));
  expect(verdict(call("PUT", `trunks/${other}/phone-numbers/${id}`, flow))).toBe("200/409/1008");
  const range = dataOf(call("POST", "%/whitelisted-ips", { ...ip, mask: 24 })).id;
  expect(verdict(call("PUT", `%/whitelisted-ips/${range}`, { mask: 32 }))).toBe("200/409/1008");
});

test("observed: lists page newest first, 50 rows at a time, with links to follow", () => {
  const { call, trunkSid } = carrier();
  for (let index = 0; index < 60; index++) call("POST", "%/whitelisted-ips", { ip: `203.0.113.${index}` });
  const page = call("GET", "%/whitelisted-ips");
  expect([items(page).length, dataOf(page).ip]).toEqual([50, "203.0.113.59"]);
  const base = `/v2/accounts/sandbox/trunks/${trunkSid}/whitelisted-ips`;
  expect(envelope(page).metadata).toEqual({
    page_size: 50,
    first_page_uri: `${base}?offset=0&page_size=50`,
    prev_page_uri: null,
    next_page_uri: `${base}?offset=50&page_size=50`,
  });
  const rest = call("GET", "%/whitelisted-ips?offset=50&page_size=500");
  expect([items(rest).length, envelope(rest).metadata]).toMatchObject([10, { page_size: 100, next_page_uri: null }]);
});

test("observed: names its trunks and requests as the carrier does, and never says a password", () => {
  const { call, trunkSid } = carrier();
  expect(trunkSid).toMatch(/^trmum1[0-9a-f]{18}1a1n$/);
  const answers = [addCredentials(call), call("GET", "%/credentials")];
  expect(envelope(last(...answers)).request_id).toMatch(/^[0-9a-f]{32}$/);
  expect(JSON.stringify(answers)).not.toMatch(/password|Secret_1/);
});

test("documented: lists come whole unless fewer are asked for", () => {
  const { call } = carrier("documented");
  for (let index = 0; index < 120; index++) call("POST", "%/whitelisted-ips", { ip: `203.0.113.${index}`, mask: 32 });
  expect(dataOf(call("GET", "%/whitelisted-ips"))).toHaveLength(120);
  expect(dataOf(call("GET", "%/whitelisted-ips?offset=119&page_size=5"))).toMatchObject([{ ip: "203.0.113.119" }]);
});

test("documented: has the documents' ids, request ids and generated credentials", () => {
  const { call, trunkSid } = carrier("documented");
  whitelist(call);
  expect(dataOf(addUri(call)).id).toBe("du_203011350_5061_001");
  expect(dataOf(mapNumber(call)).id).toBe("41512");
  const answer = call("GET", "%/credentials");
  expect(dataOf(answer)).toEqual({ username: trunkSid, password: expect.stringMatching(/^[A-Za-z0-9]{16}$/) });
  expect(envelope(answer).request_id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test.each([
  ["observed", { RestException: { Status: 429, Message: "Too Many Requests" } }],
  ["documented", { http_code: 429, response: { code: 429, error_data: { code: 1030 } } }],
])("%s: call 201 of any minute waits until the first is a minute old", (dialect, body) => {
  let now = NOW;
  const { call } = carrier(dialect, () => now);
  now += 20_000;
  for (let index = 0; index < 199; index++) expect(call("GET", "trunks").status).toBe(200);
  expect(call("GET", "trunks")).toMatchObject({ status: 429, headers: { "Retry-After": "40" }, body });
  now += 40_000;
  expect(call("GET", "trunks").status).toBe(200);
  expect(call("GET", "trunks").headers).toEqual({ "Retry-After": "20" });
});

test("starts empty, and has no other dialect", () => {
  const request = { method: "GET", query: new URLSearchParams(), headers: signed, body: "" };
  expect(envelope(exotelEmulator.create().handle({ ...request, segments: ["v2", "accounts", sid, "trunks"] })).response).toEqual([]);
  expect(() => exotelEmulator.create({ dialect: "guessed" })).toThrow(/observed, documented/);
});
