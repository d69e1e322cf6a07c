import { describe, expect, test, vi } from "vitest";
import type { Fault } from "../../src/sandbox/server.ts";
import { hastyClock } from "../support/hasty-clock.ts";
import { startTrunkline, type Trunkline } from "../support/trunkline.ts";

const number = "+918044319240";
const wanted = { provider: "exotel", use_case: "outbound", trunk: "wanted", numbers: [number], ips: ["44.248.146.11"], alias: number };
const steps = ["/trunks", "/phone-numbers", "/whitelisted-ips", "/settings"];

async function withTrunkline(run: (trunkline: Trunkline, call: Call) => Promise<void>): Promise<void> {
  const trunkline = await startTrunkline({ unlimited: true, clock: hastyClock });
  const call: Call = async (name, args) => (await trunkline.call(name, args)).value;
  await run(trunkline, call).finally(() => trunkline.close());
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
type Call = (name: string, args: Record<string, unknown>) => Promise<any>;

const sent = ({ sandbox }: Trunkline, path: string) =>
  sandbox.seen.filter((seen) => seen.method === "POST" && seen.path.endsWith(path)).length;

/** A plan that ended in doubt about the step at this path: its answer does not come, and nothing can be read back. */
async function inDoubtAt(path: string, fault: Fault, trunkline: Trunkline, call: Call): Promise<string> {
  const { plan_id } = await call("plan_trunk", wanted);
  trunkline.sandbox.script({ ...fault, delay_ms: 150, method: "POST", path });
  const applying = call("apply_plan", { plan_id });
  await vi.waitFor(() => expect(sent(trunkline, path)).toBe(1), { interval: 1, timeout: 60_000 });
  trunkline.sandbox.script({ kind: "status", status: 503, method: "GET", times: 10_000 });
  expect(await applying).toMatchObject({ state: "partial", failed: { error: { code: "outcome_unknown" } } });
  return plan_id;
}

/** Every way to be told. */
async function told(plan_id: string, { client }: Trunkline, call: Call): Promise<object[]> {
  const { contents } = await client.readResource({ uri: `plans://${plan_id}` });
  const [content] = contents;
  const read = JSON.parse(content && "text" in content ? content.text : "null");
  return [read, await call("get_plan", { plan_id }), await call("apply_plan", { plan_id })];
}

describe.concurrent("a plan that ended in doubt about a step", () => {
  test("the last one had taken effect: the plan is done by itself, whoever asks, and nothing is sent again", () =>
    withTrunkline(async (trunkline, call) => {
      const plan_id = await inDoubtAt("/settings", { kind: "lost" }, trunkline, call);
      expect(await call("get_plan", { plan_id })).toMatchObject({ state: "partial", done: 3, not_done: 1, failed: { n: 4 } });
      const changes: unknown[] = [];
      trunkline.scope.changes.subscribe((change) => changes.push(change));
      trunkline.sandbox.clearFaults();
      const isDone = async () => expect(await call("get_plan", { plan_id })).toMatchObject({ state: "done" });
      await vi.waitFor(isDone, { interval: 100, timeout: 60_000 });
      for (const answer of await told(plan_id, trunkline, call)) {
        expect(answer).toMatchObject({ state: "done", total: 4, done: 4, not_done: 0 });
        for (const left of ["failed", "finish_plan_id", "undo_plan_id"]) expect(answer).not.toHaveProperty(left);
      }
      expect(changes).toContainEqual({ list: false, uris: [`plans://${plan_id}`] });
      expect(steps.map((path) => sent(trunkline, path))).toEqual([1, 1, 1, 1]);
      expect((await call("plan_trunk", wanted)).plan_id).toBeUndefined();
    }));

  test.each<[string, string, Fault]>([
    ["the last one had not taken effect", "/settings", { kind: "status", status: 502 }],
    ["one before the last had", "/whitelisted-ips", { kind: "lost" }],
  ])("%s: it stays partial, and another plan finishes it", (_, path, fault) =>
    withTrunkline(async (trunkline, call) => {
      const plan_id = await inDoubtAt(path, fault, trunkline, call);
      trunkline.sandbox.clearFaults();
      await call("apply_plan", { plan_id });
      for (const answer of await told(plan_id, trunkline, call)) {
        expect(answer).toMatchObject({ state: "partial", done: 3, not_done: 1, finish_plan_id: expect.any(String) });
      }
      const { finish_plan_id, failed } = await call("get_plan", { plan_id });
      expect(failed.error.message).toMatch(/./);
      expect(await call("apply_plan", { plan_id: finish_plan_id })).toMatchObject({ state: "done", done: 1 });
      expect(await call("get_plan", { plan_id })).toMatchObject({ state: "partial", not_done: 1 });
    }),
  );

  test("reading it settles nothing and asks no carrier: applying it again does", () =>
    withTrunkline(async (trunkline, call) => {
      const plan_id = await inDoubtAt("/settings", { kind: "lost" }, trunkline, call);
      await trunkline.scope.plans.stop();
      trunkline.sandbox.clearFaults();
      const asked = trunkline.sandbox.seen.length;
      for (const answer of (await told(plan_id, trunkline, call)).slice(0, 2)) expect(answer).toMatchObject({ state: "partial", done: 3 });
      expect(await call("get_plan", { plan_id })).toMatchObject({ state: "done", done: 4 });
      expect(trunkline.sandbox.seen.length).toBeGreaterThan(asked);
    }));
});

describe.concurrent("a plan that failed half-way", () => {
  test("names what finishes and what undoes it, made as it ended: reading keeps nothing and asks no carrier", () =>
    withTrunkline(async (trunkline, call) => {
      const { sandbox, scope } = trunkline;
      const { plan_id } = await call("plan_trunk", wanted);
      sandbox.script({ kind: "status", status: 500, method: "POST", path: "/settings", times: 10_000 });
      const failed = await call("apply_plan", { plan_id });
      const ways = { finish_plan_id: expect.any(String), undo_plan_id: expect.any(String) };
      expect(failed).toMatchObject({ state: "partial", done: 3, ...ways });
      const asked = sandbox.seen.length;
      const keep = vi.spyOn(scope.store.plans, "keep");
      const { contents } = await trunkline.client.readResource({ uri: `plans://${plan_id}` });
      const [content] = contents;
      // Applying it looks at the trunk in the end; reading it names the trunk.
      const { trunk_id, trunk_name, provider } = failed.trunks[0];
      const told = { ...failed, trunks: [{ provider, trunk_id, trunk_name }] };
      expect(failed.trunks[0]).toMatchObject({ whitelisted_ips: [{}], phone_numbers: [{}] });
      expect(JSON.parse(content && "text" in content ? content.text : "null")).toEqual(told);
      expect(await call("get_plan", { plan_id })).toEqual(told);
      expect(keep).not.toHaveBeenCalled();
      expect(sandbox.seen.length).toBe(asked);
      sandbox.clearFaults();
      expect(await call("apply_plan", { plan_id: failed.finish_plan_id })).toMatchObject({ state: "done" });
      expect(await call("get_plan", { plan_id })).not.toHaveProperty("finish_plan_id");
    }));
});
