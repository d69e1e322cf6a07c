import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startLiveKit } from "../support/livekit.ts";
import type { Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
beforeEach(async () => {
  trunkline = await startLiveKit({ policy: { approval: "two_step" }, person: undefined as never, unlimited: true });
});
afterEach(() => trunkline.close());

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
const call = async (tool: string, args: object): Promise<any> => (await trunkline.call(tool, { ...args })).value;
const number = "+918044319240";
const answered = {
  ...{ provider: "livekit", use_case: "inbound", trunk: "front-desk", numbers: [number], credentials: ["carrier"] },
  options: { agent_name: "front-desk" },
};

async function apply(plan_id: string) {
  const first = await call("apply_plan", { plan_id });
  return first.approval === undefined ? first : await call("apply_plan", { plan_id, approval: first.approval });
}
const rules = async () => (await call("livekit_list_dispatch_rules", {})).dispatch_rules;
const trunks = async () => (await call("list_trunks", {})).trunks;

describe("a number that an agent answers", () => {
  test("is one plan: the trunk with a login, and the rule that leads its calls to the agent", async () => {
    const plan = await call("plan_trunk", answered);
    expect(plan.steps.map(({ tool }: Record<string, string>) => tool)).toEqual([
      ...["livekit_create_inbound_trunk", "livekit_create_dispatch_rule"],
    ]);
    expect(await apply(plan.plan_id)).toMatchObject({ state: "done" });
    const [{ trunk_id }] = await trunks();
    expect(await rules()).toMatchObject([{ trunk_ids: [trunk_id], room_prefix: "call", agents: ["front-desk"] }]);
    const { trunk } = await call("get_trunk", { trunk_id });
    expect(trunk).toMatchObject({
      auth_type: "credentials",
      credentials: [{ user_name: "carrier", secret_ref: `secret:livekit/${trunk_id}/sip` }],
    });
  });

  test("is as it is wanted, once the plan was applied", async () => {
    await apply((await call("plan_trunk", answered)).plan_id);
    const again = await call("plan_trunk", answered);
    expect([again.steps ?? [], again.questions]).toEqual([[], undefined]);
  });

  test("is undone rule first, and then the trunk", async () => {
    const { plan_id } = await call("plan_trunk", { ...answered, also: [{ ...answered, trunk: "second", numbers: ["+918044319241"] }] });
    trunkline.sandbox.script({
      kind: "status",
      status: 400,
      body: { code: "invalid_argument", msg: "No" },
      path: "CreateSIPDispatchRule",
      after: 1,
    });
    expect(await apply(plan_id)).toMatchObject({ state: "partial" });
    const { undo_plan_id } = await call("get_plan", { plan_id });
    const undo = await call("get_plan", { plan_id: undo_plan_id });
    expect(undo.steps.map(({ tool }: Record<string, string>) => tool)).toEqual([
      ...["livekit_delete_trunk", "livekit_delete_dispatch_rule", "livekit_delete_trunk"],
    ]);
    expect(await apply(undo_plan_id)).toMatchObject({ state: "done" });
    expect([await trunks(), await rules()]).toEqual([[], []]);
  });

  test("asks for the agent, and for the number", async () => {
    const { options: _, numbers: __, ...less } = answered;
    expect((await call("plan_trunk", less)).questions).toMatchObject([{ field: "numbers" }]);
    expect((await call("plan_trunk", { ...less, numbers: [number] })).questions).toMatchObject([{ field: "options.agent_name" }]);
  });

  test("asks about a rule that leads its calls elsewhere", async () => {
    await apply((await call("plan_trunk", answered)).plan_id);
    const other = await call("plan_trunk", { ...answered, options: { agent_name: "night-desk" } });
    expect(other.questions).toMatchObject([
      { field: "options.agent_name", question: expect.stringContaining("livekit_update_dispatch_rule") },
    ]);
  });

  test("needs a person where the carrier cannot log in", async () => {
    const { credentials: _, ...open } = answered;
    const { plan_id, warnings } = await call("plan_trunk", open);
    expect(warnings).toEqual([expect.stringContaining("Numbers protect nothing")]);
    expect(await call("apply_plan", { plan_id })).toMatchObject({
      code: "approval_required",
      message: expect.stringContaining("0.0.0.0/0"),
    });
  });
});

describe("an agent that calls out", () => {
  const out = {
    ...{ provider: "livekit", use_case: "outbound", trunk: "out", numbers: [number], credentials: ["lk"] },
    destinations: ["in.voip.exotel.com:443;transport=tls"],
    options: { auth_password: "env:TRUNKLINE_SECRET_SIP", destination_country: "in" },
  };

  test("gets a trunk with gateway, login and encryption", async () => {
    const { plan_id } = await call("plan_trunk", out);
    expect(await apply(plan_id)).toMatchObject({ state: "done" });
    const [{ trunk_id }] = await trunks();
    expect((await call("get_trunk", { trunk_id })).trunk).toMatchObject({
      destination_uris: [{ destination: "in.voip.exotel.com:443;transport=tls" }],
      attributes: { direction: "outbound", media_encryption: "require", destination_country: "in", transport: "tls" },
    });
    expect((await call("plan_trunk", out)).steps ?? []).toEqual([]);
  });

  test("asks for the gateway, and for where the password is", async () => {
    const { destinations: _, options: __, ...less } = out;
    expect((await call("plan_trunk", less)).questions.map(({ field }: { field: string }) => field)).toEqual([
      ...["destinations", "options.auth_password"],
    ]);
    expect((await call("plan_trunk", { ...out, options: { auth_password: "plain" } })).questions).toMatchObject([
      { field: "options.auth_password" },
    ]);
  });

  test("another gateway of a live trunk waits for a person", async () => {
    await apply((await call("plan_trunk", out)).plan_id);
    const { plan_id } = await call("plan_trunk", { ...out, destinations: ["evil.example.net:5061;transport=tls"] });
    expect(await call("apply_plan", { plan_id })).toMatchObject({
      code: "approval_required",
      message: expect.stringContaining("evil.example.net"),
    });
    expect((await call("plan_trunk", { ...out, use_case: "inbound" })).questions).toMatchObject([{ field: "trunk" }]);
  });
});
