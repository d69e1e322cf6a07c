import { afterEach, expect, test } from "vitest";
import { storePlanned } from "../../src/plans/running/make-and-store.ts";
import type { Trunkline } from "../support/trunkline.ts";
import { planned, startPlanning } from "./support.ts";

let trunkline: Trunkline & { asked: string[] };
afterEach(() => trunkline.close());

const office = { provider: "exotel", trunk: "office", numbers: ["+918044319240"], ips: ["44.248.146.11"] };

test("a plan keeps what a step removes, and each row names the approval, the trunk and what was shown", async () => {
  trunkline = await startPlanning();
  const { plan_id } = (await trunkline.call("plan_trunk", { ...office, use_case: "outbound" })).value;
  expect((await trunkline.call("apply_plan", { plan_id })).value).toMatchObject({ state: "done" });
  const before = (await trunkline.scope.store.journal.rows(0, 100)).length;

  const pruning = await planned(trunkline, [{ ...office, ips: ["44.248.146.12"] }], { prune: true });
  const kept = await storePlanned(pruning, trunkline.scope);
  expect((await trunkline.call("apply_plan", { plan_id: kept["plan_id"] })).value).toMatchObject({ state: "done" });

  const rows = (await trunkline.scope.store.journal.rows(before, 100)).filter(({ phase }) => phase === "intent");
  expect(rows.map(({ tool }) => tool)).toEqual(["exotel_whitelist_ip", "exotel_remove_whitelisted_ip"]);
  for (const row of rows) {
    expect(row.approval).toMatch(/^apr_/);
    expect(row.shown).toMatch(/^[0-9a-f]{64}$/);
    expect(row.about).toMatchObject({ provider: "exotel", trunk_name: "office" });
  }
  const { steps } = (await trunkline.call("get_plan", { plan_id: kept["plan_id"] })).value;
  const id = steps.find(({ tool }: { tool: string }) => tool === "exotel_remove_whitelisted_ip").snapshot_id;
  const snapshot = await trunkline.client.readResource({ uri: `trunks://snapshots/${id}` });
  expect(JSON.stringify(snapshot)).toContain("44.248.146.11");
});
