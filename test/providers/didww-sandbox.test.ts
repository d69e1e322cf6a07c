import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { EmulatorAnswer, EmulatorRequest } from "../../src/core/carrier/emulator.ts";
import { DIDWW_SANDBOX_KEY, didwwEmulator } from "../../src/providers/didww/emulator.ts";
import { didwwDocuments, didwwSchemas, needsDocuments } from "../support/didww-openapi.ts";

const NOW = Date.parse("2026-11-20T09:00:00.000Z");
const TYPE = "application/vnd.api+json";
const DID = "7a6c177d-a054-4c75-9b4c-b1596ed6fa25";

type Change = Partial<EmulatorRequest>;
type ErrorRow = { title: string; detail: string; code: string; status: string; source?: { pointer: string } };
// biome-ignore lint/suspicious/noExplicitAny: a test reads the JSON that a client receives, whatever it is.
type Json = any;

function carrier(dialect?: string, now: () => number = tick()) {
  const emulator = didwwEmulator.create({ dialect, now });
  return (method: string, path: string, body?: unknown, change: Change = {}): EmulatorAnswer => {
    const url = new URL(`/v3/${path}`, "http://carrier");
    return emulator.handle({
      method,
      segments: url.pathname.slice(1).split("/"),
      query: url.searchParams,
      headers: { "api-key": DIDWW_SANDBOX_KEY, accept: TYPE, "content-type": TYPE },
      body: typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body),
      ...change,
    });
  };
}

/** A second a call, so that no rate is used up. */
function tick(): () => number {
  let now = NOW;
  return () => (now += 1_000);
}

const trunk = (attributes: object, relationships?: object) => ({ data: { type: "voice_out_trunks", attributes, relationships } });
const method = (allowed_sip_ips: string[] = ["203.0.113.1"]) => ({ type: "credentials_and_ip", attributes: { allowed_sip_ips } });
const plain = { name: "one", on_cli_mismatch_action: "reject_call" };
const nested = { ...plain, authentication_method: method() };
const flat = { ...plain, allowed_sip_ips: ["203.0.113.1"] };
const body = (answer: EmulatorAnswer): Json => answer.body;
const errors = (answer: EmulatorAnswer): ErrorRow[] => body(answer).errors;
const names = (answer: EmulatorAnswer): string[] => body(answer).data.map((row: Json) => row.attributes.name);

describe("the documents", needsDocuments, () => {
  const text = needsDocuments.skip ? "" : readFileSync(didwwDocuments.create, "utf8");
  const blocks = [...text.matchAll(/^\{$[\s\S]*?^\}$/gm)].map(([json]) => JSON.parse(json));
  const pairs = [0, 2, 4].map((index) => [index / 2 + 1, blocks[index], blocks[index + 1]] as const);

  test.each(pairs)("example %i of the user's document is answered as it shows", (_, request, response) => {
    const {
      status,
      headers,
      body: document,
    } = carrier("documented")("POST", "voice_out_trunks", request) as EmulatorAnswer & { body: Json };
    expect([status, headers?.["content-type"]]).toEqual([201, TYPE]);
    expect(shape(document)).toEqual(shape(response));
    const { username, password, created_at, name, ...attributes } = response.data.attributes;
    expect(document.data.attributes).toMatchObject(attributes);
    expect([document.data.meta, document.meta]).toEqual([response.data.meta, response.meta]);
    // The second sample answers with another name than it was sent.
    expect(document.data.attributes.name).toBe(request.data.attributes.name);
    expect([document.data.attributes.username, document.data.attributes.password].join(" ")).toMatch(/^[a-z0-9]{10} [a-z0-9]{10}$/);
  });

  test("all three examples were read", () => {
    expect(pairs.map(([, request, response]) => [request?.data?.type, response?.data?.type])).toEqual(
      Array(3).fill(["voice_out_trunks", "voice_out_trunks"]),
    );
  });

  test("every answer of 2026-04-16 is one that the OpenAPI document describes", () => {
    const schema = didwwSchemas();
    const call = carrier();
    const sid = "AC33333333333333333333333333333333";
    const twilio = { ...plain, authentication_method: { type: "twilio", attributes: { twilio_account_sid: sid } } };
    const created = call("POST", "voice_out_trunks", trunk(nested, { dids: { data: [{ type: "dids", id: DID }] } }));
    const { id } = body(created).data;
    const update = { data: { id, type: "voice_out_trunks", attributes: { capacity_limit: 7 } } };
    const rotation = { type: "voice_out_trunk_regenerate_credentials", relationships: { voice_out_trunk: { data: { type: "x", id } } } };
    const answers: [string, EmulatorAnswer][] = [
      ["VoiceOutTrunkDocument", created],
      ["VoiceOutTrunkDocument", call("POST", "voice_out_trunks", trunk(twilio))],
      ["VoiceOutTrunkDocument", call("GET", `voice_out_trunks/${id}?include=dids`)],
      ["VoiceOutTrunkDocument", call("PATCH", `voice_out_trunks/${id}`, update)],
      ["VoiceOutTrunkDocument", call("PUT", `voice_out_trunks/${id}`, update)],
      ["VoiceOutTrunkCollectionDocument", call("GET", "voice_out_trunks?page[size]=1&include=dids,emergency_dids")],
      ["VoiceOutTrunkRegenerateCredentialDocument", call("POST", "voice_out_trunk_regenerate_credentials", { data: rotation })],
      ["ErrorsDocument", call("GET", "voice_out_trunks?filter[bogus]=1")],
      ["ErrorsDocument", call("GET", "voice_out_trunks", undefined, { headers: {} })],
      ["ErrorsDocument", call("GET", `voice_out_trunks/${DID}`)],
      ["ErrorsDocument", call("POST", "voice_out_trunks", trunk({}))],
    ];
    for (const [name, answer] of answers) {
      const validate = schema(name);
      expect(validate(answer.body) ? [] : validate.errors, `${name} ${JSON.stringify(answer.body)}`).toEqual([]);
      expect(answer.headers).toEqual({ "content-type": TYPE });
    }
    const planted = schema("VoiceOutTrunkDocument");
    expect(planted({ ...body(created), data: { ...body(created).data, meta: {} } })).toBe(false);
  });
});

/** Keys and JSON types. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return ["list"];
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, shape(item)]));
}

describe("versions", () => {
  const spoken = (dialect: string, header?: string) => {
    const headers = { "api-key": DIDWW_SANDBOX_KEY, ...(header === undefined ? {} : { "x-didww-api-version": header }) };
    return body(carrier(dialect)("GET", "voice_out_trunks", undefined, { headers })).meta.api_version;
  };

  test.each([
    ["observed", undefined, "2026-04-16"],
    ["observed", "2021-12-15", "2026-04-16"],
    ["documented", undefined, "2021-12-15"],
    ["documented", "2026-04-16", "2021-12-15"],
    ["2022-05-10", "2021-12-15", "2022-05-10"],
    ["older_account", undefined, "2021-12-15"],
    ["older_account", "2026-04-16", "2026-04-16"],
    ["older_account", "2022-05-10", "2022-05-10"],
    ["older_account", "2026-12-31", "2021-12-15"],
    ["older_account", "latest", "2021-12-15"],
  ])("%s asked in %s speaks %s", (dialect, header, version) => {
    expect(spoken(dialect, header)).toBe(version);
  });

  test.each([
    ["observed", flat, "/data/attributes/authentication_method"],
    ["documented", nested, "/data/attributes/allowed_sip_ips"],
  ])("the body of the other shape misses its login in %s", (dialect, attributes, pointer) => {
    const answer = carrier(dialect)("POST", "voice_out_trunks", trunk(attributes));
    expect([answer.status, errors(answer).map(({ source }) => source?.pointer)]).toEqual([422, [pointer]]);
  });

  test("one trunk shows its login where the version has it", () => {
    const call = carrier("older_account");
    const { data } = body(call("POST", "voice_out_trunks", trunk(flat)));
    const headers = { "api-key": DIDWW_SANDBOX_KEY, "x-didww-api-version": "2026-04-16" };
    const newer = body(call("GET", `voice_out_trunks/${data.id}`, undefined, { headers })).data.attributes;
    const { username, password, allowed_sip_ips } = data.attributes;
    expect(newer.authentication_method.attributes).toEqual({ username, password, allowed_sip_ips, tech_prefix: null });
    expect(Object.keys(newer)).not.toContain("username");
    expect(Object.keys(data.attributes)).not.toContain("rtp_timeout");
  });

  test("there is no other dialect", () => {
    expect(() => didwwEmulator.create({ dialect: "toString" })).toThrow("no dialect");
  });
});

describe("refusals", () => {
  test.each<[string, object, string, string]>([
    ["a blank name", { name: " " }, "name", "can't be blank"],
    ["an unknown action", { on_cli_mismatch_action: "Reject call" }, "on_cli_mismatch_action", "is not included in the list"],
    ["a capacity beyond its bounds", { capacity_limit: 32_768 }, "capacity_limit", "must be less than or equal to 32767"],
    ["a negative capacity", { capacity_limit: -1 }, "capacity_limit", "must be greater than or equal to 0"],
    ["a threshold as a number", { threshold_amount: 5 }, "threshold_amount", "is not a number"],
    ["a threshold beyond its bounds", { threshold_amount: "100000.5" }, "threshold_amount", "must be less than or equal to 100000"],
    ["a status in the document's spelling", { status: "Active" }, "status", "is not included in the list"],
    ["prefixes that are none", { dst_prefixes: ["+44"] }, "dst_prefixes", "is invalid"],
    ["a callback that is no URL", { callback_url: "ftp://example.com" }, "callback_url", "is invalid"],
    ["an encryption that is none", { media_encryption_mode: "tls" }, "media_encryption_mode", "is not included in the list"],
    ["a flag that is none", { rtp_ping: "yes" }, "rtp_ping", "is not included in the list"],
    ["a timeout too short", { rtp_timeout: 29 }, "rtp_timeout", "must be greater than or equal to 30"],
    [
      "a reference too long",
      { external_reference_id: "x".repeat(101) },
      "external_reference_id",
      "is too long (maximum is 100 characters)",
    ],
    ["media addresses that are none", { allowed_rtp_ips: ["a.example"] }, "allowed_rtp_ips", "is invalid"],
    [
      "61 addresses",
      { authentication_method: method(Array(61).fill("203.0.113.1")) },
      "authentication_method/allowed_sip_ips",
      "is too long (maximum is 60 items)",
    ],
    [
      "a range too wide for its kind",
      { authentication_method: method(["203.0.113.0/33"]) },
      "authentication_method/allowed_sip_ips",
      "is invalid",
    ],
    ["ip_only", { authentication_method: { type: "ip_only" } }, "authentication_method", "ip_only is not allowed for creation"],
    ["a method that is none", { authentication_method: { type: "x" } }, "authentication_method/type", "is not included in the list"],
    [
      "a Twilio method without account",
      { authentication_method: { type: "twilio" } },
      "authentication_method/twilio_account_sid",
      "can't be blank",
    ],
  ])("%s", (_, attributes, path, title) => {
    const answer = carrier()("POST", "voice_out_trunks", trunk({ ...nested, ...attributes }));
    const error = { title, detail: `${path} - ${title}`, code: "100", source: { pointer: `/data/attributes/${path}` }, status: "422" };
    expect([answer.status, errors(answer)]).toEqual([422, [error]]);
  });

  test.each<[string, object, object, string]>([
    ["a DID of nobody", nested, { dids: { data: [{ type: "dids", id: "x" }] } }, "/data/relationships/dids"],
    [
      "DIDs besides all of them",
      { ...nested, allow_any_did_as_cli: true },
      { dids: { data: [{ type: "dids", id: DID }] } },
      "/data/relationships/dids",
    ],
    [
      "emergency DIDs besides all of them",
      { ...nested, emergency_enable_all: true },
      { emergency_dids: { data: [{ type: "dids", id: DID }] } },
      "/data/relationships/emergency_dids",
    ],
  ])("%s", (_, attributes, relationships, pointer) => {
    const answer = carrier()("POST", "voice_out_trunks", trunk(attributes, relationships));
    expect([answer.status, errors(answer)[0]?.source?.pointer]).toEqual([422, pointer]);
  });

  test.each<[string, string, string, unknown, Change, string]>([
    ["no key", "GET", "voice_out_trunks", undefined, { headers: { accept: TYPE } }, "401/401"],
    ["another key", "GET", "voice_out_trunks", undefined, { headers: { "api-key": "live" } }, "401/401"],
    [
      "plain JSON",
      "POST",
      "voice_out_trunks",
      {},
      { headers: { "api-key": DIDWW_SANDBOX_KEY, "content-type": "application/json" } },
      "415/415",
    ],
    [
      "an answer in HTML",
      "GET",
      "voice_out_trunks",
      undefined,
      { headers: { "api-key": DIDWW_SANDBOX_KEY, accept: "text/html" } },
      "406/406",
    ],
    ["half a body", "POST", "voice_out_trunks", '{"data":', {}, "400/400"],
    ["no data", "POST", "voice_out_trunks", {}, {}, "400/106"],
    ["no type", "POST", "voice_out_trunks", { data: {} }, {}, "400/106"],
    ["another type", "POST", "voice_out_trunks", { data: { type: "voice_in_trunks" } }, {}, "400/101"],
    ["an unknown attribute", "POST", "voice_out_trunks", trunk({ ...nested, colour: "red" }), {}, "400/105"],
    ["an unknown filter", "GET", "voice_out_trunks?filter[bogus]=1", undefined, {}, "400/102"],
    ["an unknown sort", "GET", "voice_out_trunks?sort=status", undefined, {}, "400/114"],
    ["an unknown inclusion", "GET", "voice_out_trunks?include=trunks", undefined, {}, "400/112"],
    ["a page too large", "GET", "voice_out_trunks?page[size]=101", undefined, {}, "400/118"],
    ["an unknown trunk", "GET", `voice_out_trunks/${DID}`, undefined, {}, "404/404"],
    ["an unknown path", "GET", "voice_out_trunks/1/2", undefined, {}, "404/404"],
    ["a method that is not there", "DELETE", "voice_out_trunks", undefined, {}, "405/405"],
  ])("%s", (_, verb, path, payload, change, verdict) => {
    const answer = carrier()(verb, path, payload, change);
    expect(`${answer.status}/${errors(answer)[0]?.code}`).toBe(verdict);
  });

  test("eleven calls in a second", () => {
    let now = NOW;
    const call = carrier("observed", () => now);
    const statuses = Array.from({ length: 11 }, () => call("GET", "voice_out_trunks"));
    expect(statuses.map(({ status }) => status)).toEqual([...Array(10).fill(200), 429]);
    expect(statuses.at(-1)).toMatchObject({ body: { errors: [{ status: "429", detail: "Too Many Requests" }] } });
    now += 1_000;
    expect(call("GET", "voice_out_trunks").status).toBe(200);
  });
});

describe("lists", () => {
  const call = carrier();
  for (const [name, change] of Object.entries({ alpha: {}, beta: { status: "blocked" }, gamma: { external_reference_id: "g" } })) {
    call("POST", "voice_out_trunks", trunk({ ...nested, ...change, name }));
  }

  test.each([
    ["filter[name]=alpha,beta", ["alpha", "beta"]],
    ["filter[name_contains]=AM", ["gamma"]],
    ["filter[status]=blocked", ["beta"]],
    ["filter[external_reference_id]=g", ["gamma"]],
    ["filter[authentication_method.type]=twilio", []],
    ["filter[default_did.id]=x", []],
    ["filter[threshold_reached]=false&filter[allow_any_did_as_cli]=false&filter[default_dst_action]=allow_all", ["alpha", "beta", "gamma"]],
    ["filter[media_encryption_mode]=disabled&filter[on_cli_mismatch_action]=reject_call&sort=-name", ["gamma", "beta", "alpha"]],
    ["sort=allow_any_did_as_cli,-created_at", ["gamma", "beta", "alpha"]],
    ["page[size]=2&page[number]=2", ["gamma"]],
  ])("%s", (query, expected) => {
    expect(names(call("GET", `voice_out_trunks?${query}`))).toEqual(expected);
  });

  test("pages are linked, and none leads beyond the ends", () => {
    const { links, meta } = body(call("GET", "voice_out_trunks?page[size]=2"));
    expect(meta).toEqual({ total_records: 3, api_version: "2026-04-16" });
    expect(links.next).toBe("https://sandbox-api.didww.com/v3/voice_out_trunks?page%5Bsize%5D=2&page%5Bnumber%5D=2");
    expect(Object.keys(links)).toEqual(["first", "next", "last"]);
    expect(Object.keys(body(call("GET", "voice_out_trunks?page[size]=2&page[number]=2")).links)).toEqual(["first", "prev", "last"]);
  });

  test("an older version does not know the newer filters", () => {
    expect(carrier("2022-05-10")("GET", "voice_out_trunks?filter[external_reference_id]=g").status).toBe(400);
  });
});

describe("changes", () => {
  const call = carrier();
  const { data } = body(
    call(
      "POST",
      "voice_out_trunks",
      trunk({ ...nested, authentication_method: { ...method(), attributes: { ...method().attributes, tech_prefix: "9" } } }),
    ),
  );
  const change = (attributes: object) =>
    body(call("PATCH", `voice_out_trunks/${data.id}`, { data: { id: data.id, type: "voice_out_trunks", attributes } }));
  const login = () => body(call("GET", `voice_out_trunks/${data.id}`)).data.attributes.authentication_method.attributes;

  test("a method is replaced whole, and keeps its login", () => {
    const { username, password } = login();
    change({ authentication_method: method(["2001:DB8:0::1", "203.0.113.77/24"]) });
    expect(login()).toEqual({ allowed_sip_ips: ["2001:db8::1/128", "203.0.113.0/24"], tech_prefix: null, username, password });
  });

  test("a rotation answers with another id, and the trunk has another login", () => {
    const before = login();
    const rotation = {
      type: "voice_out_trunk_regenerate_credentials",
      relationships: { voice_out_trunk: { data: { type: "x", id: data.id } } },
    };
    const rotated = body(call("POST", "voice_out_trunk_regenerate_credentials", { data: rotation }));
    expect(Object.keys(rotated.data)).toEqual(["id", "type"]);
    expect(rotated.data.id).not.toBe(data.id);
    expect(login().username).not.toBe(before.username);
    expect(login().password).not.toBe(before.password);
  });

  test("an id that is missing or another one is refused, and so is a threshold of null", () => {
    const send = (payload: object) => call("PATCH", `voice_out_trunks/${data.id}`, { data: payload });
    expect(errors(send({ type: "voice_out_trunks" }))[0]?.code).toBe("106");
    expect(errors(send({ id: DID, type: "voice_out_trunks" }))[0]?.code).toBe("110");
    expect(change({ threshold_amount: null }).errors[0].source.pointer).toBe("/data/attributes/threshold_amount");
  });

  test("a removal leaves nothing, and says nothing", () => {
    const { status, body: nothing } = call("DELETE", `voice_out_trunks/${data.id}`);
    expect([status, nothing]).toEqual([204, undefined]);
    expect(call("DELETE", `voice_out_trunks/${data.id}`).status).toBe(404);
  });

  test("a Twilio trunk has no login to replace", () => {
    const twilio = { type: "twilio", attributes: { twilio_account_sid: "AC33333333333333333333333333333333" } };
    const { id } = body(call("POST", "voice_out_trunks", trunk({ ...plain, authentication_method: twilio }))).data;
    const rotation = { type: "voice_out_trunk_regenerate_credentials", relationships: { voice_out_trunk: { data: { type: "x", id } } } };
    expect(call("POST", "voice_out_trunk_regenerate_credentials", { data: rotation }).status).toBe(422);
  });
});
