import { afterEach, describe, expect, test } from "vitest";
import { startTrunkline, type Trunkline, ways } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

const outbound = {
  provider: "exotel",
  use_case: "outbound",
  trunk: "outbound_trunk",
  numbers: ["+918044319240"],
  ips: ["44.248.146.11"],
};

describe.each(ways)("the documents' quick starts in three calls, client $era over $transport", (way) => {
  test("outbound", async () => {
    trunkline = await startTrunkline({ ...way });
    const planned = await trunkline.call("plan_trunk", outbound);
    expect(planned.value.steps.map((step: { tool: string }) => step.tool)).toEqual([
      "exotel_create_trunk",
      "exotel_map_phone_number",
      "exotel_whitelist_ip",
    ]);
    const { plan_id } = planned.value;
    const applied = await trunkline.call("apply_plan", { plan_id });
    expect(applied.value).toMatchObject({ state: "done", done: 3, not_done: 0 });
    const { value } = await trunkline.call("get_plan", { plan_id });
    expect(value).toMatchObject({ state: "done", trunks: [{ provider: "exotel", trunk_name: "outbound_trunk" }] });
    const again = await trunkline.call("plan_trunk", outbound);
    expect(again.value).toMatchObject({ steps: [], approval_needed: false });
    expect(again.value.plan_id).toBeUndefined();
    expect((await trunkline.call("apply_plan", { plan_id })).value).toEqual(applied.value);
  });
});
