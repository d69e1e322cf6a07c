import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Step } from "../../src/core/carrier/planner.ts";
import { describeTrunks } from "../../src/plans/connecting/export-trunks.ts";
import { undoSteps } from "../../src/plans/planning/undo.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { withPlace } from "../../src/providers/didww/voice-in/find-place.ts";
import { type Options, startTrunkline, type Trunkline, typedIn } from "../support/trunkline.ts";

const FIRST = "+37061498222";
const SECOND = "+46812111133";
const inbound = {
  provider: "didww",
  use_case: "inbound",
  trunk: "front",
  numbers: [FIRST],
  destinations: ["sip.example.com:5061;transport=tls"],
};

let trunkline: Trunkline;
let asked: string[] = [];

async function start(options: Options = {}): Promise<void> {
  asked = [];
  const person: Options["person"] = ({ message }) => {
    asked.push(message);
    return { action: "accept", content: { trunk_name: typedIn(message) } };
  };
  const environment = { TRUNKLINE_SECRET_SIDE: "Sesame-open-3" };
  trunkline = await startTrunkline({ providers: [didww], person, environment, unlimited: true, ...options });
}
beforeEach(() => start());
afterEach(() => trunkline.close());

const call = async (tool: string, args: Record<string, unknown> = {}) => (await trunkline.call(tool, args)).value;
const plan = (...setups: object[]) => call("plan_trunk", { ...setups[0], also: setups.slice(1) });
const apply = async (...setups: object[]) => await call("apply_plan", { plan_id: (await plan(...setups)).plan_id });
const routes = async () =>
  Object.fromEntries(
    (await call("didww_list_dids")).dids.map((did: Record<string, string>) => [
      did["phone_number"],
      did["trunk_name"] ?? did["voice_in_trunk_group"],
    ]),
  );

/** Takes a plan that is done back, step by step. */
async function undone({ steps }: { steps: Step[] }): Promise<void> {
  const { trunks } = await call("list_trunks");
  const done = steps.map((step) => ({
    // An answer does not say which steps go in turns: those that move a number.
    step: { ...step, provider: "didww", ...(String(step.arguments["now_at"]).startsWith("trunk:") ? { chain: "moves" } : {}) },
    result: { trunk: { trunk_id: trunks.find((row: { trunk_name: string }) => row.trunk_name === step.trunk).trunk_id } },
  }));
  const { steps: back, stays } = await undoSteps(done, [], trunkline.scope.carriers);
  expect(stays).toEqual([]);
  for (const { tool, arguments: given } of back) expect(await call(tool, given)).not.toHaveProperty("code");
}

const tools = (made: { steps?: { tool: string }[] }) => made.steps?.map(({ tool }) => tool);

describe("a number that rings nowhere", () => {
  test("gets a trunk and its route with nobody asked, and the same plan again changes nothing", async () => {
    const made = await plan(inbound);
    expect(tools(made)).toEqual(["didww_create_voice_in_trunk", "didww_route_did"]);
    expect((await call("apply_plan", { plan_id: made.plan_id })).state).toBe("done");
    expect([asked, (await routes())[FIRST]]).toEqual([[], "front"]);
    const again = await plan(inbound);
    expect([tools(again), again.unchanged.map(({ kind }: { kind: string }) => kind)]).toEqual([[], ["trunk", "destination", "number"]]);
  });

  test.each(["documented", "2022-05-10", "older_account", "merging"])("the same on %s", async (dialect) => {
    await trunkline.close();
    await start({ dialect });
    expect((await apply({ ...inbound, options: { cli_prefix: "+", codec_ids: [10, 6] } })).state).toBe("done");
    expect((await apply({ ...inbound, destinations: ["sip.example.com:5071;transport=tls"] })).state).toBe("done");
    const { trunk } = await call("get_trunk", { trunk_id: "front" });
    expect(trunk).toMatchObject({
      destination_uris: [{ destination: "sip.example.com:5071;transport=tls" }],
      attributes: { codec_ids: ["10", "6"], cli_prefix: "+", username: "{DID}" },
    });
    expect(asked).toHaveLength(1);
  });

  test("is undone with its trunk", async () => {
    const made = await plan(inbound);
    await call("apply_plan", { plan_id: made.plan_id });
    await undone(made);
    expect([(await call("list_trunks")).trunks, (await routes())[FIRST]]).toEqual([[], undefined]);
  });
});

describe("a number that rings elsewhere", () => {
  const other = { ...inbound, trunk: "other", destinations: ["pbx.example.com:5060;transport=tcp"] };
  beforeEach(async () => {
    await apply(inbound);
  });

  test("moves in one request, once a person has read both ends, and goes back by the undo", async () => {
    const made = await plan(other);
    const before = trunkline.sandbox.seen.length;
    expect((await call("apply_plan", { plan_id: made.plan_id })).state).toBe("done");
    expect(trunkline.sandbox.seen.slice(before).filter(({ method, path }) => method === "PATCH" && path.includes("/dids/"))).toHaveLength(
      1,
    );
    expect(asked[0]).toContain(`Number ${FIRST}: its calls go over at once, and no longer to the trunk "front"`);
    expect((await routes())[FIRST]).toBe("other");
    await undone(made);
    expect([(await routes())[FIRST], (await call("list_trunks")).trunks.length]).toEqual(["front", 1]);
  });

  test("is taken off by name, and by what is described whole; a plan that moves it does not take it off as well", async () => {
    expect((await apply({ provider: "didww", trunk: "front", remove: [FIRST] })).state).toBe("done");
    expect([(await routes())[FIRST], asked.length]).toEqual([undefined, 1]);
    await apply({ ...inbound, numbers: [FIRST, SECOND] });
    const made = await plan({ ...inbound, numbers: [SECOND], exactly: ["numbers"] }, other);
    expect(tools(made)).toEqual(["didww_create_voice_in_trunk", "didww_route_did"]);
    expect((await call("apply_plan", { plan_id: made.plan_id })).state).toBe("done");
    expect(await routes()).toMatchObject({ [FIRST]: "other", [SECOND]: "front" });
    expect((await apply({ ...inbound, numbers: [], exactly: ["numbers"], use_case: undefined })).state).toBe("done");
    expect((await routes())[SECOND]).toBeUndefined();
  });

  test("that somebody else routed since it was planned stays where it is", async () => {
    const made = await plan(other);
    await call("didww_route_did", { phone_number: FIRST, unroute: true });
    const { state, failed } = await call("apply_plan", { plan_id: made.plan_id });
    expect([state, failed.error.code, failed.error.applied]).toEqual(["partial", "conflict", false]);
    expect((await routes())[FIRST]).toBeUndefined();
  });

  test("does not go to a trunk whose host somebody else changed since it was planned", async () => {
    await call("didww_create_voice_in_trunk", { name: "other", host: "pbx.example.com" });
    const made = await plan({ provider: "didww", trunk: "other", numbers: [FIRST] });
    await call("didww_update_voice_in_trunk", { trunk_id: "other", host: "evil.example.com" });
    const told = await call("apply_plan", { plan_id: made.plan_id });
    expect(JSON.stringify(told)).toContain("evil.example.com");
    expect(told.state).not.toBe("done");
    expect((await routes())[FIRST]).toBe("front");
  });

  test("a later step of the same plan, on the trunk that it left, is not taken for somebody else's change", async () => {
    const done = await apply(other, { provider: "didww", trunk: "front", options: { ringing_timeout: 20 } });
    expect(done.state).toBe("done");
    expect((await call("get_trunk", { trunk_id: "front" })).trunk.attributes.ringing_timeout).toBe(20);
  });

  test("two trunks cannot both have it", async () => {
    const { questions } = await plan(inbound, { ...other, numbers: [FIRST] });
    expect(questions[0].question).toContain('is asked for on "front" and on "other"');
  });
});

test("a login is named by a variable, never written into a plan", async () => {
  const options = { auth_user: "carrier", auth_password: "Sesame-open-3" };
  expect((await plan({ ...inbound, options })).questions[0]).toMatchObject({ field: "options.auth_password" });
  const named = { ...options, auth_password: "env:TRUNKLINE_SECRET_SIDE" };
  expect((await apply({ ...inbound, options: named })).state).toBe("done");
  const body = trunkline.sandbox.seen.find(({ method }) => method === "POST")?.body ?? "";
  expect(JSON.parse(body).data.attributes.configuration.attributes).toMatchObject({
    auth_enabled: true,
    auth_user: "carrier",
    auth_password: "Sesame-open-3",
  });
  const again = await plan({ ...inbound, options: named });
  expect([tools(again) ?? [], again.warnings[0]]).toEqual([[], expect.stringContaining("cannot be told")]);
});

test.each([
  ["no destination", { destinations: undefined }, "destinations", "Where do calls go"],
  [
    "two destinations",
    { destinations: ["a.example.com:5060;transport=tcp", "b.example.com:5060;transport=tcp"] },
    "destinations.1",
    "one destination",
  ],
  ["addresses", { ips: ["52.66.1.1"] }, "ips", "DIDWW calls your side"],
  [
    "keys in the open",
    { destinations: ["a.example.com:5060;transport=tcp"], options: { media_encryption_mode: "srtp_sdes" } },
    "destinations.0",
    "in the open",
  ],
  ["a number of somebody else", { numbers: ["+442071838750"] }, "numbers.0", "has no DID"],
  ["no number", { numbers: undefined }, "numbers", "Which number do callers dial"],
])("%s is asked about", async (_, change, field, words) => {
  const { questions } = await plan({ ...inbound, ...change });
  expect(questions).toEqual(expect.arrayContaining([expect.objectContaining({ field, question: expect.stringContaining(words) })]));
});

test("a trunk for calls out is not taken for one for calls in, whatever it is called", async () => {
  await call("didww_create_voice_out_trunk", {
    name: "front",
    on_cli_mismatch_action: "reject_call",
    allowed_sip_ips: ["203.0.113.7"],
    threshold_amount: "10.0",
  });
  expect((await plan(inbound)).questions[0].question).toContain('"front" is a trunk for calls out');
});

test("an exported trunk plans to nothing", async () => {
  await apply({ ...inbound, options: { cli_prefix: "+", capacity_limit: 4, codec_ids: [10, 6], media_encryption_mode: "srtp_sdes" } });
  await call("didww_create_voice_in_trunk", { name: "bare", host: "pbx.example.com" });
  await call("didww_create_voice_in_trunk", { name: "registers", enabled_sip_registration: true });
  const described = await describeTrunks(trunkline.scope, new AbortController().signal);
  const setups = described.flatMap((one) => one.setups);
  expect(setups.map(({ trunk }) => trunk)).toEqual(["bare", "front", "registers"]);
  const made = await plan(...setups);
  expect([made.questions, tools(made) ?? []]).toEqual([undefined, []]);
});

test("a step whose answer was lost is found again by its own arguments, and not sent twice", async () => {
  await apply(inbound);
  const made = await plan({ ...inbound, trunk: "other", destinations: ["pbx.example.com:5060;transport=tcp"] });
  trunkline.sandbox.script({ kind: "lost", method: "PATCH" });
  expect((await call("apply_plan", { plan_id: made.plan_id })).state).toBe("done");
  expect(trunkline.sandbox.seen.filter(({ method, path }) => method === "PATCH" && path.includes("/dids/"))).toHaveLength(2);
  // A process that takes it up later asks the same, although the number is there by now.
  const [connected] = await Promise.all(trunkline.scope.carriers.map((carrier) => carrier.connected()));
  const { client, trunks } = connected as never;
  const { trunk_id } = (await call("get_trunk", { trunk_id: "other" })).trunk;
  const given = { ...made.steps[1].arguments, trunk_id };
  expect(await withPlace(given, { client, trunks, signal: new AbortController().signal })).toEqual(given);
  const elsewhere = { ...given, now_at: "nowhere", trunk_id: "00000000-0000-4000-8000-000000000000" };
  await expect(withPlace(elsewhere, { client, trunks, signal: new AbortController().signal })).rejects.toThrow("Nothing was sent");
});
