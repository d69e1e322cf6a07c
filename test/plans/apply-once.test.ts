import { Client as ModernClient } from "@modelcontextprotocol/client";
import type { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { describe, expect, type TestContext, test, vi } from "vitest";
import type { Scope } from "../../src/pipeline/scope.ts";
import { createPlanDesk } from "../../src/plans/plan-desk.ts";
import { connectClient, type Options, type Person, startTrunkline, type Trunkline, toAnswer, ways } from "../support/trunkline.ts";

async function start(options: Options, { onTestFinished }: TestContext): Promise<Trunkline> {
  const trunkline = await startTrunkline(options);
  onTestFinished(() => trunkline.close());
  return trunkline;
}

const numbers = ["+918044319240", "+918044319241"];
const wanted = { provider: "exotel", use_case: "outbound", trunk: "wanted", numbers, ips: ["44.248.146.11"], alias: numbers[0] };
/** Its range lets more in than one site has, so a person is asked. */
const grave = { ...wanted, ips: ["44.248.0.0/20"] };

const agrees: Person = () => ({ action: "accept", content: { trunk_name: "wanted" } });

async function planOf(trunkline: Trunkline, setup: object): Promise<string> {
  return (await trunkline.call("plan_trunk", setup as Record<string, unknown>)).value.plan_id;
}

const writes = (trunkline: Trunkline) => trunkline.sandbox.seen.filter(({ effect }) => effect === "write").length;
const slowly = (trunkline: Trunkline, delay_ms = 300) =>
  trunkline.sandbox.script({ kind: "delay", delay_ms, times: 10_000, method: "POST" });

async function callWith(client: Trunkline["client"], plan_id: string, options: object) {
  const params = { name: "apply_plan", arguments: { plan_id } };
  if (client instanceof ModernClient) return toAnswer(await client.callTool(params, options as never));
  return toAnswer(await (client as LegacyClient).callTool(params, undefined, options));
}

describe.concurrent.each(ways)("a plan is applied, client $era over $transport", (way) => {
  test("twice at once and once later: one execution, the same answer", async (context) => {
    const trunkline = await start({ ...way }, context);
    const plan_id = await planOf(trunkline, wanted);
    const [one, two] = await Promise.all([trunkline.call("apply_plan", { plan_id }), trunkline.call("apply_plan", { plan_id })]);
    expect(one.value).toMatchObject({ state: "done", done: 5 });
    expect(two.value).toEqual(one.value);
    expect((await trunkline.call("apply_plan", { plan_id })).value).toEqual(one.value);
    expect(writes(trunkline)).toBe(5);
  });

  test("one form for all of it, what opens or removes first", async (context) => {
    const person = vi.fn(agrees);
    const trunkline = await start({ ...way, person }, context);
    expect((await trunkline.call("apply_plan", { plan_id: await planOf(trunkline, grave) })).value).toMatchObject({ state: "done" });
    expect(person).toHaveBeenCalledOnce();
    const [where, head, trunk, first, ...rest] = person.mock.calls[0]?.[0].message.split("\n") ?? [];
    expect(where).toBe("SANDBOX: no carrier is touched.");
    expect(trunk).toBe('New trunk "wanted" on Exotel, active.');
    expect(head).toBe('Apply a plan of 5 steps for trunk "wanted"?');
    expect(first).toContain("44.248.0.0/20");
    expect(rest.join(" ")).toContain('A new trunk is called "wanted".');
    expect(rest.join(" ")).toContain(numbers[0]);
  });

  test("refused: nothing was done, and the plan can still be applied", async (context) => {
    let says: Person = () => ({ action: "decline" });
    const trunkline = await start({ ...way, person: (asked) => says(asked) }, context);
    const plan_id = await planOf(trunkline, grave);
    expect((await trunkline.call("apply_plan", { plan_id })).value).toMatchObject({ code: "approval_refused", applied: false });
    expect((await trunkline.call("get_plan", { plan_id })).value).toMatchObject({ state: "planned", done: 0 });
    expect(writes(trunkline)).toBe(0);
    says = agrees;
    expect((await trunkline.call("apply_plan", { plan_id })).value).toMatchObject({ state: "done" });
  });

  test("each step is told while it runs, in words", async (context) => {
    const trunkline = await start({ ...way }, context);
    const told: { progress: number; total?: number; message?: string }[] = [];
    await callWith(trunkline.client, await planOf(trunkline, wanted), { onprogress: (one: (typeof told)[number]) => told.push(one) });
    await vi.waitFor(() => expect(told.length).toBeGreaterThanOrEqual(3), 60_000);
    expect(told[0]).toMatchObject({ progress: 1, total: 5, message: expect.stringContaining('Create trunk "wanted"') });
    expect(told.map(({ progress }) => progress)).toEqual(told.map(({ progress }) => progress).toSorted((a, b) => a - b));
  });

  test("a plan that another process runs is told of too, whoever may or may not run it", async (context) => {
    const trunkline = await start({ ...way }, context);
    const plan_id = await planOf(trunkline, wanted);
    const { scope } = trunkline;
    const mayLookOn: Scope["policy"] = { ...scope.policy, effects: ["read", "change"] };
    const others = await Promise.all(
      [scope.policy, mayLookOn].map((policy) => connectClient({ ...scope, policy, plans: createPlanDesk() }, way.era)),
    );
    slowly(trunkline, 600);
    const first = trunkline.call("apply_plan", { plan_id });
    await vi.waitFor(() => expect(writes(trunkline)).toBeGreaterThan(0), 60_000);
    const told = await Promise.all(
      others.map(async ({ client }) => {
        const heard: { progress: number; total?: number; message?: string }[] = [];
        const answer = await callWith(client, plan_id, { onprogress: (one: (typeof heard)[number]) => heard.push(one) });
        expect(answer.value).toMatchObject({ state: "done", done: 5 });
        return heard;
      }),
    );
    for (const heard of told) {
      const steps = heard.map(({ progress }) => progress);
      expect(steps.length).toBeGreaterThanOrEqual(2);
      expect(steps).toEqual([...new Set(steps)].toSorted((a, b) => a - b));
      expect(heard.at(-1)).toMatchObject({ total: 5, message: `${steps.at(-1)} of 5 steps are done.` });
      expect(steps.at(-1)).toBeLessThanOrEqual(5);
    }
    expect((await first).value).toMatchObject({ state: "done", done: 5 });
    expect(writes(trunkline)).toBe(5);
    await Promise.all(others.map(({ close }) => close()));
  });

  test("it takes longer than an answer may: it runs on, and both ways of asking tell", async (context) => {
    const trunkline = await start({ ...way, planAnswerMs: 100 }, context);
    const plan_id = await planOf(trunkline, wanted);
    slowly(trunkline);
    expect((await trunkline.call("apply_plan", { plan_id })).value).toMatchObject({ state: "running" });
    await vi.waitFor(async () => expect((await trunkline.call("get_plan", { plan_id })).value.state).toBe("done"), 60_000);
    const read = await trunkline.client.readResource({ uri: `plans://${plan_id}` });
    expect(JSON.parse((read.contents[0] as { text: string }).text)).toMatchObject({ state: "done", done: 5 });
    expect(writes(trunkline)).toBe(5);
  });

  test("cancelled: it stops between steps, and another plan undoes what was done", async (context) => {
    const trunkline = await start({ ...way, planAnswerMs: 100 }, context);
    const plan_id = await planOf(trunkline, wanted);
    slowly(trunkline);
    await trunkline.call("apply_plan", { plan_id });
    await trunkline.call("apply_plan", { plan_id, cancel: true });
    await vi.waitFor(async () => expect((await trunkline.call("get_plan", { plan_id })).value.state).toBe("cancelled"), 60_000);
    const { value } = await trunkline.call("get_plan", { plan_id });
    expect(value.done).toBe(writes(trunkline));
    expect(value).toMatchObject({ undo_plan_id: expect.any(String), finish_plan_id: expect.any(String) });
  });

  test("the client gives up: over stdio that is its word, over HTTP of 2026 a line that broke", async (context) => {
    const trunkline = await start({ ...way }, context);
    const plan_id = await planOf(trunkline, wanted);
    slowly(trunkline);
    const giveUp = new AbortController();
    const applying = callWith(trunkline.client, plan_id, { signal: giveUp.signal }).catch(() => undefined);
    await vi.waitFor(() => expect(writes(trunkline)).toBeGreaterThan(0), 60_000);
    giveUp.abort();
    await applying;
    const goesOn = way.transport === "http" && way.era === "v2";
    await vi.waitFor(
      async () => expect((await trunkline.scope.store.plans.find(plan_id))?.state).toBe(goesOn ? "done" : "cancelled"),
      60_000,
    );
    if (goesOn) expect(writes(trunkline)).toBe(5);
    else expect(writes(trunkline)).toBeLessThan(5);
  });
});

describe.concurrent("what a plan was made under", () => {
  test("things changed since: the plan is void, and says what is another", async (context) => {
    const trunkline = await start({}, context);
    const plan_id = await planOf(trunkline, wanted);
    await trunkline.call("exotel_create_trunk", { trunk_name: "wanted" });
    const { value } = await trunkline.call("apply_plan", { plan_id });
    expect(value).toMatchObject({ code: "conflict", applied: false });
    expect(value.message).toContain('Trunk "wanted" on exotel exists now; it did not when the plan was made.');
    expect((await trunkline.call("get_plan", { plan_id })).value.state).toBe("void");
    expect(writes(trunkline)).toBe(1);
  });

  test("the operator's rules changed: the plan is void", async (context) => {
    const trunkline = await start({}, context);
    const plan_id = await planOf(trunkline, wanted);
    trunkline.scope.policy = { ...trunkline.scope.policy, approval: "refuse" };
    expect((await trunkline.call("apply_plan", { plan_id })).value.message).toContain("The operator's rules changed.");
    expect(writes(trunkline)).toBe(0);
  });

  test("read-only: nothing is applied", async (context) => {
    const trunkline = await start({}, context);
    const plan_id = await planOf(trunkline, wanted);
    trunkline.scope.policy = { ...trunkline.scope.policy, readOnly: true };
    expect((await trunkline.call("apply_plan", { plan_id })).value).toMatchObject({ code: "forbidden" });
    expect(writes(trunkline)).toBe(0);
  });

  test("another principal neither sees it nor applies it", async (context) => {
    const trunkline = await start({}, context);
    const plan_id = await planOf(trunkline, wanted);
    const other = await connectClient({ ...trunkline.scope, principal: "somebody" }, "v1");
    for (const name of ["get_plan", "apply_plan"]) {
      const answer = toAnswer(await other.client.callTool({ name, arguments: { plan_id } }));
      expect(answer.value).toMatchObject({ code: "not_found" });
    }
    await other.close();
    expect(writes(trunkline)).toBe(0);
  });

  test("two clients with one approval, and an approval of another plan", async (context) => {
    const trunkline = await start({ policy: { approval: "two_step" } }, context);
    const plan_id = await planOf(trunkline, grave);
    const another = await planOf(trunkline, {
      ...grave,
      trunk: "another",
      numbers: [],
      alias: undefined,
      use_case: "outbound",
      ips: ["44.0.0.0/20"],
    });
    const asked = (await trunkline.call("apply_plan", { plan_id })).value;
    expect(asked).toMatchObject({ code: "approval_required" });
    const { approval } = asked;
    if (another !== undefined) {
      expect((await trunkline.call("apply_plan", { plan_id: another, approval })).value).toMatchObject({ code: "approval_refused" });
    }
    const both = await Promise.all([1, 2].map(() => trunkline.call("apply_plan", { plan_id, approval })));
    expect(both.map(({ value }) => value.state)).toEqual(["done", "done"]);
    expect(writes(trunkline)).toBe(5);
  });
});
