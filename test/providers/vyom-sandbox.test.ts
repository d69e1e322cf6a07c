import { describe, expect, test } from "vitest";
import type { EmulatorAnswer, EmulatorRequest } from "../../src/core/carrier/emulator.ts";
import { VYOM_SANDBOX_KEY, vyomEmulator } from "../../src/providers/vyom/emulator.ts";
import { exotelTrunk, twilioTrunk } from "../support/vyom.ts";

const NOW = Date.parse("2026-01-23T09:24:59.700Z");
const CREATE = "sip/create-outbound-trunk";
const signed = { authorization: `Bearer ${VYOM_SANDBOX_KEY}` };

function carrier(dialect = "observed") {
  const emulator = vyomEmulator.create({ dialect, now: () => NOW });
  return (method: string, path: string, body?: unknown, change: Partial<EmulatorRequest> = {}) =>
    emulator.handle({
      method,
      segments: path.split("/").map(decodeURIComponent),
      query: new URLSearchParams(),
      headers: { ...signed, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      body: typeof body === "string" ? body : JSON.stringify(body ?? ""),
      ...change,
    });
}
type Body = {
  success?: boolean;
  message?: string;
  detail?: string;
  data?: { trunk_id?: string; errors?: { loc: string[]; msg: string }[] };
};
const bodyOf = (answer: EmulatorAnswer) => answer.body as Body;
const idOf = (answer: EmulatorAnswer) => bodyOf(answer).data?.trunk_id ?? "";
const faults = (answer: EmulatorAnswer) => bodyOf(answer).data?.errors?.map(({ loc, msg }) => `${loc.slice(1).join(".")}: ${msg}`);

describe("the two dialects", () => {
  test("differ in ids, in rows and in refusals, and agree on the rest", () => {
    const observed = carrier("observed");
    const documented = carrier("documented");
    for (const call of [observed, documented]) {
      expect(bodyOf(call("POST", CREATE, twilioTrunk))).toEqual({
        success: true,
        message: "Outbound trunk created successfully, Store the trunk id securely.",
        data: { trunk_id: expect.stringMatching(/^ST_[0-9a-f]{12}$/) },
      });
    }
    const ids = [idOf(observed("POST", CREATE, exotelTrunk)), idOf(documented("POST", CREATE, exotelTrunk))];
    expect(ids).toEqual([expect.stringMatching(/^exotel_[0-9a-f]{8}$/), expect.stringMatching(/^ST_[0-9a-f]{12}$/)]);
    const row = { trunk_id: expect.any(String), trunk_name: "Production" };
    const last = { trunk_id: expect.any(String), trunk_name: "India" };
    const owner = { trunk_created_by_email: "sandbox@example.com" };
    const time = { trunk_created_at: "2026-01-23T09:24:59.700000" };
    const message = "SIP trunks retrieved successfully";
    expect(observed("GET", "sip/list").body).toEqual({
      success: true,
      message,
      data: [
        { ...row, ...owner },
        { ...last, ...owner },
      ],
    });
    expect(documented("GET", "sip/list").body).toEqual({
      success: true,
      message,
      data: [
        { ...row, trunk_type: "twilio", ...time },
        { ...last, trunk_type: "exotel", ...time },
      ],
    });
  });

  const noType = { headers: signed };
  const noKey = { headers: { "content-type": "application/json" } };
  const wrongKey = { headers: { ...noKey.headers, authorization: "Bearer no" } };
  const basic = { headers: { ...noKey.headers, authorization: `Basic ${VYOM_SANDBOX_KEY}` } };
  type Said = [status: number, words: string];
  test.each<[what: string, method: string, path: string, body: unknown, change: object, observed: Said, documented: Said]>([
    ["no key", "GET", "sip/list", undefined, noKey, [401, "Not authenticated"], [401, "Invalid or missing Bearer token"]],
    ["a wrong key", "POST", CREATE, exotelTrunk, wrongKey, [401, "Invalid or inactive API key"], [401, "Invalid or missing Bearer token"]],
    [
      "another scheme",
      "DELETE",
      "sip/deactivate/x",
      undefined,
      basic,
      [401, "Not authenticated"],
      [401, "Invalid or missing Bearer token"],
    ],
    ["broken JSON, before the key", "POST", CREATE, "{", noKey, [422, "Validation Error"], [400, "Invalid input data"]],
    ["a body without its type", "POST", CREATE, exotelTrunk, noType, [422, "Validation Error"], [400, "Invalid input data"]],
    ["an unknown path", "GET", "sip", undefined, {}, [404, "Not Found"], [404, "Not Found"]],
    ["a path too deep", "DELETE", "sip/deactivate/a/b", undefined, {}, [404, "Not Found"], [404, "Not Found"]],
    ["a wrong method", "GET", CREATE, undefined, {}, [405, "Method Not Allowed"], [405, "Method Not Allowed"]],
    ["an unknown trunk", "DELETE", "sip/deactivate/ST_1", undefined, {}, [404, "Trunk not found"], [404, "Trunk not found"]],
    ["an id with a slash", "DELETE", "sip/deactivate/ST_1%2F2", undefined, {}, [404, "Trunk not found"], [404, "Trunk not found"]],
  ])("refuse %s", (_, method, path, body, change, observed, documented) => {
    const routed = observed[0] === 405 || observed[1] === "Not Found";
    const first = carrier("observed")(method, path, body, change);
    expect([first.status, routed ? bodyOf(first).detail : bodyOf(first).message]).toEqual([
      observed[0],
      expect.stringContaining(observed[1]),
    ]);
    const second = carrier("documented")(method, path, body, change);
    expect([second.status, second.body]).toEqual([documented[0], { detail: expect.stringContaining(documented[1]) }]);
  });

  test("there is no third, and each starts empty", () => {
    expect(bodyOf(carrier()("GET", "sip/list")).data).toEqual([]);
    expect(() => carrier("guessed")).toThrow(/observed, documented/);
  });
});

const config = twilioTrunk.trunk_config;
const asTwilio = (change: object) => ({ ...twilioTrunk, trunk_config: { ...config, ...change } });
const asExotel = (change: object) => ({ ...exotelTrunk, trunk_config: { ...exotelTrunk.trunk_config, ...change } });

describe("the service's models", () => {
  const noNumber = "trunk_config.ExotelTrunkConfig.exotel_number: Field required";
  test.each<[what: string, body: unknown, faults: string[]]>([
    ["a list for a body", [], [": Input should be a valid dictionary or object to extract fields from"]],
    ["nothing in it", {}, ["trunk_name: Field required", "trunk_type: Field required", "trunk_config: Field required"]],
    ["a blank name", { ...exotelTrunk, trunk_name: "  " }, ["trunk_name: String should have at least 1 character"]],
    ["a name of 101", { ...exotelTrunk, trunk_name: "n".repeat(101) }, ["trunk_name: String should have at most 100 characters"]],
    ["a number for a name", { ...exotelTrunk, trunk_name: 1 }, ["trunk_name: Input should be a valid string"]],
    ["a type with a capital", { ...exotelTrunk, trunk_type: "Exotel" }, ["trunk_type: Input should be 'twilio' or 'exotel'"]],
    ["the other type", { ...exotelTrunk, trunk_type: "twilio" }, [": Value error, trunk_config must match trunk_type 'twilio'"]],
    [
      "no password",
      asTwilio({ password: "" }),
      ["trunk_config.TwilioTrunkConfig.password: String should have at least 1 character", noNumber],
    ],
    ["one number", asTwilio({ numbers: "+1" }), ["trunk_config.TwilioTrunkConfig.numbers: Input should be a valid list", noNumber]],
    [
      "no truth",
      { ...exotelTrunk, passthrough_mode: "perhaps" },
      ["passthrough_mode: Input should be a valid boolean, unable to interpret input"],
    ],
  ])("refuse %s", (_, body, expected) => {
    const answer = carrier()("POST", CREATE, body);
    expect([answer.status, faults(answer)]).toEqual([422, expected]);
    expect(carrier("documented")("POST", CREATE, body).status).toBe(400);
  });

  test("repeat in a refusal what came, password and all", () => {
    const { message } = bodyOf(carrier()("POST", CREATE, asTwilio({ address: "" })));
    expect(message).toMatch(/^Validation Error: /);
    expect(message).toContain(config.password);
  });

  test.each([
    ["what they do not know", { ...asTwilio({ transport: "tls" }), more: 1 }],
    ["a port as text", asExotel({ sip_port: "5070" })],
    ["null for what may be missing", asExotel({ sip_host: null, sip_port: null, sip_domain: null })],
    ["text for truth", { ...exotelTrunk, passthrough_mode: "true", passthrough_webhook_url: null }],
    ["both types' fields, by the type that has more", asTwilio({ exotel_number: "1" })],
    ["two trunks of one name", exotelTrunk],
  ])("take %s", (_, body) => {
    const call = carrier();
    expect(call("POST", CREATE, body).status).toBe(200);
    expect(call("POST", CREATE, body).status).toBe(200);
  });

  test("strip blanks around a name only", () => {
    const call = carrier("documented");
    call("POST", CREATE, { ...exotelTrunk, trunk_name: " India " });
    expect(bodyOf(call("GET", "sip/list")).data).toMatchObject([{ trunk_name: "India" }]);
  });
});

test.each([
  [{ numbers: [] }, "no trunk numbers specified"],
  [{ address: "sip:a.example.com" }, "trunk address should be a hostname or IP, not SIP URI"],
  [{ address: "a.example.com;transport=tls" }, "trunk transport should be set as a field, not a URI parameter"],
])("what LiveKit refuses of a Twilio trunk is the service's own failure: %j", (change, words) => {
  const call = carrier();
  const answer = call("POST", CREATE, asTwilio(change));
  expect(answer).toMatchObject({ status: 500, body: { success: false, message: expect.stringContaining(words), data: {} } });
  expect(bodyOf(call("GET", "sip/list")).data).toEqual([]);
  expect(carrier("documented")("POST", CREATE, asTwilio(change))).toMatchObject({ status: 500, body: { detail: expect.any(String) } });
});

test("a deactivated trunk leaves the list, and is deactivated once", () => {
  const call = carrier();
  const [trunk_id, other] = [idOf(call("POST", CREATE, exotelTrunk)), idOf(call("POST", CREATE, exotelTrunk))];
  expect(bodyOf(call("DELETE", `sip/deactivate/${trunk_id}`))).toEqual({
    success: true,
    message: "Trunk deactivated successfully",
    data: { trunk_id },
  });
  expect(call("DELETE", `sip/deactivate/${trunk_id}`)).toMatchObject({ status: 400, body: { message: "Trunk is already deactivated" } });
  expect(bodyOf(call("GET", "sip/list")).data).toMatchObject([{ trunk_id: other }]);
});
