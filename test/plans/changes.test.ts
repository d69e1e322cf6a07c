import { afterEach, describe, expect, test } from "vitest";
import { startPlanning } from "./support.ts";

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
afterEach(() => trunkline.close());

const [one, two, three] = ["+918044319240", "+918044319241", "+918044319242"];
const plan = async (wanted: Record<string, unknown>) => (await trunkline.call("plan_trunk", wanted)).value;
const read = async (trunk_id: string) => (await trunkline.call("get_trunk", { trunk_id })).value.trunk;
const numbersOf = async (trunk_id: string): Promise<string[]> =>
  ((await read(trunk_id)).phone_numbers ?? []).map((row: { phone_number: string }) => row.phone_number).sort();

/** Two trunks that are in use. */
async function start(options = {}) {
  trunkline = await startPlanning(options);
  const setup = (trunk: string, numbers: string[], ip: string) => ({ provider: "exotel", use_case: "outbound", trunk, numbers, ips: [ip] });
  await applied({ ...setup("sales", [one, two], "44.248.146.11"), also: [setup("support", [three], "44.248.146.12")] });
  trunkline.asked.splice(0);
}

async function applied(wanted: Record<string, unknown>) {
  const { plan_id, questions } = await plan(wanted);
  expect(questions).toBeUndefined();
  return (await trunkline.call("apply_plan", { plan_id })).value;
}

describe("a number that another trunk has", () => {
  test("comes over in one plan and one approval, never with more than one off, and keeps its mode", async () => {
    await start();
    const before = trunkline.sandbox.seen.length;
    const { state } = await applied({ provider: "exotel", trunk: "support", numbers: [one, two] });
    expect(state).toBe("done");
    expect(trunkline.asked).toHaveLength(1);
    const writes = trunkline.sandbox.seen.slice(before).filter(({ effect }) => effect === "write");
    expect(writes.map(({ method }) => method)).toEqual(["DELETE", "POST", "DELETE", "POST"]);
    expect([await numbersOf("sales"), await numbersOf("support")]).toEqual([[], [one, two, three]]);
  });

  test("is shown as lost there and opened here, and waits for a person", async () => {
    await start();
    const { approval_needed, summary } = await plan({ provider: "exotel", trunk: "support", numbers: [one] });
    expect(approval_needed).toBe(true);
    expect(summary.join(" ")).toContain('off trunk "sales", never more than one at a time');
    await applied({ provider: "exotel", trunk: "support", numbers: [one] });
    const [asked = ""] = trunkline.asked;
    expect(asked).toMatch(/^Lost: "sales" \(.*\): Number \+918044319240 is taken off/m);
    expect(asked).toMatch(/^Opened: "support" \(.*\): Number \+918044319240: .* They no longer go over "sales"\.$/m);
  });

  test("is off no longer than it must be where its new trunk refuses it: the next one stays, and undoing brings it back", async () => {
    await start();
    const { plan_id } = await plan({ provider: "exotel", trunk: "support", numbers: [one, two] });
    const refusal = {
      code: 400,
      status: "failure",
      data: null,
      error_data: { code: 1002, message: "Invalid parameter", description: "No" },
    };
    const body = { request_id: "0", method: "POST", http_code: 400, response: refusal };
    trunkline.sandbox.script({ kind: "status", method: "POST", path: "/phone-numbers", status: 400, body });
    const failed = (await trunkline.call("apply_plan", { plan_id })).value;
    expect(["failed", "partial"]).toContain(failed.state);
    expect(await numbersOf("sales")).toEqual([two]);
    trunkline.asked.splice(0);
    const undone = (await trunkline.call("apply_plan", { plan_id: failed.undo_plan_id })).value;
    expect(undone.state).toBe("done");
    expect(trunkline.asked).toEqual([]);
    expect(await numbersOf("sales")).toEqual([one, two]);
  });

  test("leaves the trunk that was made for it before that one is removed again", async () => {
    await start();
    const fresh = { provider: "exotel", use_case: "outbound", trunk: "fresh", numbers: [one], alias: one, ips: ["44.248.146.13"] };
    const { plan_id } = await plan(fresh);
    trunkline.sandbox.script({ kind: "status", method: "POST", path: "/settings", status: 400 });
    const { undo_plan_id } = (await trunkline.call("apply_plan", { plan_id })).value;
    expect(await numbersOf("fresh")).toEqual([one]);
    expect((await trunkline.call("apply_plan", { plan_id: undo_plan_id })).value.state).toBe("done");
    expect(await numbersOf("sales")).toEqual([one, two]);
    expect((await trunkline.call("get_trunk", { trunk_id: "fresh" })).value.code).toBe("not_found");
  });

  test("changes places with another, and goes to a trunk that is made first", async () => {
    await start();
    await applied({
      provider: "exotel",
      trunk: "support",
      numbers: [one],
      also: [{ provider: "exotel", trunk: "sales", numbers: [three] }],
    });
    expect([await numbersOf("sales"), await numbersOf("support")]).toEqual([[two, three], [one]]);
    await applied({ provider: "exotel", use_case: "outbound", trunk: "fresh", numbers: [one], ips: ["44.248.146.13"] });
    expect([await numbersOf("support"), await numbersOf("fresh")]).toEqual([[], [one]]);
  });
});

describe("an entry that takes another's place", () => {
  const wanted = { provider: "exotel", trunk: "support" };
  const calls = (steps: { tool: string; arguments: Record<string, unknown> }[]) =>
    steps.map(({ tool, arguments: { ip, mask } }) => (ip === undefined ? tool : `${tool} ${ip}/${mask}`));

  test("comes before the old one goes", async () => {
    await start();
    const change = { ...wanted, ips: ["44.248.146.13"], remove: ["44.248.146.12"] };
    const { steps, approval_needed } = await plan(change);
    expect(calls(steps)).toEqual(["exotel_whitelist_ip 44.248.146.13/32", "exotel_remove_whitelisted_ip"]);
    expect(approval_needed).toBe(true);
    await applied(change);
    expect((await read("support")).whitelisted_ips).toMatchObject([{ ip: "44.248.146.13" }]);
    // Done already: nothing is left to do, and it says so.
    const again = await plan(change);
    expect(again.plan_id).toBeUndefined();
    expect(again.warnings).toEqual(['"44.248.146.12" is not on this trunk: nothing is taken off.']);
  });

  test.each([
    ["44.248.146.12/29", "44.248.146.8", "44.248.146.8/29"],
    ["a narrower one inside it", "44.248.146.9", "44.248.146.8/29"],
  ])("comes after it where the carrier keeps one entry for an address: %s", async (_, fresh, old) => {
    await start();
    await applied({ ...wanted, ips: [old] });
    const { steps, warnings } = await plan({ ...wanted, ips: [fresh], remove: [old] });
    expect(calls(steps)).toEqual(["exotel_remove_whitelisted_ip", `exotel_whitelist_ip ${fresh}/32`]);
    expect(warnings).toContain(`Exotel takes ${fresh}/32 only once ${old} is off; in between calls from there are refused.`);
  });

  test("is a destination or a login too", async () => {
    await start();
    const [old, fresh] = ["old.example.com:5061;transport=tls", "new.example.com:5061;transport=tls"];
    await applied({ ...wanted, destinations: [old], credentials: ["desk"] });
    const { steps } = await plan({ ...wanted, destinations: [fresh], credentials: ["bot"], remove: [`sip:${old}`, "desk"] });
    expect(calls(steps)).toEqual([
      ...["exotel_add_destination_uris", "exotel_create_credentials"],
      ...["exotel_remove_destination_uri", "exotel_delete_credentials"],
    ]);
  });

  test("is asked about where it is wanted as well, or a destination needs it", async () => {
    await start();
    const { questions } = await plan({ ...wanted, ips: ["44.248.146.12"], remove: ["44.248.146.12/32"] });
    expect(questions).toMatchObject([{ field: "remove.0", question: expect.stringContaining("is to go and is asked for too") }]);
    await applied({ ...wanted, destinations: ["44.248.146.12:5061;transport=tls"] });
    const needed = await plan({ ...wanted, remove: ["44.248.146.12"] });
    expect(needed.questions).toMatchObject([{ question: expect.stringContaining("is whitelisted for a destination") }]);
  });

  test("is one change of a trunk on a carrier that keeps its addresses as one list", async () => {
    await start();
    const setup = { provider: "didww", trunk: "Office", ips: ["44.248.146.11"], options: { on_cli_mismatch_action: "reject_call" } };
    await applied(setup);
    const { steps, approval_needed } = await plan({ trunk: "Office", ips: ["44.248.146.13"], remove: ["44.248.146.11"], new_name: "Shop" });
    expect(steps.map(({ arguments: { trunk_id: _, ...given } }: { arguments: object & { trunk_id?: string } }) => given)).toEqual([
      { name: "Shop", allowed_sip_ips: ["44.248.146.13"] },
    ]);
    expect(approval_needed).toBe(true);
  });
});

describe("exactly these", () => {
  test("takes off what is not named, shown as lost, and keeps the parts that are not in it", async () => {
    await start();
    await applied({ provider: "exotel", trunk: "sales", numbers: [one], ips: ["44.248.146.14"], exactly: ["numbers", "ips"] });
    const [asked = ""] = trunkline.asked;
    expect(asked).toMatch(/^Lost: Number \+918044319241 is taken off/m);
    expect(asked).toMatch(/^Lost: 44\.248\.146\.11\/32 may no longer place calls\.$/m);
    expect(await numbersOf("sales")).toEqual([one]);
    await applied({ provider: "exotel", trunk: "sales", alias: one });
    const { steps } = await plan({ provider: "exotel", trunk: "sales", exactly: ["alias"] });
    expect(steps.map(({ tool }: { tool: string }) => tool)).toEqual(["exotel_remove_trunk_alias"]);
  });

  test("asks where nothing is named, for all would go", async () => {
    await start();
    const { questions } = await plan({ provider: "exotel", trunk: "sales", exactly: ["ips"] });
    expect(questions).toMatchObject([{ field: "exactly", question: expect.stringContaining("pass ips: []") }]);
    const { steps } = await plan({ provider: "exotel", trunk: "sales", ips: [], exactly: ["ips"] });
    expect(steps.map(({ tool }: { tool: string }) => tool)).toEqual(["exotel_remove_whitelisted_ip"]);
  });
});

describe("a trunk that is there", () => {
  test("is renamed with all else in one approval, for which its name of now is typed", async () => {
    await start();
    const { state } = await applied({ trunk: "support", new_name: "care", ips: ["44.248.146.13"], remove: ["44.248.146.12"] });
    expect(state).toBe("done");
    expect(trunkline.asked[0]).toContain('Type "support" to agree.');
    expect((await read("care")).trunk_name).toBe("care");
    expect((await plan({ provider: "exotel", trunk: "support", new_name: "care" })).questions).toMatchObject([
      { field: "new_name", question: expect.stringContaining("is there already") },
    ]);
    expect((await plan({ provider: "exotel", trunk: "sales", new_name: "care" })).questions).toMatchObject([
      { field: "new_name", question: expect.stringContaining("Another trunk is called") },
    ]);
  });

  test("has the mode of several numbers switched, or of all", async () => {
    await start();
    const { steps } = await plan({ trunk: "sales", options: { mode: "flow" } });
    expect(
      steps.map(({ arguments: { phone_number, mode } }: { arguments: Record<string, unknown> }) => [phone_number, mode]).sort(),
    ).toEqual([
      [one, "flow"],
      [two, "flow"],
    ]);
    expect((await plan({ trunk: "sales", numbers: [two], options: { mode: "flow" } })).steps).toHaveLength(1);
    expect((await plan({ trunk: "sales", options: { mode: "flew" } })).questions).toMatchObject([{ candidates: ["pstn", "flow"] }]);
  });

  test("gets an alias only if it shows what was expected, when it is planned and when it is set", async () => {
    await start();
    await applied({ trunk: "sales", alias: one });
    expect((await plan({ trunk: "sales", alias: two, expect_alias: three })).questions).toMatchObject([
      { field: "expect_alias", question: expect.stringContaining(`The alias is "${one}" now`) },
    ]);
    const { plan_id } = await plan({ trunk: "sales", alias: two, expect_alias: one.replace(/^(\+91)(\d\d)/, "$1 $2 ") });
    const { trunk_id } = await read("sales");
    await trunkline.call("exotel_set_trunk_alias", { trunk_sid: trunk_id, alias: three });
    expect((await trunkline.call("apply_plan", { plan_id })).value).toMatchObject({ code: "conflict" });
    expect((await read("sales")).alias).toBe(three);
  });
});

test("a carrier that knows numbers by ids of its own is told those, and keeps the numbers that are there", async () => {
  trunkline = await startPlanning();
  const setup = { provider: "didww", trunk: "Office", ips: ["44.248.146.11"], options: { on_cli_mismatch_action: "reject_call" } };
  await applied({ ...setup, numbers: ["+12025550143"] });
  await applied({ provider: "didww", trunk: "Office", numbers: ["+12025550143", "+37061498222"] });
  expect(await numbersOf("Office")).toEqual(["+12025550143", "+37061498222"]);
  await applied({ provider: "didww", trunk: "Office", options: { dids: ["+37061498222"] } });
  expect(await numbersOf("Office")).toEqual(["+37061498222"]);
  expect((await plan({ provider: "didww", trunk: "Office", numbers: ["+442071838750"] })).questions).toMatchObject([
    { field: "numbers.0" },
  ]);
});
