import { beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { TrunkError } from "../../src/core/errors.ts";
import { describeTrunks } from "../../src/plans/connecting/export-trunks.ts";
import { planFile } from "../../src/plans/connecting/plan-file.ts";
import { parseFile, toFile } from "../../src/plans/planning/trunks-file.ts";
import { storePlanned } from "../../src/plans/running/make-and-store.ts";
import { eachPlanning, type Plan, questions } from "../plans/support.ts";
import { directions, lines, wanted, writes } from "./support.ts";

const each = eachPlanning();
const { call } = each;

const signal = () => AbortSignal.timeout(60_000);
type Entry = Record<string, unknown>;
const fileOf = (...trunks: Entry[]) => stringify({ version: 1, trunks });

async function read(text: string, prune = false) {
  return await planFile(await parseFile(text), each.trunkline.scope, { prune, signal: signal() });
}
async function plan(text: string, prune = false): Promise<Plan> {
  const made = await read(text, prune);
  if (made.kind === "questions") throw new Error(`questions: ${JSON.stringify(made.questions)}`);
  return made;
}
const stepsOf = async (text: string, prune = false) => (await plan(text, prune)).content.steps.map(({ tool }) => tool);
async function apply(text: string, prune = false): Promise<string[]> {
  const { plan_id } = await storePlanned(await plan(text, prune), each.trunkline.scope);
  expect(await call("apply_plan", { plan_id })).toMatchObject({ state: "done" });
  return writes(each.trunkline, "livekit").map(({ path }) => path);
}
const exported = async () => await toFile(await describeTrunks(each.trunkline.scope, signal()), {});
const trunksOf = async (provider: string): Promise<{ trunk_id: string; trunk_name: string }[]> =>
  (await call("list_trunks", { provider })).trunks;

const agent = { platform: "livekit", agent_name: "front-desk", room_prefix: "call" };
function entry(provider: string, direction: string, connect: Entry = {}): Entry {
  const { number, options } = lines[provider] ?? { number: "" };
  return {
    ...{ provider, trunk: "agent_front_desk", numbers: [number], connect: { ...agent, direction, ...connect } },
    ...(options && direction !== "inbound" ? { options } : {}),
  };
}

describe.each(Object.keys(lines))("a connection of %s in a file", (provider) => {
  test.each(directions)("%s: is planned as connect_trunk does, and once applied there is nothing to do", async (direction) => {
    const text = fileOf(entry(provider, direction));
    const { content } = await plan(text);
    const { steps, summary } = await call("connect_trunk", { ...wanted(provider, direction), room_prefix: "call" });
    // A login that goes over is shown in words.
    const calls = (some: readonly { tool: string; arguments: object }[]) =>
      some.map(({ tool, arguments: given }) => [tool, JSON.stringify(given).replace(/"(?:(?:login|secret):|\[)[^,}]+/g, '"…"')]);
    expect(calls(content.steps)).toEqual(calls(steps));
    expect(content.purpose?.[0]).toBe(summary[0]);
    await apply(text);
    expect(each.trunkline.asked.length).toBeLessThanOrEqual(1);
    expect(await stepsOf(text)).toEqual([]);
    expect(await stepsOf(text, true)).toEqual([]);
  });

  test.each(directions)("%s: is exported as one, without a password, and the exported file changes nothing", async (direction) => {
    await apply(fileOf(entry(provider, direction)));
    const text = await exported();
    expect(text).toContain("connect:");
    expect(text).toMatch(/platform: livekit\n/);
    expect(text, "the platform's details are not in the file").not.toContain("provider: livekit");
    if (direction !== "outbound") expect(text).toMatch(/agent_name: front-desk\n +room_prefix: call\n/);
    for (const secret of passwords()) expect(text).not.toContain(secret);
    expect(await stepsOf(text)).toEqual([]);
    expect(await stepsOf(text, true)).toEqual([]);
  });
});

/** Every password that a carrier was sent. */
function passwords(): string[] {
  const sent = ["livekit", ...Object.keys(lines)].flatMap((provider) => writes(each.trunkline, provider));
  return [...JSON.stringify(sent).matchAll(/"(?:auth_)?password":"([^"]+)"/gi)].map(([, secret = ""]) => secret);
}

describe("a mistake is said with its place", () => {
  test.each([
    ["an unknown platform", { platform: "nobody" }, "trunks.0.connect.platform: No platform"],
    ["no agent", { agent_name: undefined }, "trunks.0.connect.agent_name: Which agent answers?"],
  ])("%s", async (_, connect, expected) => {
    expect(questions(await read(fileOf(entry("exotel", "inbound", connect)))).join("\n")).toContain(expected);
  });

  test("a carrier without such an end, beside a mistake in another entry", async () => {
    const said = questions(await read(fileOf(entry("vyom", "inbound"), entry("exotel", "inbound", { platform: "nobody" }))));
    expect(said.map((one) => one.split(":")[0])).toEqual(["trunks.0.provider", "trunks.1.connect.platform"]);
  });

  test.each(["use_case", "ips", "destinations", "credentials", "exactly", "alias"])("%s beside connect", async (field) => {
    const value = { use_case: "inbound", alias: "+918044319240", exactly: ["ips"] }[field] ?? ["x"];
    const error = await parseFile(fileOf({ ...entry("exotel", "inbound"), [field]: value })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TrunkError);
    expect(String(error)).toMatch(new RegExp(`line \\d+, column \\d+: trunks\\.0\\.${field}: connect sets this`));
  });
});

describe("one end that somebody else changed", () => {
  const text = fileOf(entry("exotel", "inbound"));
  beforeEach(() => apply(text));
  const warned = async () => {
    const { content } = await plan(text);
    expect(content.steps.length).toBeGreaterThan(0);
    return content.warnings[0];
  };

  test("the platform's trunk is gone", async () => {
    const [one] = await trunksOf("livekit");
    await call("livekit_delete_trunk", { trunk_id: one?.trunk_id });
    expect(await warned()).toBe('"agent_front_desk" on Exotel leads to LiveKit, where its trunk is gone. This plan makes it again.');
    expect(await exported()).not.toContain("connect:");
  });

  test("the platform's trunk has another value", async () => {
    const [one] = await trunksOf("livekit");
    await call("livekit_update_inbound_trunk", { trunk_id: one?.trunk_id, media_encryption: "disable" });
    expect(await warned()).toMatch(/^The connection of "agent_front_desk" on Exotel to LiveKit is not as the file says\. At LiveKit: /);
    expect(await stepsOf(text)).toEqual(["livekit_update_inbound_trunk"]);
  });

  test("the carrier's trunk leads elsewhere", async () => {
    const [one] = await trunksOf("exotel");
    const trunk_sid = one?.trunk_id;
    const { trunk } = await call("get_trunk", { provider: "exotel", trunk_id: trunk_sid });
    await call("exotel_add_destination_uris", { trunk_sid, destinations: [{ destination: "sip.example.com:5061;transport=tls" }] });
    await call("exotel_remove_destination_uri", { trunk_sid, destination: trunk.destination_uris[0].destination.split(":")[0] });
    expect(await warned()).toBe(
      'LiveKit has a trunk for "agent_front_desk" on Exotel, which does not lead there. This plan connects them.',
    );
  });
});

describe("what is beside a connection", () => {
  test("stays in the file as entries of its own", async () => {
    await apply(fileOf(entry("twilio", "both")));
    const { plan_id } = await call("plan_trunk", { provider: "twilio", trunk: "agent_front_desk", ips: ["203.0.113.7"] });
    await call("apply_plan", { plan_id });
    const other = (await trunksOf("livekit")).find(({ trunk_name }) => trunk_name.endsWith("inbound"));
    await call("livekit_update_inbound_trunk", { trunk_id: other?.trunk_id, allowed_numbers: ["+14155550100"] });
    const text = await exported();
    expect(text.match(/^ {2}- provider: \w+$/gm)).toEqual(["  - provider: livekit", "  - provider: twilio", "  - provider: twilio"]);
    expect(await stepsOf(text)).toEqual([]);
    expect(await stepsOf(text, true)).toEqual([]);
  });
});

describe("pruning", () => {
  const kept = entry("exotel", "inbound");
  const other = { ...entry("exotel", "inbound"), trunk: "second", numbers: ["+918044319241"] };

  test("keeps the platform's trunks of a connection that the file keeps, and those that nobody's connection needs", async () => {
    await apply(fileOf(kept));
    await call("livekit_create_inbound_trunk", { name: "a test of somebody's", numbers: ["+918044319249"] });
    expect(await stepsOf(fileOf(kept), true)).toEqual([]);
  });

  test("disconnects one that the file dropped, the carrier's side first", async () => {
    await apply(fileOf(kept, other));
    const { content } = await plan(fileOf(kept), true);
    expect(content.purpose).toEqual(['"second" on Exotel will no longer be connected to LiveKit.']);
    expect(content.steps.map(({ tool }) => tool)).toEqual(["exotel_delete_trunk", "livekit_delete_dispatch_rule", "livekit_delete_trunk"]);
    await apply(fileOf(kept), true);
    expect((await trunksOf("exotel")).map(({ trunk_name }) => trunk_name)).toEqual(["agent_front_desk"]);
    expect(await trunksOf("livekit")).toHaveLength(1);
    expect(await stepsOf(fileOf(kept), true)).toEqual([]);
  });

  test("disconnects a trunk that stays without its connection, and leaves it its number", async () => {
    await apply(fileOf(entry("exotel", "both")));
    const bare = fileOf({ provider: "exotel", trunk: "agent_front_desk", numbers: ["+918044319240"] });
    expect(await stepsOf(bare), "without --prune nothing goes").toEqual([]);
    await apply(bare, true);
    expect(await trunksOf("livekit")).toEqual([]);
    const [one] = await trunksOf("exotel");
    const { trunk } = await call("get_trunk", { provider: "exotel", trunk_id: one?.trunk_id });
    expect(trunk.phone_numbers).toMatchObject([{ phone_number: "+918044319240" }]);
    expect([trunk.destination_uris, trunk.credentials]).toEqual([[], []]);
    expect(await stepsOf(bare, true)).toEqual([]);
  });

  test("takes one direction away, and keeps the other", async () => {
    await apply(fileOf(entry("twilio", "both")));
    const inbound = fileOf(entry("twilio", "inbound"));
    await apply(inbound, true);
    expect((await trunksOf("livekit")).map(({ trunk_name }) => trunk_name)).toEqual(["agent_front_desk inbound"]);
    expect(await stepsOf(inbound, true)).toEqual([]);
  });

  test("a plan that stopped is finished without touching another trunk of the platform", async () => {
    await apply(fileOf(kept, other));
    await call("livekit_create_inbound_trunk", { name: "a test of somebody's", numbers: ["+918044319249"] });
    const { plan_id } = await storePlanned(await plan(fileOf(kept), true), each.trunkline.scope);
    each.trunkline.sandbox.script({ kind: "status", status: 403, method: "POST", path: "DeleteSIPTrunk$", times: 9 });
    const { state, finish_plan_id } = await call("apply_plan", { plan_id });
    expect(state).toBe("partial");
    each.trunkline.sandbox.clearFaults();
    expect(await call("apply_plan", { plan_id: finish_plan_id })).toMatchObject({ state: "done" });
    expect((await trunksOf("livekit")).map(({ trunk_name }) => trunk_name).sort()).toEqual([
      "a test of somebody's",
      "agent_front_desk inbound",
    ]);
  });
});
