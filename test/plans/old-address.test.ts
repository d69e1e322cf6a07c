import { afterEach, expect, test } from "vitest";
import { twilio } from "../../src/providers/twilio/index.ts";
import { startPlanning } from "./support.ts";

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
afterEach(() => trunkline.close());

const [old, next, other] = ["44.248.146.11", "44.248.146.20", "44.248.146.30"];
const destination = (host: string) => `${host}:5061;transport=tls`;

// At Exotel such a plan asks; at Telnyx an address is caller and destination in one.
test("a PBX that moves: the plan says that calls in still go to the old address, until the destination moves too", async () => {
  trunkline = await startPlanning({ providers: [twilio] });
  const call = async (tool: string, args: Record<string, unknown>) => {
    const { isError, value } = await trunkline.call(tool, args);
    expect(isError, JSON.stringify(value)).toBe(false);
    return value;
  };
  const base = { provider: "twilio", trunk: "line", numbers: ["+12025550110"] };
  const first = { ...base, use_case: "inbound", ips: [old, other], destinations: [destination(old)] };
  const { plan_id } = await call("plan_trunk", first);
  expect((await call("apply_plan", { plan_id })).state).toBe("done");
  const warningsOf = async (change: Record<string, unknown>) => {
    const made = await call("plan_trunk", { ...base, ...change });
    expect(made.plan_id, JSON.stringify(made)).toEqual(expect.any(String));
    return ((made.warnings ?? []) as string[]).filter((one) => one.startsWith("Calls in"));
  };
  const said = `Calls in over "line" still go to ${old}, which may no longer place calls. If the PBX moves, change the destination too.`;
  expect(await warningsOf({ ips: [next], remove: [old] })).toEqual([said]);
  expect(await warningsOf({ ips: [next, other], exactly: ["ips"] })).toEqual([said]);
  expect(await warningsOf({ ips: [next], remove: [other] })).toEqual([]);
  expect(await warningsOf({ ips: [next], destinations: [destination(next)], remove: [old, destination(old)] })).toEqual([]);
});
