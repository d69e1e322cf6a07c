import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startPlanning } from "../plans/support.ts";
import { lines, wanted } from "./support.ts";

const OLD = "sip.example.com:5061;transport=tls";
/** Another number of each carrier's sandbox. */
const others: Record<string, { number: string; options?: object }> = {
  exotel: { number: "+918044319241" },
  didww: { number: "+46812111133" },
  twilio: { number: "+12025550110", options: { domain_name: "office.pstn.twilio.com" } },
  telnyx: { number: "+13125550141" },
};

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
beforeEach(async () => {
  trunkline = await startPlanning();
});
afterEach(() => trunkline.close());

const call = async (tool: string, given: object) => (await trunkline.call(tool, given as Record<string, unknown>)).value;

describe.each(Object.keys(lines))("a trunk of %s that has another destination", (provider) => {
  const { number } = lines[provider] ?? { number: "" };
  const { number: other, ...more } = others[provider] ?? { number: "" };
  const connection = { ...wanted(provider, "inbound"), trunk: "office" };

  async function office(numbers: string[], trunk = "office"): Promise<void> {
    const { plan_id } = await call("plan_trunk", { provider, use_case: "inbound", trunk, numbers, destinations: [OLD], ...more });
    expect(await call("apply_plan", { plan_id })).toMatchObject({ state: "done" });
    trunkline.asked.splice(0);
  }

  async function read(trunk_id: string) {
    return (await call("get_trunk", { provider, trunk_id })).trunk;
  }

  test("its destination is replaced once LiveKit is ready, and the person reads both", async () => {
    await office([number]);
    const { plan_id } = await call("connect_trunk", connection);
    expect(await call("apply_plan", { plan_id })).toMatchObject({ state: "done" });
    expect(trunkline.asked).toHaveLength(1);
    for (const text of ["sip.example.com:5061;transport=tls", "sip.livekit.cloud"]) expect(trunkline.asked[0]).toContain(text);
    const { destination_uris, phone_numbers } = await read("office");
    expect(destination_uris).toMatchObject([{ destination: expect.stringContaining("sandbox.") }]);
    expect(phone_numbers).toMatchObject([{ phone_number: expect.stringContaining(number.slice(1)) }]);
  });

  test("its other number is asked about, and connected too where the person says so", async () => {
    await office([number, other]);
    const { questions, plan_id } = await call("connect_trunk", connection);
    expect(plan_id).toBeUndefined();
    expect(questions).toMatchObject([{ field: "numbers", candidates: [number, expect.stringContaining(other.slice(1))] }]);
    expect(questions[0].question).toMatch(/^Trunk "office" has 1 other number, .*LiveKit too; it refuses those to .* with 404, since/);
    const both = await call("connect_trunk", { ...connection, numbers: [number, other] });
    expect(await call("apply_plan", { plan_id: both.plan_id })).toMatchObject({ state: "done" });
    const { trunks } = await call("list_trunks", { provider: "livekit" });
    expect((await call("get_trunk", { provider: "livekit", trunk_id: trunks[0].trunk_id })).trunk.phone_numbers).toHaveLength(2);
    // Of the trunk whose calls are there already, nothing is asked.
    expect(await call("connect_trunk", connection)).toMatchObject({ steps: [] });
  });

  test("a trunk that has the name which a connection gets by itself is no other", async () => {
    const name = provider === "didww" ? "agent_front_desk in" : "agent_front_desk";
    await office([other], name);
    expect((await call("connect_trunk", wanted(provider, "inbound"))).questions).toMatchObject([{ field: "numbers" }]);
  });

  test("a number that another trunk has comes over last, and the person reads from where", async () => {
    await office([number, other]);
    const { plan_id, steps } = await call("connect_trunk", wanted(provider, "inbound"));
    expect(steps.at(-1).tool).toMatch(/map_phone_number|route_did|assign_phone_number/);
    expect(await call("apply_plan", { plan_id })).toMatchObject({ state: "done" });
    expect(trunkline.asked).toHaveLength(1);
    expect(trunkline.asked[0]).toContain('"office"');
    const { destination_uris, phone_numbers } = await read("office");
    expect(destination_uris).toMatchObject([{ destination: expect.stringContaining("sip.example.com") }]);
    expect(phone_numbers).toMatchObject([{ phone_number: expect.stringContaining(other.slice(1)) }]);
  });

  test("a second number of the same agent goes to the same trunks, and the first one stays", async () => {
    for (const one of [number, other]) {
      const { plan_id } = await call("connect_trunk", { ...wanted(provider, "inbound"), numbers: [one] });
      expect(await call("apply_plan", { plan_id }), one).toMatchObject({ state: "done" });
    }
    for (const id of [provider, "livekit"]) {
      const { trunks } = await call("list_trunks", { provider: id });
      expect(trunks).toHaveLength(1);
      expect((await call("get_trunk", { provider: id, trunk_id: trunks[0].trunk_id })).trunk.phone_numbers).toHaveLength(2);
    }
  });
});
