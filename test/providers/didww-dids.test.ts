import { afterEach, beforeEach, expect, test } from "vitest";
import { agreeing, startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
beforeEach(async () => {
  trunkline = await startTrunkline({ person: agreeing, pages: true, unlimited: true });
});
afterEach(() => trunkline.close());

const id = "eeda315a-f016-4945-a3a9-bafc24302cdd";
const other = "7a6c177d-a054-4c75-9b4c-b1596ed6fa25";
const plain = { name: "out", on_cli_mismatch_action: "reject_call", allowed_sip_ips: ["44.1.1.1"], threshold_amount: "10.0" };
const call = async (tool: string, args: Record<string, unknown>) => (await trunkline.call(tool, args)).value;
const writes = () => trunkline.sandbox.seen.filter(({ effect }) => effect === "write").length;
const numbers = async () => (await call("get_trunk", { trunk_id: "out" })).trunk.phone_numbers;

test("a trunk takes its caller ids by number, for one request each, beside ids", async () => {
  await call("didww_create_voice_out_trunk", { ...plain, dids: ["+1 202-555-0143"] });
  expect(await numbers()).toMatchObject([{ phone_number: "+12025550143", phone_number_id: id }]);
  const before = trunkline.sandbox.seen.length;
  await call("didww_update_voice_out_trunk", { trunk_id: "out", dids: [other] });
  const byId = trunkline.sandbox.seen.length - before;
  await call("didww_update_voice_out_trunk", { trunk_id: "out", dids: ["1 (202) 555-0143", other] });
  expect(trunkline.sandbox.seen.length - before - byId).toBeLessThanOrEqual(byId + 3);
  expect((await numbers()).map(({ phone_number }: { phone_number: string }) => phone_number).sort()).toEqual([
    "+12025550143",
    "+37061498222",
  ]);
});

test("a number that the account does not have is named, and nothing is sent", async () => {
  const before = writes();
  expect(await call("didww_create_voice_out_trunk", { ...plain, dids: [other, "+442071838750"] })).toMatchObject({
    code: "not_found",
    applied: false,
    field: "dids.1",
    message: 'This DIDWW account has no DID with the number "+442071838750". Nothing was sent.',
  });
  expect(await call("didww_create_voice_out_trunk", { ...plain, dids: ["office"] })).toMatchObject({
    code: "invalid_input",
    field: "dids.0",
  });
  expect(writes()).toBe(before);
});

test("an approval for a number holds for its id", async () => {
  await call("didww_create_voice_out_trunk", { ...plain, dids: [id] });
  await trunkline.scope.store.pin.set("4711 is long");
  const wider = { trunk_id: "out", threshold_amount: "20.0" };
  const { approval, code } = await call("didww_update_voice_out_trunk", { ...wider, dids: ["+12025550143"] });
  expect(code).toBe("approval_required");
  await trunkline.scope.store.approvals.decide(approval, true, "page");
  expect(await call("didww_update_voice_out_trunk", { ...wider, dids: [id], approval })).toHaveProperty("trunk");
});
