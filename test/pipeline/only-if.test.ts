import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { agreeing, startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
let asked = 0;
beforeEach(async () => {
  asked = 0;
  trunkline = await startTrunkline({
    person: (form) => {
      asked++;
      return agreeing(form);
    },
  });
});
afterEach(() => trunkline.close());

const call = async (tool: string, args: Record<string, unknown>) => (await trunkline.call(tool, args)).value;
const removals = () => trunkline.sandbox.seen.filter(({ method }) => method === "DELETE").length;

const did = "eeda315a-f016-4945-a3a9-bafc24302cdd";
const didww = { name: "old", on_cli_mismatch_action: "reject_call", allowed_sip_ips: ["44.1.1.1"], threshold_amount: "10.0" };

interface Case {
  tool: string;
  field: string;
  /** Makes the trunk "old", with a number or without. */
  make(numbers: number): Promise<unknown>;
}

const cases: Case[] = [
  {
    tool: "exotel_delete_trunk",
    field: "trunk_sid",
    make: async (numbers) => {
      await call("exotel_create_trunk", { trunk_name: "old" });
      if (numbers > 0) await call("exotel_map_phone_number", { trunk_sid: "old", phone_number: "+12025550143" });
    },
  },
  {
    tool: "didww_delete_voice_out_trunk",
    field: "trunk_id",
    make: (numbers) => call("didww_create_voice_out_trunk", { ...didww, ...(numbers > 0 ? { dids: [did] } : {}) }),
  },
];

describe.each(cases)("$tool", ({ tool, field, make }) => {
  test("goes on only from what its caller read", async () => {
    await make(1);
    for (const only_if of [{ numbers: 0 }, { numbers: 2 }]) {
      expect(await call(tool, { [field]: "old", only_if }), JSON.stringify(only_if)).toMatchObject({
        code: "conflict",
        applied: false,
        field: "only_if",
        message: expect.stringMatching(/^Trunk "old" has 1 number \("\+12025550143"\), not [02]\. Nothing was sent\.$/),
      });
    }
    expect([asked, removals()]).toEqual([0, 0]);
    expect(await call(tool, { [field]: "old", only_if: { numbers: 1 } })).toMatchObject({ removed: true });
  });

  test("removes an empty trunk where it has to be empty", async () => {
    await make(0);
    expect(await call(tool, { [field]: "old", only_if: { numbers: 0 } })).toMatchObject({ removed: true });
  });
});

test("a number that comes while a person reads is found before anything is sent", async () => {
  await trunkline.close();
  trunkline = await startTrunkline({
    person: async (form) => {
      await call("exotel_map_phone_number", { trunk_sid: "old", phone_number: "+12025550143" });
      return agreeing(form);
    },
  });
  await call("exotel_create_trunk", { trunk_name: "old" });
  expect(await call("exotel_delete_trunk", { trunk_sid: "old", only_if: { numbers: 0 } })).toMatchObject({
    code: "conflict",
    field: "only_if",
  });
  expect(removals()).toBe(0);
});

test("a trunk whose numbers the carrier does not list is not taken for an empty one", async () => {
  const url = trunkline.sandbox.urlOf("vyom");
  await call("list_trunks", { provider: "vyom" });
  const { authorization = "" } = trunkline.sandbox.seen.at(-1)?.headers ?? {};
  await fetch(`${url}/sip/create-outbound-trunk`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ trunk_name: "foreign", trunk_type: "exotel", trunk_config: { exotel_number: "08044319240" } }),
  });
  const refused = await call("vyom_deactivate_trunk", { trunk_id: "foreign", only_if: { numbers: 0 } });
  expect(refused).toMatchObject({ code: "conflict", field: "only_if", message: expect.stringContaining("the carrier does not list") });
  expect(await call("vyom_deactivate_trunk", { trunk_id: "foreign" })).toMatchObject({ removed: true });
});

test("an alias goes only if it is the one that is meant", async () => {
  await call("exotel_create_trunk", { trunk_name: "old" });
  await call("exotel_set_trunk_alias", { trunk_sid: "old", alias: "+918044319240" });
  const other = await call("exotel_remove_trunk_alias", { trunk_sid: "old", alias: "+918044319241" });
  expect(other).toMatchObject({ code: "conflict", applied: false, message: expect.stringContaining('is "+918044319240", not') });
  expect(removals()).toBe(0);
  expect(await call("exotel_remove_trunk_alias", { trunk_sid: "old", alias: "+91 80 4431 9240" })).toMatchObject({ removed: true });
  expect(await call("exotel_remove_trunk_alias", { trunk_sid: "old" })).toMatchObject({ code: "not_found", applied: false });
});
