import { afterEach, expect, test } from "vitest";
import { startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
afterEach(() => trunkline.close());

const idOf = async (name: string) => (await trunkline.call("get_trunk", { trunk_id: name })).value.trunk?.trunk_id;

/** As somebody does it in the carrier's console. */
async function rename(id: string, trunk_name: string): Promise<void> {
  const { sandbox } = trunkline;
  await fetch(`${sandbox.urlOf("exotel")}/v2/accounts/sandbox/trunks/${id}`, {
    method: "PUT",
    headers: { authorization: sandbox.seen[0]?.headers["authorization"] ?? "", "content-type": "application/json" },
    body: JSON.stringify({ trunk_name }),
  });
}

test("a name that another trunk has by now finds that one, and a name that is gone finds none", async () => {
  trunkline = await startTrunkline();
  const [first, second] = await Promise.all(
    ["sales", "support"].map(async (trunk_name) => (await trunkline.call("exotel_create_trunk", { trunk_name })).value.trunk.trunk_id),
  );
  expect([await idOf("sales"), await idOf("support")]).toEqual([first, second]);
  await rename(first, "old_sales");
  await rename(second, "sales");
  expect([await idOf("sales"), await idOf("old_sales"), await idOf("support")]).toEqual([second, first, undefined]);
});
