import { afterEach, beforeEach, expect, test } from "vitest";
import { startPlanning } from "../plans/support.ts";
import { wanted } from "./support.ts";

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
const call = async (tool: string, given: Record<string, unknown>) => {
  const { isError, value } = await trunkline.call(tool, given);
  expect(isError, `${tool}: ${JSON.stringify(value)}`).toBe(false);
  return value;
};
const trunksOf = async (provider: string) => (await call("list_trunks", { provider })).trunks;

beforeEach(async () => {
  trunkline = await startPlanning();
  const { plan_id } = await call("connect_trunk", wanted("exotel", "inbound"));
  await call("apply_plan", { plan_id });
});
afterEach(() => trunkline.close());

test("a way back that stopped half-way names the plan that takes the rest away", async () => {
  const { plan_id } = await call("connect_trunk", { ...wanted("exotel", "inbound"), disconnect: true });
  trunkline.sandbox.script({ kind: "status", status: 403, method: "POST", path: "DeleteSIPTrunk$", times: 9 });
  const { state, finish_plan_id } = await call("apply_plan", { plan_id });
  expect(state).toBe("partial");
  expect(await trunksOf("livekit")).toHaveLength(1);
  trunkline.sandbox.clearFaults();
  expect(await call("apply_plan", { plan_id: finish_plan_id })).toMatchObject({ state: "done" });
  expect(await trunksOf("livekit")).toEqual([]);
});

test("a rule that serves another trunk too stays when one of them goes", async () => {
  const [{ trunk_id }] = await trunksOf("livekit");
  const other = await call("livekit_create_inbound_trunk", { name: "other", numbers: ["+918044319241"] });
  const [rule] = (await call("livekit_list_dispatch_rules", {})).dispatch_rules;
  const { dispatch_rule_id } = rule;
  await call("livekit_update_dispatch_rule", { dispatch_rule_id, trunk_ids: [trunk_id, other.trunk.trunk_id] });
  const { plan_id, steps } = await call("connect_trunk", { ...wanted("exotel", "inbound"), disconnect: true });
  expect(steps.map(({ tool }: { tool: string }) => tool)).not.toContain("livekit_delete_dispatch_rule");
  await call("apply_plan", { plan_id });
  expect((await call("livekit_list_dispatch_rules", {})).dispatch_rules).toHaveLength(1);
});
