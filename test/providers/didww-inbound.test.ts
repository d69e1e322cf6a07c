import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { didww } from "../../src/providers/didww/index.ts";
import { type Options, startTrunkline, type Trunkline, typedIn } from "../support/trunkline.ts";

const FIRST = "+37061498222";
const SECOND = "+46812111133";
const SILENT = "+4921112345678";
const host = { host: "sip.example.com", port: 5061, transport: "tls" };
const login = { auth_user: "carrier", auth_password: "env:TRUNKLINE_SECRET_SIDE" };
const password = "Sesame-open-3";

let trunkline: Trunkline;
let asked: string[] = [];

async function start(options: Options = {}): Promise<void> {
  asked = [];
  const person: Options["person"] = ({ message }) => {
    asked.push(message);
    return { action: "accept", content: { trunk_name: typedIn(message) } };
  };
  trunkline = await startTrunkline({
    providers: [didww],
    person,
    environment: { TRUNKLINE_SECRET_SIDE: password },
    unlimited: true,
    ...options,
  });
}
beforeEach(() => start());
afterEach(() => trunkline.close());

const call = async (tool: string, args: Record<string, unknown> = {}) => (await trunkline.call(tool, args)).value;
const create = (name: string, more: object = {}) => call("didww_create_voice_in_trunk", { name, ...host, ...more });
const update = (more: object, trunk_id = "front") => call("didww_update_voice_in_trunk", { trunk_id, ...more });
const route = (phone_number: string, to: object) => call("didww_route_did", { phone_number, ...to });
const trunk = async (trunk_id = "front") => (await call("get_trunk", { trunk_id })).trunk;
const bodies = (method: string) => trunkline.sandbox.seen.filter((seen) => seen.method === method).map(({ body }) => JSON.parse(body));
const findings = async (trunk_id = "front") => (await call("check_trunk", { trunk_id, direction: "inbound", details: true })).findings;
/** A request past the server, as another program of the account makes it. */
const directly = async (method: string, path: string, data: object) =>
  await (
    await fetch(`${trunkline.sandbox.urlOf("didww")}/v3/${path}`, {
      method,
      headers: { "api-key": "sandbox-key", "content-type": "application/vnd.api+json", "x-didww-api-version": "2026-04-16" },
      body: JSON.stringify({ data }),
    })
  ).json();
const group = async (name: string, ...members: string[]): Promise<string> => {
  const ids = await Promise.all(members.map(async (member) => (await trunk(member)).trunk_id));
  const data = ids.map((id) => ({ type: "voice_in_trunks", id }));
  const made = await directly("POST", "voice_in_trunk_groups", {
    type: "voice_in_trunk_groups",
    attributes: { name },
    relationships: { voice_in_trunks: { data } },
  });
  return (made as { data: { id: string } }).data.id;
};

describe.each(["observed", "merging", "documented"])("traps of the carrier's documents, %s", (dialect) => {
  beforeEach(async () => {
    await trunkline.close();
    await start({ dialect });
  });

  test("1: a change of one value sends the whole configuration, so that login, codecs and encryption stay", async () => {
    await create("front", { ...login, media_encryption_mode: "srtp_sdes", username: "+{DID}", codec_ids: [10, 6] });
    await update({ port: 5071 });
    const { attributes } = bodies("PATCH")[0].data;
    expect(attributes.configuration.attributes).toMatchObject({
      ...{ auth_enabled: true, auth_user: "carrier", auth_password: password, media_encryption_mode: "srtp_sdes" },
      ...{ username: "+{DID}", codec_ids: [10, 6], host: "sip.example.com", port: 5071, rtp_timeout: 30, sip_timer_b: 8000 },
    });
    expect(await trunk()).toMatchObject({
      auth_type: "credentials",
      attributes: { port: 5071, username: "+{DID}", codec_ids: ["10", "6"] },
    });
  });

  test("2: a login that is off is not sent back", async () => {
    await create("front", login);
    await update({ auth_user: "none" });
    expect(
      Object.keys(bodies("PATCH")[0].data.attributes.configuration.attributes).filter((key) => /^auth_(user|password)$|incoming/.test(key)),
    ).toEqual([]);
    expect(await trunk()).toMatchObject({ auth_type: "none", credentials: [] });
  });

  test("3: no password is in any answer", async () => {
    const made = await create("front", login);
    const answers = [made, await trunk(), await call("list_trunks", { details: true }), await call("didww_list_dids")];
    expect(JSON.stringify(answers)).not.toContain(password);
    expect(made.credentials).toMatchObject({ user_name: "carrier", secret_ref: `secret:didww/${made.trunk.trunk_id}/sip` });
  });

  test("4 and 5: a route is read with what it includes, and set with the other end as nothing", async () => {
    await create("front");
    await route(FIRST, { trunk_id: "front" });
    const { voice_in_trunk, voice_in_trunk_group } = bodies("PATCH")[0].data.relationships;
    expect([voice_in_trunk.data.type, voice_in_trunk_group.data]).toEqual(["voice_in_trunks", null]);
    const id = await group("both", "front");
    await route(FIRST, { voice_in_trunk_group_id: id });
    expect((await call("didww_list_dids", { phone_number: FIRST })).dids).toEqual([
      expect.objectContaining({ voice_in_trunk_group_id: id, voice_in_trunk_group: "both" }),
    ]);
    expect((await trunk()).phone_numbers).toEqual([expect.objectContaining({ phone_number: FIRST, mode: "inbound_by_group" })]);
    const reads = trunkline.sandbox.seen.filter(({ method, path }) => method === "GET" && path.includes("/dids"));
    expect(reads.every(({ path }) => path.includes("include=voice_in_trunk"))).toBe(true);
  });

  test("6: a name that a trunk or a group has is a conflict; one of a trunk for calls out is free", async () => {
    await create("front");
    expect(await create("front")).toMatchObject({ code: "conflict", applied: false, field: "name" });
    await group("some", "front");
    expect(await create("some")).toMatchObject({ code: "conflict", applied: false });
    expect(await update({ name: "some" })).toMatchObject({ code: "conflict", applied: false });
    await call("didww_create_voice_out_trunk", { name: "front", on_cli_mismatch_action: "reject_call", allowed_sip_ips: ["203.0.113.7"] });
    // Each tool knows which of the two it is for.
    expect((await update({ ringing_timeout: 9 })).trunk.attributes.ringing_timeout).toBe(9);
    expect((await call("didww_update_voice_out_trunk", { trunk_id: "front", capacity_limit: 3 })).trunk.attributes.capacity_limit).toBe(3);
    expect(await call("get_trunk", { trunk_id: "front" })).toMatchObject({ code: "conflict" });
  });

  test("7: a number has its plus everywhere but on the wire", async () => {
    await create("front");
    expect((await route("370 614 98222", { trunk_id: "front" })).did).toMatchObject({ phone_number: FIRST, trunk_name: "front" });
    expect(trunkline.sandbox.seen.some(({ path }) => /filter(%5B|\[)number(%5D|\])=37061498222/.test(path))).toBe(true);
  });

  test("8: a codec list without telephone events is warned about, and found by the check", async () => {
    expect((await create("front", { codec_ids: [9, 10] })).warnings).toEqual([
      expect.stringContaining("no key that a caller presses arrives"),
    ]);
    const found = (await findings()).find(({ check }: { check: string }) => check === "didww.in_call");
    expect(found).toMatchObject({ status: "warn", repair: [{ arguments: { codec_ids: [9, 10, 6] } }] });
    await create("other");
    expect((await trunk("other")).attributes.codec_ids).toEqual(["9", "10", "6"]);
  });

  test("9: keys in the open are refused, and a host that is chosen by name keeps it", async () => {
    expect(await create("front", { transport: "tcp", media_encryption_mode: "srtp_sdes" })).toMatchObject({
      code: "invalid_input",
      field: "transport",
    });
    await create("front", { resolve_ruri: true });
    const found = (await findings()).find(({ check }: { check: string }) => check === "didww.in_way");
    expect(found).toMatchObject({ status: "fail", repair: [{ arguments: { resolve_ruri: false } }] });
    await update({ resolve_ruri: false });
    expect((await findings()).filter(({ check, status }: Record<string, string>) => check === "didww.in_way" && status === "fail")).toEqual(
      [],
    );
  });

  test("10: a deletion names each number that then rings nowhere, and a group that loses or gains a trunk asks", async () => {
    await create("front");
    await route(FIRST, { trunk_id: "front" });
    const id = await group("some");
    expect((await update({ voice_in_trunk_group_id: id })).approved).toEqual({ by: "form" });
    await call("didww_delete_voice_in_trunk", { trunk_id: "front" });
    expect(asked.at(-1)).toContain(`Number ${FIRST} is taken off: its calls no longer go to`);
    expect((await call("didww_list_dids", { routed: true })).dids).toEqual([]);
  });

  test("11: no tool takes what costs money or ends a number", async () => {
    for (const field of ["terminated", "dedicated_channels_count", "billing_cycles_count"])
      expect(await route(FIRST, { unroute: true, [field]: 1 })).toMatchObject({ code: "invalid_input" });
    expect(await create("front", { dst: "442080995011" })).toMatchObject({ code: "invalid_input" });
    expect(trunkline.sandbox.seen.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("12: a number that cannot ring says so, when it is routed and when its trunk is checked", async () => {
    await create("front");
    expect((await route(SILENT, { trunk_id: "front" })).warnings).toEqual([
      `${SILENT} does not ring, however it is routed: it waits for its registration.`,
    ]);
    const found = (await findings()).find(({ check }: { check: string }) => check === "didww.in_numbers");
    expect(found).toMatchObject({ status: "fail", evidence: `${SILENT}: it waits for its registration.` });
  });
});

describe("a registration", () => {
  test("has no host, shows its user, and goes back to a host in one change", async () => {
    const made = await create("front", { host: undefined, port: undefined, transport: undefined, enabled_sip_registration: true });
    expect(made.credentials.user_name).toMatch(/^\w{16}$/);
    expect(await trunk()).toMatchObject({ auth_type: "registration", domain_name: "sip.didww.com" });
    await update({ enabled_sip_registration: false, host: "sip.example.com" });
    const sent = bodies("PATCH")[0].data.attributes.configuration.attributes;
    expect([sent.use_did_in_ruri, Object.keys(sent).some((key) => key.startsWith("incoming"))]).toEqual([false, false]);
    expect(await trunk()).toMatchObject({ auth_type: "none", domain_name: "sip.example.com", credentials: [] });
  });

  test("is of the latest version only", async () => {
    await trunkline.close();
    await start({ dialect: "documented" });
    const refused = await create("front", { host: undefined, port: undefined, transport: undefined, enabled_sip_registration: true });
    expect(refused).toMatchObject({ code: "invalid_input", field: "enabled_sip_registration" });
    expect(await create("front", host)).toHaveProperty("trunk");
  });
});

describe("a person is asked", () => {
  beforeEach(async () => {
    await create("front", login);
    await create("other");
    await route(FIRST, { trunk_id: "front" });
    await route(SECOND, { trunk_id: "front" });
    expect(asked).toEqual([]);
  });

  test.each<[string, object]>([
    ["another host", { host: "evil.example.com" }],
    ["another port", { port: 5099 }],
    ["another user", { username: "+{DID}" }],
    ["another transport", { transport: "tcp" }],
    ["encryption", { media_encryption_mode: "srtp_sdes" }],
    ["no login", { auth_user: "none" }],
    ["a registration", { enabled_sip_registration: true }],
  ])("before %s, for each number that rings there", async (_, change) => {
    await update(change);
    expect(asked).toHaveLength(1);
    for (const number of [FIRST, SECOND]) expect(asked[0]).toContain(`Number ${number}: its calls go `);
    await update({ ...change }, "other");
    expect(asked).toHaveLength(1);
  });

  test("before the login's password is another one", async () => {
    await update({ ...login });
    expect(asked[0]).toContain("auth_password was as it was and becomes another one.");
  });

  test("before a number goes elsewhere or nowhere, with both ends; not before its first route", async () => {
    await route(FIRST, { trunk_id: "other" });
    expect(asked[0]).toContain(`Number ${FIRST}: its calls go over at once, and no longer to the trunk "front"`);
    expect(asked[0]).toContain('Trunk "other"');
    await route(FIRST, { unroute: true });
    expect(asked[1]).toContain(`its calls no longer go to the trunk "other"`);
    await route(FIRST, { trunk_id: "front" });
    expect(asked).toHaveLength(2);
  });

  test("a route that somebody changed after it was shown is not sent", async () => {
    await trunkline.close();
    await start({ person: undefined as never, policy: { approval: "two_step" } });
    await create("front");
    await create("other");
    await route(FIRST, { trunk_id: "front" });
    const { approval } = await route(FIRST, { trunk_id: "other" });
    expect(typeof approval).toBe("string");
    const did = "7a6c177d-a054-4c75-9b4c-b1596ed6fa25";
    await create("third");
    const third = {
      voice_in_trunk: { data: { type: "voice_in_trunks", id: (await trunk("third")).trunk_id } },
      voice_in_trunk_group: { data: null },
    };
    await directly("PATCH", `dids/${did}`, { id: did, type: "dids", relationships: third });
    expect(await route(FIRST, { trunk_id: "other", approval })).toMatchObject({ code: "approval_refused", applied: false });
    expect((await call("didww_list_dids", { routed: true })).dids).toMatchObject([{ trunk_name: "third" }]);
  });

  test("what nobody depends on changes unasked", async () => {
    await update({ ringing_timeout: 20, cli_prefix: "+", description: "front desk", name: "renamed" });
    expect(asked).toEqual([]);
  });
});

test("a tool for one kind of trunk refuses the other by name, and nothing is sent", async () => {
  await create("front");
  await call("didww_create_voice_out_trunk", { name: "out", on_cli_mismatch_action: "reject_call", allowed_sip_ips: ["203.0.113.7"] });
  const before = trunkline.sandbox.seen.filter(({ method }) => method !== "GET").length;
  for (const [tool, trunk_id] of [
    ["didww_update_voice_out_trunk", "front"],
    ["didww_delete_voice_out_trunk", "front"],
    ["didww_regenerate_credentials", "front"],
    ["didww_update_voice_in_trunk", "out"],
    ["didww_delete_voice_in_trunk", "out"],
  ] as const)
    expect(await call(tool, { trunk_id, ...(tool.includes("update") ? { capacity_limit: 2 } : {}) })).toMatchObject({
      code: "invalid_input",
      applied: false,
    });
  expect(await route(FIRST, { trunk_id: "out" })).toMatchObject({ code: "invalid_input", field: "trunk_id" });
  expect(trunkline.sandbox.seen.filter(({ method }) => method !== "GET").length).toBe(before);
});

test("an account without a plan for calls out has its trunks for calls in listed and read", async () => {
  await create("front");
  trunkline.sandbox.script({ kind: "status", status: 403, method: "GET", path: "voice_out_trunks", times: 50 });
  expect((await call("list_trunks")).trunks).toMatchObject([{ trunk_name: "front" }]);
  expect((await trunk()).trunk_name).toBe("front");
});

test("both kinds are one list, over pages of it", async () => {
  for (const name of ["a", "b", "c"]) {
    await create(name);
    await call("didww_create_voice_out_trunk", {
      name: `${name}_out`,
      on_cli_mismatch_action: "reject_call",
      allowed_sip_ips: ["203.0.113.7"],
    });
  }
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await call("list_trunks", { limit: 2, ...(cursor ? { cursor } : {}) });
    names.push(...page.trunks.map(({ trunk_name }: { trunk_name: string }) => trunk_name));
    if (!cursor) expect(page.carriers).toEqual({ didww: 6 });
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  expect(names.sort()).toEqual(["a", "a_out", "b", "b_out", "c", "c_out"]);
});

test("a host that many share is told from the trunk alone: login, plus sign and kind of encryption", async () => {
  await create("front", { host: "abc.eu.sip.livekit.cloud", media_encryption_mode: "srtp_dtls" });
  const found = (await findings()).filter(({ check }: { check: string }) => check === "didww.in_shared_host");
  expect(found.map(({ status }: { status: string }) => status).sort()).toEqual(["fail", "warn", "warn"]);
});

test("a PBX is not told to place calls with the login by which the carrier answers it", async () => {
  await trunkline.close();
  const base = await mkdtemp(join(tmpdir(), "didww-inbound-"));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  await start({ output: { kind: "folder", base } });
  await create("front", login);
  await route(FIRST, { trunk_id: "front" });
  const { files } = await call("export_pbx_config", { trunk_id: "front", format: "asterisk", folder: "pbx" });
  const text = files.map((file: { text: string }) => file.text).join();
  expect(text).toContain("match = 46.19.209.14");
  expect(text).not.toMatch(/outbound_auth|carrier\b.*password|username = carrier/);
});
