import { afterEach, describe, expect, test } from "vitest";
import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import { didwwEmulator } from "../../src/providers/didww/emulator.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { type Options, startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

const plain = { name: "out", on_cli_mismatch_action: "reject_call", allowed_sip_ips: ["203.0.113.7"], threshold_amount: "100.0" };
const create = "didww_create_voice_out_trunk";
const update = "didww_update_voice_out_trunk";

let asked: string[] = [];

/** A person who agrees to everything, and what they were asked. */
async function start(options: Options = {}): Promise<Trunkline["call"]> {
  asked = [];
  const person: Options["person"] = ({ message }) => {
    asked.push(message);
    return { action: "accept", content: { trunk_name: "out" } };
  };
  trunkline = await startTrunkline({ providers: [didww], person, unlimited: true, ...options });
  return trunkline.call;
}

const sent = (method: string) => trunkline.sandbox.seen.filter((request) => request.method === method).length;
const rows = async () => (await trunkline.call("list_trunks")).value.trunks;

describe("a person is asked", () => {
  test.each([
    [
      "a broad range",
      { allowed_sip_ips: ["203.0.113.7", "203.0.113.64/27"] },
      "All 32 addresses of 203.0.113.64/27 may place calls at your cost.",
    ],
    ["a broad IPv6 range", { allowed_sip_ips: ["2001:db8::/56"] }, "All addresses of 2001:db8::/56 may place calls at your cost."],
    ["no address", { allowed_sip_ips: [] }, "has the login may be able to place calls, from anywhere"],
    [
      "a high threshold",
      { threshold_amount: "3000.01" },
      "It may spend up to 3000.01 in any 24 hours; without a person a new one has 3000.",
    ],
  ])("before a trunk is created with %s", async (_, change, words) => {
    const call = await start();
    expect((await call(create, { ...plain, ...change })).isError).toBe(false);
    expect(asked).toEqual([expect.stringContaining(words)]);
    expect(asked[0]).toMatch(/^SANDBOX: no carrier is touched\.\nCreate trunk "out"\?\nNew trunk "out" on DIDWW, active\./);
  });

  test("before a threshold is given up, where the version lets it be", async () => {
    const call = await start({ dialect: "documented" });
    expect((await call(create, { ...plain, threshold_amount: "none" })).value.trunk.attributes.threshold_amount).toBeNull();
    expect(asked[0]).toContain("It may spend without limit; without a person a new one has 3000.");
  });

  test.each([
    [
      "a new broad range",
      { allowed_sip_ips: ["203.0.113.7", "198.51.100.0/24"] },
      "All 256 addresses of 198.51.100.0/24 may place calls at your cost.",
    ],
    ["an emptied list", { allowed_sip_ips: [] }, "anyone who has the login"],
    ["a raised threshold", { threshold_amount: "100.5" }, "It may spend up to 100.5 in any 24 hours; the limit now is 100."],
    ["an end of blocking", { status: "active" }, "Calls go out over it again at once."],
    ["an opening of all destinations", { default_dst_action: "allow_all" }, "Calls may go to all destinations, the dearest included"],
  ])("before %s", async (_, change, words) => {
    const call = await start();
    await call(create, { ...plain, status: "blocked", default_dst_action: "reject_all" });
    expect((await call(update, { trunk_id: "out", ...change })).isError).toBe(false);
    expect(asked).toEqual([expect.stringContaining(words)]);
    expect(asked[0]).toMatch(/^SANDBOX: no carrier is touched\.\nChange trunk "out"\?\nTrunk "out" \([0-9a-f-]{36}\) on DIDWW/);
  });

  test("before a login is replaced and before a trunk is deleted, with what is lost", async () => {
    const call = await start();
    const { user_name } = (await call(create, plain)).value.credentials;
    await call("didww_regenerate_credentials", { trunk_id: "out" });
    await call("didww_delete_voice_out_trunk", { trunk_id: "out" });
    expect(asked[0]).toContain(`The login "${user_name}" stops working at once.`);
    expect(asked[1]).toContain("203.0.113.7/32 may no longer place calls.");
    expect(asked[1]).toMatch(/The login "\w+" stops working at once\./);
  });
});

describe("nobody is asked", () => {
  test.each([
    ["what a trunk has already", { allowed_sip_ips: ["203.0.113.0/25", "203.0.113.128/25"] }],
    ["a lower threshold", { threshold_amount: "99.0" }],
    ["a block", { status: "blocked" }],
    ["what calls may do already", { default_dst_action: "allow_all" }],
    ["anything that opens nothing", { capacity_limit: 2, dst_prefixes: ["44"], name: "other" }],
  ])("before %s", async (_, change) => {
    const call = await start();
    await call(create, { ...plain, allowed_sip_ips: ["203.0.113.0/24"] });
    expect((await call(update, { trunk_id: "out", ...change })).isError).toBe(false);
    // Creating it was asked about.
    expect(asked.length).toBe(1);
  });

  test("a create over which no call can show a caller id says so", async () => {
    const call = await start();
    const { value } = await call(create, { ...plain, on_cli_mismatch_action: "reject_call" });
    expect(value.warnings).toEqual([expect.stringContaining("Every call will be rejected")]);
    const { value: any } = await call(create, { ...plain, name: "any", on_cli_mismatch_action: "reject_call", allow_any_did_as_cli: true });
    expect(any.warnings).toBeUndefined();
  });

  test("a create without a threshold says what the carrier allows", async () => {
    const call = await start();
    const { threshold_amount: _, ...open } = plain;
    const { value } = await call(create, open);
    expect(value.warnings[0]).toBe("No threshold_amount was given: DIDWW lets this trunk spend 3,000 in any 24 hours by default.");
    expect(asked).toEqual([]);
  });
});

describe.each([
  ["observed", 1],
  ["documented", 2],
])("a create in doubt, account %s", (dialect, readsBefore) => {
  test("is found again by the call that repeats it, and made once", async () => {
    const call = await start({ dialect });
    trunkline.sandbox.script({ kind: "lost", method: "POST" });
    trunkline.sandbox.script({ kind: "reset", method: "GET", after: readsBefore, times: 30 });
    const first = (await call(create, plain)).value;
    expect(first).toMatchObject({ code: "outcome_unknown", applied: "unknown" });
    expect(first.hint).toContain('get_trunk {"provider":"didww","trunk_id":"out"} shows whether it took effect.');
    const again = (await call(create, plain)).value;
    expect(again).toMatchObject({ code: "outcome_unknown", message: expect.stringContaining("Nothing was sent now.") });
    trunkline.sandbox.clearFaults();
    // The older version keeps no reference: there the name is all.
    const reference = (await call("get_trunk", { trunk_id: "out" })).value.trunk.attributes.external_reference_id;
    expect(typeof reference).toBe(dialect === "observed" ? "string" : "undefined");
    for (const { hint } of [first, again]) expect(hint.includes(`external_reference_id "${reference}"`)).toBe(dialect === "observed");
    const second = (await call(create, plain)).value;
    expect(second).toMatchObject({ settled: true, trunk: { trunk_name: "out" }, credentials: { user_name: expect.any(String) } });
    expect([sent("POST"), (await rows()).length]).toEqual([1, 1]);
    // Settled is settled: the same call again means another trunk.
    expect((await call(create, plain)).value.settled).toBeUndefined();
    expect((await rows()).length).toBe(2);
  });

  test("is not taken for a trunk of that name that was there before", async () => {
    const call = await start({ dialect });
    await call(create, plain);
    trunkline.sandbox.script({ kind: "reset", method: "POST" });
    const { value } = await call(create, { ...plain, capacity_limit: 3 });
    expect(value).toMatchObject({ code: "provider_failed", applied: false });
    expect((await rows()).length).toBe(1);
  });

  test("is found though its name has a comma, which the filter reads as an alternative", async () => {
    const call = await start({ dialect });
    trunkline.sandbox.script({ kind: "lost", method: "POST" });
    const { value } = await call(create, { ...plain, name: "Delhi, main" });
    expect(value).toMatchObject({ settled: true, trunk: { trunk_name: "Delhi, main" } });
  });

  test("is not made twice by an impatient second call, and does not pass for a sister of its name", async () => {
    const call = await start({ dialect });
    const made = await Promise.all([call(create, plain), call(create, plain), call(create, { ...plain, capacity_limit: 3 })]);
    const refused = made.filter(({ isError }) => isError);
    expect(refused.map(({ value }) => [value.code, value.applied])).toEqual([["conflict", false]]);
    expect((await rows()).length).toBe(2);
  });
});

test("a reference of the caller's own is kept, and is no proof by itself", async () => {
  const call = await start();
  const own = { ...plain, external_reference_id: "crm-7" };
  expect((await call(create, own)).value.trunk.attributes.external_reference_id).toBe("crm-7");
  trunkline.sandbox.script({ kind: "reset", method: "POST" });
  expect((await call(create, { ...own, capacity_limit: 3 })).value).toMatchObject({ code: "provider_failed", applied: false });
});

test("a refused create leaves nothing to be found later", async () => {
  const call = await start({ dialect: "documented" });
  trunkline.sandbox.script({ kind: "status", status: 422, method: "POST" });
  expect((await call(create, plain)).value.code).toBe("invalid_input");
  // Somebody makes a trunk of that name in the meantime.
  await call(create, { ...plain, capacity_limit: 9 });
  const { value } = await call(create, plain);
  expect([value.settled, value.trunk.attributes.capacity_limit]).toEqual([undefined, null]);
});

describe("a rotation", () => {
  test("whose answer was lost is told by the login that changed", async () => {
    const call = await start();
    const { credentials } = (await call(create, plain)).value;
    trunkline.sandbox.script({ kind: "lost", method: "POST", path: "regenerate" });
    const { value } = await call("didww_regenerate_credentials", { trunk_id: "out" });
    expect(value.settled).toBe(true);
    expect(value.credentials.user_name).not.toBe(credentials.user_name);
  });

  test("that never arrived is told by the login that did not", async () => {
    const call = await start();
    await call(create, plain);
    trunkline.sandbox.script({ kind: "reset", method: "POST", path: "regenerate" });
    expect((await call("didww_regenerate_credentials", { trunk_id: "out" })).value).toMatchObject({
      code: "provider_failed",
      applied: false,
    });
  });

  test("is a success though the new login cannot be read", async () => {
    const call = await start();
    const { trunk_id } = (await call(create, plain)).value.trunk;
    // Two reads for the approval, one for the old login.
    trunkline.sandbox.script({ kind: "status", status: 500, method: "GET", path: trunk_id, after: 3, times: 9 });
    const { value } = await call("didww_regenerate_credentials", { trunk_id });
    expect(value).toMatchObject({ trunk_id, warnings: [expect.stringContaining("The login was replaced")] });
    expect(value.credentials).toBeUndefined();
  });
});

/** A service whose answers read otherwise than the emulator's. */
function reworded(reword: (text: string) => string): AnyProvider {
  const create: typeof didwwEmulator.create = (options) => {
    const emulator = didwwEmulator.create(options);
    const handle: typeof emulator.handle = (request) => {
      const answer = emulator.handle(request);
      return answer.body === undefined ? answer : { ...answer, body: JSON.parse(reword(JSON.stringify(answer.body))) };
    };
    return { ...emulator, handle };
  };
  return { ...didww, sandbox: async () => ({ ...didwwEmulator, create }) };
}

test("a lost create is found by its reference, whatever the carrier made of its name", async () => {
  const call = await start({ providers: [reworded((text) => text.replace('"name":"out"', '"name":"Out"'))] });
  trunkline.sandbox.script({ kind: "lost", method: "POST" });
  expect((await call(create, plain)).value).toMatchObject({ settled: true, trunk: { trunk_name: "Out" } });
});

test("an approval outlives what calls in progress spend", async () => {
  let spent = 0;
  const busy = reworded((text) => text.replace('"spent_amount":"0.0"', `"spent_amount":"${++spent}.0"`));
  const call = await start({ providers: [busy] });
  await call(create, plain);
  expect((await call("didww_delete_voice_out_trunk", { trunk_id: "out" })).value.removed).toBe(true);
  expect(spent).toBeGreaterThan(3);
});
