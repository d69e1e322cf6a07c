import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
beforeEach(async () => {
  trunkline = await startTrunkline();
});
afterEach(() => trunkline.close());

const call = async (tool: string, args: Record<string, unknown>) => (await trunkline.call(tool, args)).value;
const found = async (said: string, provider?: string) => call("get_trunk", { trunk_id: said, ...(provider ? { provider } : {}) });

/** A trunk of each carrier with a number, in the form in which the carrier keeps it, and what a person says. */
const did = "eeda315a-f016-4945-a3a9-bafc24302cdd";
const carriers: [provider: string, make: () => Promise<unknown>, said: string[]][] = [
  [
    "exotel",
    async () => {
      await call("exotel_create_trunk", { trunk_name: "wanted" });
      await call("exotel_map_phone_number", { trunk_sid: "wanted", phone_number: "+918044319240" });
    },
    ["+918044319240", "+91 80 4431 9240", "+91 (80) 4431-9240", "918044319240", "080 4431 9240"],
  ],
  [
    "didww",
    () =>
      call("didww_create_voice_out_trunk", {
        name: "wanted",
        on_cli_mismatch_action: "reject_call",
        allowed_sip_ips: ["44.1.1.1"],
        threshold_amount: "10.0",
        dids: [did],
      }),
    ["+12025550143", "+1 202-555-0143", "(202) 555-0143"],
  ],
  [
    "vyom",
    () =>
      call("vyom_create_outbound_trunk", { trunk_name: "wanted", trunk_type: "exotel", trunk_config: { exotel_number: "08044319240" } }),
    ["+91 80 4431 9240", "080 4431 9240"],
  ],
];

describe.each(carriers)("%s", (provider, make, said) => {
  test("a trunk is found by its number, however it is written", async () => {
    await make();
    for (const number of said) expect((await found(number)).trunk, number).toMatchObject({ provider, trunk_name: "wanted" });
    expect(await found("+91 80 4431 9999")).toMatchObject({ code: "not_found" });
  });
});

test("a number of several trunks, of one carrier or of two, is refused with all of them", async () => {
  for (const [, make] of carriers) await make();
  const { code, candidates } = await found("+918044319240");
  expect([code, candidates]).toEqual(["conflict", [expect.stringMatching(/^exotel\//), expect.stringMatching(/^vyom\//)]]);
  expect((await found("+918044319240", "exotel")).trunk.provider).toBe("exotel");
});

test("a trunk that is called as another one's number is not taken for it", async () => {
  await carriers[0]?.[1]();
  await call("exotel_create_trunk", { trunk_name: "918044319240" });
  expect(await call("exotel_set_trunk_alias", { trunk_sid: "918044319240", alias: "+918044319240" })).toMatchObject({
    code: "conflict",
    applied: false,
    candidates: [expect.any(String), expect.any(String)],
  });
});

test("a write takes the number for its trunk, at the price of its name", async () => {
  await carriers[0]?.[1]();
  const before = trunkline.sandbox.seen.length;
  expect(await call("exotel_whitelist_ip", { trunk_sid: "wanted", ip: "44.1.1.1" })).toHaveProperty("whitelisted_ip");
  const byName = trunkline.sandbox.seen.length - before;
  expect(await call("exotel_whitelist_ip", { trunk_sid: "+91 80 4431 9240", ip: "44.1.1.2" })).toHaveProperty("whitelisted_ip");
  expect(trunkline.sandbox.seen.length - before - byName).toBe(byName);
});
