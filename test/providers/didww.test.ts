import { afterEach, describe, expect, test } from "vitest";
import type { EmulatorAnswer, EmulatorRequest } from "../../src/core/carrier/emulator.ts";
import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import { readConfiguration } from "../../src/core/config.ts";
import { DIDWW_SANDBOX_KEY, didwwEmulator } from "../../src/providers/didww/emulator.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { didwwSchemas, needsDocuments } from "../support/didww-openapi.ts";
import { agreeing, type Era, type Options, startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline?.close());

const DID = "7a6c177d-a054-4c75-9b4c-b1596ed6fa25";
const SID = "AC33333333333333333333333333333333";
const plain = { name: "out", on_cli_mismatch_action: "reject_call", allowed_sip_ips: ["203.0.113.7"], threshold_amount: "100.0" };

async function start(options: Options = {}): Promise<Trunkline> {
  trunkline = await startTrunkline({ providers: [didww], person: agreeing, unlimited: true, ...options });
  return trunkline;
}

/** A service that answers otherwise than the emulator does. */
function bent(bend: (answer: EmulatorAnswer, request: EmulatorRequest) => EmulatorAnswer): AnyProvider {
  const create: typeof didwwEmulator.create = (options) => {
    const emulator = didwwEmulator.create(options);
    return { ...emulator, handle: (request) => bend(emulator.handle(request), request) };
  };
  return { ...didww, sandbox: async () => ({ ...didwwEmulator, create }) };
}

const bodies = (method: string) =>
  trunkline.sandbox.seen.filter((request) => request.method === method).map(({ body }) => JSON.parse(body).data);
const paths = () => trunkline.sandbox.seen.map(({ method, path }) => `${method} ${decodeURIComponent(path.replace("/didww/v3/", ""))}`);

/** Asks the carrier itself, past our own code. */
async function carrierSays(path: string, version = "2026-04-16") {
  const headers = { "api-key": DIDWW_SANDBOX_KEY, "x-didww-api-version": version };
  const answer = await fetch(`${trunkline.sandbox.urlOf("didww")}/v3/${path}`, { headers });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the JSON that a carrier sends, whatever it is.
  return (await answer.json()) as any;
}

describe.each<[string, Era, string]>([
  ["observed", "v1", "2026-04-16"],
  ["observed", "v2", "2026-04-16"],
  ["documented", "v1", "2021-12-15"],
  ["2022-05-10", "v2", "2022-05-10"],
  ["older_account", "v1", "2026-04-16"],
])("a trunk from nothing to calls and away again, account %s, client %s", (dialect, era, version) => {
  test("in one flat vocabulary", async () => {
    const { call } = await start({ dialect, era });
    const shown: unknown[] = [];
    const said = async (name: string, args: object) => {
      const answer = await call(name, args as Record<string, unknown>);
      shown.push(answer.raw);
      return answer.value;
    };
    const { trunk, credentials, warnings } = await said("didww_create_voice_out_trunk", { ...plain, dids: [DID], dst_prefixes: ["23"] });
    expect(trunk).toMatchObject({ provider: "didww", trunk_name: "out", status: "active", auth_type: "credentials_and_ip" });
    expect(trunk.attributes).toMatchObject({ threshold_amount: "100.0", dst_prefixes: ["23"], api_version: version });
    expect(credentials).toEqual({ user_name: expect.stringMatching(/^[a-z0-9]{10}$/), secret_ref: `secret:didww/${trunk.trunk_id}/sip` });
    expect(warnings).toBeUndefined();
    const first = await login(trunk.trunk_id, version);

    expect((await said("list_trunks", {})).trunks).toMatchObject([{ trunk_id: trunk.trunk_id, trunk_name: "out" }]);
    const detail = (await said("get_trunk", { trunk_id: "out" })).trunk;
    expect(detail.phone_numbers).toMatchObject([{ phone_number_id: DID, phone_number: "+37061498222" }]);
    expect(detail.whitelisted_ips).toEqual([{ ip: "203.0.113.7", mask: 32 }]);
    expect(detail.credentials).toEqual([{ ...credentials, use: expect.stringContaining("a call needs it") }]);

    const changed = await said("didww_update_voice_out_trunk", {
      trunk_id: "out",
      allowed_sip_ips: ["203.0.113.8", "2001:db8::8"],
      capacity_limit: 5,
    });
    expect(changed.trunk.whitelisted_ips).toEqual([
      { ip: "203.0.113.8", mask: 32 },
      { ip: "2001:db8::8", mask: 128 },
    ]);
    expect(changed.credentials).toEqual(credentials);

    const rotated = await said("didww_regenerate_credentials", { trunk_id: "out" });
    expect(rotated.credentials.user_name).not.toBe(credentials.user_name);
    const second = await login(trunk.trunk_id, version);
    expect(second.username).toBe(rotated.credentials.user_name);

    const removed = await said("didww_delete_voice_out_trunk", { trunk_id: trunk.trunk_id });
    expect(removed).toMatchObject({ removed: true, trunk_id: trunk.trunk_id, snapshot_id: expect.stringMatching(/^snap_/) });
    expect((await said("list_trunks", {})).trunks).toEqual([]);
    for (const password of [first.password, second.password, DIDWW_SANDBOX_KEY]) expect(JSON.stringify(shown)).not.toContain(password);
  });
});

async function login(id: string, version: string): Promise<{ username: string; password: string }> {
  const { attributes } = (await carrierSays(`voice_out_trunks/${id}`, version)).data;
  return attributes.authentication_method?.attributes ?? attributes;
}

test("the operator may have passwords in results", async () => {
  const { call } = await start({ policy: { revealSecrets: true } });
  const { trunk, credentials } = (await call("didww_create_voice_out_trunk", plain)).value;
  expect(credentials.password).toBe((await login(trunk.trunk_id, "2026-04-16")).password);
});

test("every request of 2026-04-16 is one that the OpenAPI document allows", needsDocuments, async () => {
  const { call } = await start();
  const all = {
    ...plain,
    tech_prefix: "12#",
    allowed_rtp_ips: ["203.0.113.0/28"],
    capacity_limit: 0,
    allow_any_did_as_cli: false,
    dids: [DID],
    status: "active",
    default_dst_action: "reject_all",
    dst_prefixes: ["44"],
    media_encryption_mode: "srtp_sdes",
    callback_url: "https://example.com/didww",
    force_symmetric_rtp: true,
    rtp_ping: true,
    rtp_timeout: 60,
    emergency_enable_all: false,
    external_reference_id: "crm-7",
  };
  await call("didww_create_voice_out_trunk", all);
  const { tech_prefix: _, allowed_sip_ips: __, ...others } = all;
  await call("didww_create_voice_out_trunk", { ...others, name: "twilio", twilio_account_sid: SID });
  const { external_reference_id: ___, ...fields } = all;
  const changed = await call("didww_update_voice_out_trunk", {
    ...fields,
    trunk_id: "out",
    callback_url: "none",
    allowed_rtp_ips: [],
    tech_prefix: "none",
  });
  expect(changed.value.trunk.attributes).toMatchObject({
    callback_url: null,
    allowed_rtp_ips: null,
    tech_prefix: "",
    external_reference_id: "crm-7",
  });
  await call("didww_regenerate_credentials", { trunk_id: "out" });
  await call("didww_delete_voice_out_trunk", { trunk_id: "out" });

  const schema = didwwSchemas();
  const problems = (name: string, value: unknown) => {
    const validate = schema(name, true);
    return validate({ data: value }) ? [] : validate.errors;
  };
  const [first, second, rotation] = bodies("POST");
  for (const body of [first, second]) expect(problems("VoiceOutTrunkCreateRequest", body), JSON.stringify(body)).toEqual([]);
  expect(problems("VoiceOutTrunkRegenerateCredentialCreateRequest", rotation)).toEqual([]);
  expect(bodies("PATCH").map((body) => problems("VoiceOutTrunkUpdateRequest", body))).toEqual([[]]);
  // This very check refuses what the user's document shows.
  expect(problems("VoiceOutTrunkCreateRequest", { ...first, attributes: plain })).not.toEqual([]);
  for (const { headers } of trunkline.sandbox.seen) {
    expect(headers).toMatchObject({
      "api-key": DIDWW_SANDBOX_KEY,
      accept: "application/vnd.api+json",
      "x-didww-api-version": "2026-04-16",
    });
    expect(headers["content-type"]).toBe("application/vnd.api+json");
  }
  const queries = trunkline.sandbox.seen.flatMap(({ path }) => [...new URL(path, "http://carrier").searchParams.keys()]);
  expect([...new Set(queries)].sort()).toEqual(["filter[external_reference_id]", "filter[name]", "include", "page[number]", "page[size]"]);
});

describe("the version that is spoken", () => {
  test.each([
    ["observed", "2021-12-15", true],
    ["older_account", "2026-04-16", true],
    ["older_account", "2022-05-10", false],
    ["documented", "2026-04-16", false],
  ])("account %s asked in %s: nested %s, after one read", async (dialect, DIDWW_API_VERSION, nested) => {
    const { call } = await start({ dialect, settings: { DIDWW_API_VERSION } });
    await call("didww_create_voice_out_trunk", plain);
    await call("didww_create_voice_out_trunk", { ...plain, name: "two" });
    const learning = paths().filter((path) => path === "GET voice_out_trunks?page[number]=1&page[size]=1");
    expect([paths()[0], learning.length]).toEqual([learning[0], 1]);
    for (const { attributes } of bodies("POST")) expect(Object.keys(attributes).includes("authentication_method")).toBe(nested);
  });

  test("an update and a rotation speak what the read before them heard", async () => {
    const { call } = await start({ dialect: "documented" });
    await call("didww_create_voice_out_trunk", plain);
    await call("didww_update_voice_out_trunk", { trunk_id: "out", allowed_sip_ips: ["203.0.113.9"] });
    expect(bodies("PATCH")[0].attributes).toEqual({ allowed_sip_ips: ["203.0.113.9"] });
  });

  test.each(["tech_prefix", "external_reference_id", "rtp_timeout", "emergency_enable_all"])(
    "%s is refused on an older one",
    async (field) => {
      const { call } = await start({ dialect: "2022-05-10" });
      const values: Record<string, unknown> = { tech_prefix: "9", external_reference_id: "a", rtp_timeout: 40, emergency_enable_all: true };
      const { value } = await call("didww_create_voice_out_trunk", { ...plain, [field]: values[field] });
      expect(value).toMatchObject({ code: "invalid_input", field, applied: false });
      expect(value.message).toBe(`${field} needs API version 2026-04-16; this DIDWW account speaks 2022-05-10. Nothing was sent.`);
      expect(bodies("POST")).toEqual([]);
    },
  );

  test("a refusal that shows another version is explained, not retried, and asked about before the next write", async () => {
    let silent = true;
    const mute = bent((answer) => {
      const { meta: _, ...rest } = (answer.body ?? {}) as { meta?: unknown };
      return silent && answer.body ? { ...answer, body: rest } : answer;
    });
    const { call } = await start({ providers: [mute], dialect: "documented" });
    const { value } = await call("didww_create_voice_out_trunk", plain);
    expect(value).toMatchObject({ code: "not_configured", applied: false, status: 422 });
    expect(value.message).toContain(
      "speaks API version 2022-05-10 or 2021-12-15, and was spoken to in 2026-04-16 (DIDWW_API_VERSION is 2026-04-16)",
    );
    expect(bodies("POST").length).toBe(1);
    silent = false;
    expect((await call("didww_create_voice_out_trunk", plain)).isError).toBe(false);
  });

  test.each([
    [
      { DIDWW_API_VERSION: "2023-01-01" },
      "DIDWW_API_VERSION has a value that cannot be used: expected 2026-04-16, 2022-05-10, 2021-12-15.",
    ],
    [{ DIDWW_ENVIRONMENT: "live" }, "DIDWW_ENVIRONMENT has a value that cannot be used: expected production or sandbox."],
  ])("%j stops the start", (settings, message) => {
    expect(() => readConfiguration({ DIDWW_API_KEY: "k", ...settings }, [didww])).toThrow(message);
  });
});

describe("refusals in one sentence", () => {
  test("a key that is not accepted", async () => {
    const { call } = await start({ settings: { DIDWW_API_KEY: "of-production" } });
    const { value } = await call("get_trunk", { trunk_id: DID });
    expect(value.code).toBe("unauthorized");
    expect(value.message).toMatch(
      /^DIDWW at 127\.0\.0\.1:\d+ did not accept DIDWW_API_KEY; a key of the other DIDWW_ENVIRONMENT is refused/,
    );
    expect(JSON.stringify(value)).not.toContain("of-production");
  });

  test.each([
    [403, "forbidden", "does not say why"],
    [429, "rate_limited", "too many calls"],
  ])("%i", async (status, code, words) => {
    const { call, sandbox } = await start();
    sandbox.script({ kind: "status", status, times: 3 });
    const { value } = await call("didww_create_voice_out_trunk", plain);
    expect([value.code, value.applied]).toEqual([code, false]);
    expect(value.message).toContain(words);
  });

  test("a trunk that is not there, and a DID of nobody", async () => {
    const { call } = await start();
    expect((await call("didww_delete_voice_out_trunk", { trunk_id: DID })).value.code).toBe("not_found");
    const { value } = await call("didww_create_voice_out_trunk", { ...plain, dids: [DID.replace("7", "8")] });
    expect(value).toMatchObject({ code: "invalid_input", field: "dids", carrier_code: "100", carrier_message: "dids - is invalid" });
  });

  test.each([
    ["a private address", { allowed_sip_ips: ["192.168.1.1"] }, "allowed_sip_ips.0"],
    ["no address at all", { allowed_sip_ips: undefined }, "allowed_sip_ips"],
    ["an empty name", { name: "" }, "name"],
    ["a name of spaces", { name: "  " }, "name"],
    ["a media address that is none", { allowed_rtp_ips: ["x"] }, "allowed_rtp_ips.0"],
    ["two ways to authenticate", { twilio_account_sid: SID }, "twilio_account_sid"],
    ["a Twilio account that is none", { allowed_sip_ips: undefined, twilio_account_sid: "AC1" }, "twilio_account_sid"],
    ["a prefix that cannot be dialled", { tech_prefix: "a" }, "tech_prefix"],
    ["a threshold beyond its bounds", { threshold_amount: "100000.1" }, "threshold_amount"],
    ["a threshold in words", { threshold_amount: "low" }, "threshold_amount"],
    ["a capacity beyond its bounds", { capacity_limit: 32_768 }, "capacity_limit"],
    ["DIDs besides all of them", { dids: [DID], allow_any_did_as_cli: true }, "dids"],
    ["a word instead of a DID", { dids: ["office"] }, "dids.0"],
    ["a prefix with a plus", { dst_prefixes: ["44", "+1"] }, "dst_prefixes.1"],
    ["a callback elsewhere", { callback_url: "ftp://example.com" }, "callback_url"],
    ["a status in the document's spelling", { status: "Active" }, "status"],
  ])("%s never reaches the carrier", async (_, change, field) => {
    const { call } = await start();
    const { value } = await call("didww_create_voice_out_trunk", { ...plain, ...change });
    expect(value).toMatchObject({ code: "invalid_input", field, applied: false });
    expect(trunkline.sandbox.seen).toEqual([]);
  });

  test("a change of nothing", async () => {
    const { call } = await start();
    expect((await call("didww_update_voice_out_trunk", { trunk_id: DID })).value).toMatchObject({
      code: "invalid_input",
      field: "trunk_id",
    });
  });
});

describe("other ways to authenticate", () => {
  const ipOnly = bent((answer) => ({
    ...answer,
    ...(answer.body ? { body: JSON.parse(JSON.stringify(answer.body).replaceAll('"credentials_and_ip"', '"ip_only"')) } : {}),
  }));

  test.each([
    ["a Twilio trunk", didww, { allowed_sip_ips: undefined, twilio_account_sid: SID }, "its Twilio account"],
    ["an ip_only trunk", ipOnly, {}, "address only (ip_only)"],
  ])("%s is shown, has no login, and keeps its way", async (_, provider, change, words) => {
    const { call } = await start({ providers: [provider] });
    await call("didww_create_voice_out_trunk", { ...plain, ...change });
    for (const [name, args] of [
      ["didww_update_voice_out_trunk", { allowed_sip_ips: ["203.0.113.9"] }],
      ["didww_regenerate_credentials", {}],
    ] as const) {
      const { value } = await call(name, { trunk_id: "out", ...args });
      expect(value).toMatchObject({ code: "unsupported", applied: false });
      expect(value.message).toContain(words);
    }
    expect((await call("didww_update_voice_out_trunk", { trunk_id: "out", capacity_limit: 3 })).isError).toBe(false);
    expect(paths().filter((path) => /regenerate|^PATCH/.test(path)).length).toBe(1);
  });
});

test("pages go on where they were left, whatever size is asked for next", async () => {
  const { call } = await start();
  for (const name of ["a", "b", "c", "d, e"]) await call("didww_create_voice_out_trunk", { ...plain, name });
  const first = (await call("list_trunks", { limit: 3 })).value;
  const second = (await call("list_trunks", { limit: 1, cursor: first.next_cursor })).value;
  const all = [...first.trunks, ...second.trunks].map(({ trunk_name }: { trunk_name: string }) => trunk_name);
  expect([all, second.next_cursor]).toEqual([["a", "b", "c", "d, e"], null]);
});
