import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Fault } from "../../src/sandbox/server.ts";
import { startTrunkline, type Trunkline } from "../support/trunkline.ts";

/** Every way in which a request, or its answer, goes wrong. */
const faults: [name: string, fault: Fault][] = [
  ["500", { kind: "status", status: 500 }],
  ["502", { kind: "status", status: 502 }],
  ["503", { kind: "status", status: 503 }],
  ["503 with Retry-After", { kind: "status", status: 503, retry_after: "1" }],
  ["429", { kind: "status", status: 429 }],
  ["429 with Retry-After", { kind: "status", status: 429, retry_after: "1" }],
  ["html", { kind: "html" }],
  ["reset", { kind: "reset" }],
  ["truncated", { kind: "truncated" }],
  ["stall", { kind: "stall" }],
  ["lost", { kind: "lost" }],
];

/** The path by which each write reaches the carrier, and the rows of a setup that need such a step. */
const steps: Record<string, { path: string; rows: "phone_numbers" | "whitelisted_ips" | "destination_uris" | "credentials" | undefined }> =
  {
    "create the trunk": { path: "/trunks", rows: undefined },
    "map the number": { path: "/phone-numbers", rows: "phone_numbers" },
    "whitelist the IP": { path: "/whitelisted-ips", rows: "whitelisted_ips" },
    "add the destination": { path: "/destination-uris", rows: "destination_uris" },
    "create the login": { path: "/credentials", rows: "credentials" },
    "set the alias": { path: "/settings", rows: undefined },
  };

function wantedOn(dialect: string) {
  return {
    provider: "exotel",
    use_case: "outbound",
    trunk: "wanted",
    numbers: ["+918044319240"],
    ips: ["44.248.146.11"],
    destinations: ["sip.example.com:5061;transport=tls"],
    // The documented dialect never shows a login that was created, so nothing could tell whether one is there.
    ...(dialect === "observed" ? { credentials: ["bot"] } : {}),
    alias: "+918044319240",
  };
}

const names = (dialect: string) => Object.keys(steps).filter((name) => dialect === "observed" || name !== "create the login");
const cases = ["observed", "documented"].flatMap((dialect) =>
  names(dialect).flatMap((step) => faults.map(([name, fault]) => [dialect, step, name, fault] as const)),
);
// A table that is empty would pass.
expect(cases).toHaveLength((6 + 5) * faults.length);

/** Counts how often the carrier has each thing that was wanted. */
async function countThere(trunkline: Trunkline): Promise<Record<string, number>> {
  const { trunks } = (await trunkline.call("list_trunks", { provider: "exotel" })).value;
  const named = trunks.filter((trunk: { trunk_name: string }) => trunk.trunk_name === "wanted");
  if (named.length !== 1) return { "create the trunk": named.length };
  const { trunk } = (await trunkline.call("get_trunk", { provider: "exotel", trunk_id: named[0].trunk_id })).value;
  const rows = Object.entries(steps).flatMap(([name, step]) => (step.rows ? [[name, trunk[step.rows]?.length ?? 0] as const] : []));
  return { "create the trunk": 1, ...Object.fromEntries(rows), "set the alias": trunk.alias === undefined || trunk.alias === null ? 0 : 1 };
}

interface Shown {
  state: string;
  done: number;
  steps: { n: number; status: string }[];
  finish_plan_id?: string;
  undo_plan_id?: string;
  failed?: { n?: number; error: { code: string; message: string } };
}

/** The carrier has what the plan says of each step, each thing once at the most. */
async function expectTruth(plan: Shown, dialect: string, trunkline: Trunkline): Promise<void> {
  const there = await countThere(trunkline);
  for (const [index, name] of names(dialect).entries()) {
    const status = plan.steps.find(({ n }) => n === index + 1)?.status;
    const count = there[name] ?? 0;
    expect({ name, status, count }).toEqual({
      name,
      status: count === 0 ? expect.stringMatching(/^(failed|waiting)$/) : "done",
      count: Math.min(count, 1),
    });
  }
  if (plan.state === "done") expect(plan.done).toBe(names(dialect).length);
  else expect(plan.failed?.error.message).toMatch(/./);
}

/** A stall is waited for to the end; everything else may take as long as a busy machine needs. */
const timingOf = (fault?: Fault) => (fault?.kind === "stall" ? { callMs: 3_000 } : {});

async function withTrunkline(dialect: string, run: (trunkline: Trunkline) => Promise<void>, fault?: Fault): Promise<void> {
  const trunkline = await startTrunkline({ dialect, unlimited: true, timing: timingOf(fault), policy: { approval: "two_step" } });
  await run(trunkline).finally(() => trunkline.close());
}

async function planned(trunkline: Trunkline, dialect: string) {
  return (await trunkline.call("plan_trunk", wantedOn(dialect))).value.plan_id;
}

/** With a person's word, where one is needed. */
async function apply(planId: string, trunkline: Trunkline): Promise<Shown> {
  const first = await trunkline.call("apply_plan", { plan_id: planId });
  if (first.value.code !== "approval_required") return first.value;
  return (await trunkline.call("apply_plan", { plan_id: planId, approval: first.value.approval })).value;
}

async function look(planId: string, trunkline: Trunkline): Promise<Shown> {
  return (await trunkline.call("get_plan", { plan_id: planId })).value;
}

const pathOf = (step: string) => steps[step]?.path ?? "";

describe.concurrent("a write goes wrong once", () => {
  test.each(cases)("%s dialect, %s, %s: the plan is done, each step once", async (dialect, step, _name, fault) => {
    await withTrunkline(
      dialect,
      async (trunkline) => {
        const planId = await planned(trunkline, dialect);
        trunkline.sandbox.script({ ...fault, method: "POST", path: pathOf(step) });
        const plan = await apply(planId, trunkline);
        expect(plan.state).toBe("done");
        await expectTruth(plan, dialect, trunkline);
      },
      fault,
    );
  });
});

const lasting = cases.filter(([dialect, , name]) => dialect === "observed" && /^(500|html|reset|lost)$/.test(name));

describe.concurrent("a write goes wrong every time", () => {
  test.each(lasting)("%s dialect, %s, %s: what is told is so, and another plan finishes it", async (dialect, step, _name, fault) => {
    await withTrunkline(dialect, async (trunkline) => {
      const planId = await planned(trunkline, dialect);
      trunkline.sandbox.script({ ...fault, times: 10_000, method: "POST", path: pathOf(step) });
      const plan = await apply(planId, trunkline);
      trunkline.sandbox.clearFaults();
      await expectTruth(plan, dialect, trunkline);
      if (fault.kind !== "lost") await expectFinished(plan, planId, trunkline, dialect);
      else expect(plan.state).toBe("done");
    });
  });
});

/** The failed plan stays failed; the one that it names does the rest. */
async function expectFinished(plan: Shown, planId: string, trunkline: Trunkline, dialect: string): Promise<void> {
  expect(plan).toMatchObject({
    state: plan.done === 0 ? "failed" : "partial",
    failed: { error: { code: "provider_failed", applied: false } },
  });
  await finish(await look(planId, trunkline), trunkline, dialect);
}

/** By the plan that it names; where nothing was done, by the plan made again; where nothing is left, by nothing. */
async function finish({ finish_plan_id }: Shown, trunkline: Trunkline, dialect: string): Promise<void> {
  const next = finish_plan_id ?? (await planned(trunkline, dialect));
  if (next !== undefined) expect(await apply(next, trunkline)).toMatchObject({ state: "done" });
  expect(Object.values(await countThere(trunkline)).every((count) => count === 1)).toBe(true);
  expect(await planned(trunkline, dialect)).toBeUndefined();
}

const doubtful = cases.filter(([, , name]) => name === "lost" || name === "502");

describe.concurrent("a write goes wrong, and nothing can be read back", () => {
  test.each(doubtful)(
    "%s dialect, %s, %s: unknown at first, and known as soon as the carrier answers",
    async (dialect, step, _name, fault) => {
      await withTrunkline(dialect, async (trunkline) => {
        const planId = await planned(trunkline, dialect);
        const { sandbox } = trunkline;
        const n = names(dialect).indexOf(step) + 1;
        // Late enough that nothing can be read back when somebody looks.
        sandbox.script({ ...fault, delay_ms: 150, method: "POST", path: pathOf(step) });
        const applying = apply(planId, trunkline);
        while (!sandbox.seen.some(({ method, path }) => method === "POST" && path.endsWith(pathOf(step)))) await delay(1);
        sandbox.script({ kind: "status", status: 503, method: "GET", times: 10_000 });
        const plan = await applying;
        expect(plan).toMatchObject({ state: plan.done === 0 ? "failed" : "partial", failed: { n, error: { code: "outcome_unknown" } } });
        expect(plan.steps.find((one) => one.n === n)?.status).toBe("unknown");
        sandbox.clearFaults();
        const settled = await apply(planId, trunkline);
        await expectTruth(settled, dialect, trunkline);
        await finish(settled, trunkline, dialect);
      });
    },
  );
});

describe("a plan that failed on a trunk that was there before", () => {
  test("undone: what it made is gone, and what was there stays; a person agrees to it first", async () => {
    await withTrunkline("observed", async (trunkline) => {
      const own = { numbers: ["+918044319299"], ips: ["44.248.146.99"], destinations: ["own.example.com:5061;transport=tls"] };
      expect(
        await apply(
          (await trunkline.call("plan_trunk", { ...wantedOn("observed"), ...own, alias: undefined, credentials: undefined })).value.plan_id,
          trunkline,
        ),
      ).toMatchObject({ state: "done" });
      const sid = (await trunkline.call("list_trunks", { provider: "exotel" })).value.trunks[0].trunk_id;
      const before = (await trunkline.call("get_trunk", { provider: "exotel", trunk_id: sid })).value;
      const planId = await planned(trunkline, "observed");
      trunkline.sandbox.script({ kind: "status", status: 500, times: 10_000, method: "POST", path: "/settings" });
      const failed = await apply(planId, trunkline);
      expect(failed).toMatchObject({ state: "partial", done: 4, not_done: 1 });
      const { undo_plan_id: undo } = failed;
      const asked = await trunkline.call("apply_plan", { plan_id: undo });
      expect(asked.value).toMatchObject({ code: "approval_required" });
      expect(asked.value.message).toContain("Apply a plan of 4 steps");
      expect(await apply(undo ?? "", trunkline)).toMatchObject({ state: "done", done: 4 });
      expect((await trunkline.call("get_trunk", { provider: "exotel", trunk_id: sid })).value).toEqual(before);
    });
  });
});
