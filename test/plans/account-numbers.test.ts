import { afterEach, describe, expect, test } from "vitest";
import { TELNYX_SANDBOX_KEY } from "../../src/providers/telnyx/emulator.ts";
import { startPlanning } from "./support.ts";

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
afterEach(() => trunkline.close());

const plan = async (wanted: Record<string, unknown>) => (await trunkline.call("plan_trunk", wanted)).value;
const line = { use_case: "inbound", trunk: "line", destinations: ["sip.example.com:5061;transport=tls"] };

/** Each carrier that tells its account's numbers: one that the account lacks, and the nearest that it has free. */
const accounts = [
  ["telnyx", "+13125550143", ["+13125550141", "+13125550142", "+442079460143", "+4930901820144"]],
  ["twilio", "+12025550199", ["+12025550110", "+12025550111", "+12025550112", "+12025550115"]],
  ["didww", "+12025550199", ["+12025550143", "+37061498222", "+46812111133"]],
] as const;

test.each(accounts)(
  "a number that the account of %s lacks is a question, with its free ones, the nearest first",
  async (provider, number, free) => {
    trunkline = await startPlanning();
    const { questions, plan_id } = await plan({ ...line, provider, numbers: [number] });
    expect(plan_id).toBeUndefined();
    expect(questions).toMatchObject([{ field: "numbers.0", question: expect.stringContaining(`"${number}"`), candidates: free }]);
  },
);

test.each(accounts)("where none is named, %s offers the free ones", async (provider, _, free) => {
  trunkline = await startPlanning();
  const { questions } = await plan({ ...line, provider });
  expect(questions).toMatchObject([{ field: "numbers", candidates: expect.arrayContaining([...free]) }]);
});

test.each(accounts)("a number that a trunk of %s has is offered no more", async (provider, number, [first, ...others]) => {
  trunkline = await startPlanning();
  const { plan_id } = await plan({ ...line, provider, numbers: [first] });
  expect((await trunkline.call("apply_plan", { plan_id })).value.state).toBe("done");
  const { questions } = await plan({ ...line, provider, trunk: "second", numbers: [number] });
  expect(questions).toMatchObject([{ field: "numbers.0", candidates: others }]);
});

test("so is one among the caller ids of DIDWW's options", async () => {
  trunkline = await startPlanning();
  const options = { on_cli_mismatch_action: "reject_call", dids: ["+37061498222", "+12025550199"] };
  const { questions } = await plan({ provider: "didww", use_case: "outbound", trunk: "out", ips: ["44.248.146.11"], options });
  expect(questions).toMatchObject([{ field: "options.dids.1", candidates: expect.arrayContaining(["+12025550143"]) }]);
});

test.each(accounts)(
  "of more numbers than are worth a look each, %s still asks about those that the account lacks",
  async (provider, number, [first]) => {
    trunkline = await startPlanning();
    const lacking = Array.from({ length: 25 }, (_, index) => `${number.slice(0, -2)}${index + 50}`);
    const { questions } = await plan({ ...line, provider, numbers: [first, ...lacking] });
    expect(questions.map(({ field }: { field: string }) => field)).toEqual(lacking.map((_, index) => `numbers.${index + 1}`));
  },
);

test("a list of numbers that cannot be read leaves the question without candidates", async () => {
  trunkline = await startPlanning();
  trunkline.sandbox.script({ kind: "status", provider: "telnyx", status: 403, method: "GET", path: "/phone_numbers", times: 9 });
  const { questions } = await plan({ ...line, provider: "telnyx" });
  expect(questions).toEqual([{ field: "numbers", question: "Which number do callers dial?", format: expect.any(String) }]);
});

/** The work of somebody else in Telnyx's portal. */
async function telnyx(method: string, path: string, body?: object) {
  const headers = { authorization: `Bearer ${TELNYX_SANDBOX_KEY}`, "content-type": "application/json" };
  const answer = await fetch(`${trunkline.sandbox.urlOf("telnyx")}/v2/${path}`, {
    method,
    headers,
    body: body ? JSON.stringify(body) : null,
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { data: { id: string; record_type: string }[] }).data;
}

/** Puts a number on an application, which is no trunk. */
async function giveToApplication(number: string) {
  const application = (await telnyx("GET", "connections")).find(({ record_type }) => record_type === "call_control_application")?.id;
  const [row] = await telnyx("GET", `phone_numbers?filter[phone_number]=${number.slice(1)}`);
  await telnyx("PATCH", `phone_numbers/${row?.id}`, { connection_id: application });
}

test("a number of an application at Telnyx is a question too: no trunk has it, and no plan takes it off", async () => {
  trunkline = await startPlanning();
  await giveToApplication("+13125550141");
  const { questions } = await plan({ ...line, provider: "telnyx", numbers: ["+13125550141"] });
  expect(questions).toMatchObject([{ field: "numbers.0", question: expect.stringMatching(/ivr application.*no SIP connection/) }]);
});

describe("a number that is lost between the plan and its step", () => {
  const inbound = { ...line, provider: "telnyx", numbers: ["+13125550141"] };
  const failedOf = async (plan_id: string) => (await trunkline.call("apply_plan", { plan_id })).value;

  test("to an application: it would fail again, and no plan finishes it before somebody acts", async () => {
    trunkline = await startPlanning();
    const { plan_id } = await plan(inbound);
    await giveToApplication("+13125550141");
    const ended = await failedOf(plan_id);
    expect(ended).toMatchObject({ state: "partial", failed: { error: { code: "conflict" }, would_fail_again: true } });
    expect(ended).not.toHaveProperty("finish_plan_id");
  });

  test("to another trunk: the plan that finishes it moves the number, and would not fail again", async () => {
    trunkline = await startPlanning();
    const { plan_id } = await plan(inbound);
    const other = { ...inbound, trunk: "other" };
    await trunkline.call("apply_plan", { plan_id: (await plan(other)).plan_id });
    const ended = await failedOf(plan_id);
    expect(ended).toMatchObject({ state: "partial", failed: { error: { code: "conflict" }, would_fail_again: false } });
    expect((await failedOf(ended.finish_plan_id)).state).toBe("done");
  });
});
