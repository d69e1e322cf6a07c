import { afterEach, describe, expect, test } from "vitest";
import { undoSteps } from "../../src/plans/planning/undo.ts";
import { twilioEmulator } from "../../src/providers/twilio/emulator.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import { SIP, twilioConsole } from "../support/twilio-console.ts";
import { apply, planned, startPlanning } from "./support.ts";

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
afterEach(() => trunkline.close());

const [old, next, third] = ["44.248.146.11", "44.248.146.20", "44.248.146.30"];

interface Row {
  ip: string;
  list?: string;
}

/** Two trunks that share the list `office`, each called by its name. */
async function start(dialect: string, addresses: readonly string[] = [old]) {
  trunkline = await startPlanning({ providers: [twilio], dialect });
  const account = twilioConsole(trunkline);
  const call = async (tool: string, args: Record<string, unknown>) => {
    const { isError, value } = await trunkline.call(tool, args);
    expect(isError, `${tool}: ${JSON.stringify(value)}`).toBe(false);
    return value;
  };
  const made = async (friendly_name: string) =>
    (await call("twilio_create_trunk", { friendly_name, domain_name: `${friendly_name.replace("_", "-")}.pstn.twilio.com` })).trunk
      .trunk_id;
  const [sales, desk] = [await made("boston_sales"), await made("boston_desk")];
  const office = await account.list("office", [sales, desk], addresses);
  const rowsOf = async (trunk_id: string): Promise<Row[]> => (await call("get_trunk", { trunk_id })).trunk.whitelisted_ips;
  const callersOf = async (trunk_id: string) => (await rowsOf(trunk_id)).map(({ ip }) => ip).sort();
  return { call, account, sales, desk, office, rowsOf, callersOf };
}

const moving = { provider: "twilio", trunk: "boston_desk", ips: [next], remove: [old] };

describe.each(twilioEmulator.dialects)("a list that another trunk has, dialect %s", (dialect) => {
  test("loses nothing by a plan for one trunk: it goes off that trunk, and everyone reads who keeps it", async () => {
    const { call, account, office, rowsOf, callersOf } = await start(dialect);
    const { plan_id, steps, summary } = await call("plan_trunk", moving);
    expect(steps.map(({ tool }: { tool: string }) => tool)).toEqual(["twilio_allow_ip", "twilio_remove_ip"]);
    const kept = 'it stays on "boston_sales", with all its callers.';
    expect(summary.join("\n")).toContain('Take 1 list ("office") off trunk "boston_desk"');
    expect(summary.join("\n")).toContain(kept);
    expect(steps.at(-1).exposure).toContain(kept);
    expect(steps.at(-1).reason).toContain('stays on "boston_sales"');
    expect((await call("apply_plan", { plan_id })).state).toBe("done");
    expect(trunkline.asked).toHaveLength(1);
    expect(trunkline.asked[0]).toContain(kept);
    expect(trunkline.asked[0]).toContain(`${old}/32 may no longer place calls.`);
    expect(await callersOf("boston_desk")).toEqual([next]);
    expect(await rowsOf("boston_sales")).toMatchObject([{ ip: old, list: "office" }]);
    expect(await account.addressesIn(office)).toEqual([old]);
    expect((await call("plan_trunk", { ...moving, remove: undefined })).steps).toEqual([]);
  });

  test("keeps the trunk's other callers in, whose addresses go over first", async () => {
    const { call, account, office, rowsOf, callersOf } = await start(dialect, [old, third]);
    const { plan_id, steps } = await call("plan_trunk", moving);
    expect(steps.map(({ tool }: { tool: string }) => tool)).toEqual(["twilio_allow_ip", "twilio_allow_ip", "twilio_remove_ip"]);
    expect((await call("apply_plan", { plan_id })).state).toBe("done");
    expect(await callersOf("boston_desk")).toEqual([next, third]);
    expect((await rowsOf("boston_desk")).flatMap(({ list }) => list ?? [])).toEqual([]);
    expect(await callersOf("boston_sales")).toEqual([old, third]);
    expect(await account.addressesIn(office)).toEqual([old, third]);
  });

  test("is taken off by its name, but for the addresses that are wanted", async () => {
    const { call, callersOf } = await start(dialect, [old, third]);
    const byName = { provider: "twilio", trunk: "boston_desk", ips: [next, third], remove: ["office"] };
    const { plan_id, warnings = [] } = await call("plan_trunk", byName);
    expect(warnings.join(" ")).not.toContain("not on this trunk");
    expect((await call("apply_plan", { plan_id })).state).toBe("done");
    expect(await callersOf("boston_desk")).toEqual([next, third]);
    expect(await callersOf("boston_sales")).toEqual([old, third]);
  });

  test("goes off both trunks in one plan, which says of neither that it stays on the other", async () => {
    const { call, account, office, callersOf } = await start(dialect);
    const both = { ...moving, also: [{ ...moving, trunk: "boston_sales" }] };
    const { plan_id, summary } = await call("plan_trunk", both);
    expect(summary.join(" ")).not.toContain("stays on");
    expect((await call("apply_plan", { plan_id })).state).toBe("done");
    for (const trunk of ["boston_desk", "boston_sales"]) expect(await callersOf(trunk)).toEqual([next]);
    expect(await account.addressesIn(office)).toEqual([old]);
  });

  test("says nothing of a trunk that the same plan removes", async () => {
    const { call } = await start(dialect);
    const { content } = await planned(trunkline, [{ ...moving, remove: [], exactly: ["ips"] }], { prune: true });
    expect(content.steps.map(({ tool }) => tool)).toEqual(["twilio_allow_ip", "twilio_remove_ip", "twilio_delete_trunk"]);
    expect(content.steps[1]?.arguments["others"]).toEqual([]);
    expect((await call("list_trunks", {})).trunks).toHaveLength(2);
    const kept = { provider: "twilio", trunk: "boston_sales", ips: [old] };
    const other = await planned(trunkline, [{ ...moving, remove: [], exactly: ["ips"] }, kept], { prune: true });
    expect(other.content.steps.at(-1)?.arguments["others"], "one that wants its addresses keeps the list").toEqual(["boston_sales"]);
  });

  test("stays whole on a trunk that got it after the plan was made", async () => {
    const { call, account, office, callersOf } = await start(dialect);
    const { plan_id } = await call("plan_trunk", moving);
    const { trunk } = await call("twilio_create_trunk", { friendly_name: "late" });
    await account.ask("POST", `/trunking/v1/Trunks/${trunk.trunk_id}/IpAccessControlLists`, { IpAccessControlListSid: office });
    expect((await call("apply_plan", { plan_id })).state).toBe("done");
    expect(await callersOf("late")).toEqual([old]);
    expect(await callersOf("boston_desk")).toEqual([next]);
  });

  test("asks about a login that could only be deleted for all of them", async () => {
    const { call, account, sales, desk } = await start(dialect);
    const { sid } = await account.ask("POST", `${SIP}/CredentialLists.json`, { FriendlyName: "agents" });
    await account.ask("POST", `${SIP}/CredentialLists/${sid}/Credentials.json`, { Username: "pbx", Password: "Sesame_open_12" });
    for (const trunk of [sales, desk])
      await account.ask("POST", `/trunking/v1/Trunks/${trunk}/CredentialLists`, { CredentialListSid: sid });
    for (const words of ["pbx", "agents"]) {
      const { questions } = await call("plan_trunk", { provider: "twilio", trunk: "boston_desk", remove: [words] });
      expect(questions).toMatchObject([{ field: "remove.0", question: expect.stringContaining('a list that "boston_sales" has too') }]);
    }
    const { value } = await trunkline.call("twilio_delete_credential", { trunk_sid: "boston_desk", username: "pbx" });
    expect(value).toMatchObject({ code: "conflict", applied: false, message: expect.stringContaining('"boston_sales"') });
    expect(trunkline.asked, "nobody is asked for what would be refused").toEqual([]);
  });

  test("each step does the same as a single call, and undoing them takes off no address that could call before", async () => {
    const { callersOf } = await start(dialect, [old, third]);
    const { content, observed } = await planned(trunkline, [moving]);
    const done = await apply(trunkline, content.steps);
    expect(await callersOf("boston_desk")).toEqual([next, third]);
    const { steps, stays } = await undoSteps(done, observed, trunkline.scope.carriers);
    expect(steps.map(({ about }) => about)).toEqual([next]);
    expect(stays.map(({ tool }) => tool)).toEqual(["twilio_remove_ip", "twilio_allow_ip"]);
  });
});
