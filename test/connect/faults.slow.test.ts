import { describe, expect, test } from "vitest";
import type { Fault } from "../../src/sandbox/server.ts";
import { agreeing, startTrunkline } from "../support/trunkline.ts";
import { bothEnds } from "./both-ends.ts";
import { type Direction, directions, lines as numbers, wanted } from "./support.ts";

/** Each way in which a request, or its answer, goes wrong. A refusal lasts until somebody acts on it. */
const faults: [name: string, fault: Fault][] = [
  ["500", { kind: "status", status: 500 }],
  ["a refusal that lasts", { kind: "status", status: 403, times: 1_000 }],
  ["429", { kind: "status", status: 429, retry_after: "0" }],
  ["html", { kind: "html" }],
  ["reset", { kind: "reset" }],
  ["truncated", { kind: "truncated" }],
  ["lost", { kind: "lost" }],
];

async function world(provider: string) {
  const ends = await bothEnds(provider);
  return { ...ends, ...(await startTrunkline({ providers: ends.providers, person: agreeing, unlimited: true })) };
}
type World = Awaited<ReturnType<typeof world>>;

async function apply({ call }: World, plan_id: unknown) {
  return (await call("apply_plan", { plan_id })).value;
}

/** All that calls could still meet: a carrier's trunk on which nothing is may stay, where its removal takes several requests. */
async function left({ call, lines }: World): Promise<unknown[]> {
  return [...lines(), ...(await call("list_trunks", { provider: "livekit" })).value.trunks];
}

/** The plan there, or the one back from there. */
type Way = "there" | "back";

/** Plans it; the way back begins where the connection stands. */
async function planned(whole: World, provider: string, direction: Direction, way: Way): Promise<unknown> {
  const given = wanted(provider, direction);
  const { plan_id } = (await whole.call("connect_trunk", given)).value;
  if (way === "there") return plan_id;
  expect(await apply(whole, plan_id)).toMatchObject({ state: "done" });
  return (await whole.call("connect_trunk", { ...given, disconnect: true })).value.plan_id;
}

/** How many writes each end gets while all goes well. */
async function writesOf(provider: string, direction: Direction, way: Way): Promise<[end: string, count: number][]> {
  const whole = await world(provider);
  const plan = await planned(whole, provider, direction, way);
  const before = whole.sandbox.seen.length;
  expect(await apply(whole, plan)).toMatchObject({ state: "done" });
  expect(whole.half).toEqual([]);
  await whole.close();
  const writes = whole.sandbox.seen.slice(before).filter(({ effect }) => effect === "write");
  return ["livekit", provider].map((end) => [end, writes.filter((one) => one.provider === end).length]);
}

const plans = Object.keys(numbers).flatMap((provider) =>
  directions.flatMap((direction) => (["there", "back"] as const).map((way) => ({ provider, direction, way }))),
);
const counted = await Promise.all(
  plans.map(async ({ provider, direction, way }) => ({ provider, direction, way, writes: await writesOf(provider, direction, way) })),
);
const cases = counted.flatMap(({ provider, direction, way, writes }) =>
  writes.flatMap(([end, count]) =>
    Array.from({ length: count }, (_, after) => after).flatMap((after) =>
      faults.map(([name, fault]) => [provider, direction, way, end, after + 1, name, { ...fault, provider: end, after }] as const),
    ),
  ),
);
// Each plan writes at both ends.
expect(counted.filter(({ writes }) => writes.some(([, count]) => count === 0))).toEqual([]);

describe.concurrent("a request of either end goes wrong", () => {
  test.each(cases)(
    "%s, %s, %s: %s's write %i, %s: no number is half connected",
    async (provider, direction, way, _end, _n, _name, fault) => {
      const whole = await world(provider);
      const { call, sandbox, half } = whole;
      const given = { ...wanted(provider, direction), ...(way === "back" ? { disconnect: true } : {}) };
      try {
        const plan = await planned(whole, provider, direction, way);
        sandbox.script({ ...fault, effect: "write" });
        const end = await apply(whole, plan);
        expect(
          sandbox.seen.some(({ faulty }) => faulty),
          "the fault was met",
        ).toBe(true);
        expect(half, JSON.stringify(end)).toEqual([]);
        sandbox.clearFaults();
        const rest = end.finish_plan_id ?? (await call("connect_trunk", given)).value.plan_id;
        if (end.state !== "done") expect(await apply(whole, rest), JSON.stringify(end)).toMatchObject({ state: "done" });
        expect((await call("connect_trunk", given)).value.steps).toEqual([]);
        if (way === "back") expect(await left(whole)).toEqual([]);
        expect(half).toEqual([]);
      } finally {
        await whole.close();
      }
    },
  );

  const lasting = cases.filter(([, , way, , , name]) => way === "there" && name === "a refusal that lasts");
  test.each(lasting)(
    "%s, %s, %s: %s's write %i: what was done is finished, or taken back",
    async (provider, direction, way, ...[, , , fault]) => {
      for (const then of ["finish_plan_id", "undo_plan_id"]) {
        const whole = await world(provider);
        try {
          const plan = await planned(whole, provider, direction, way);
          whole.sandbox.script({ ...fault, effect: "write" });
          const end = await apply(whole, plan);
          whole.sandbox.clearFaults();
          // A plan that made no trunk has none to take back.
          if (end[then] !== undefined)
            expect(await apply(whole, end[then]), `${then} of ${JSON.stringify(end)}`).toMatchObject({ state: "done" });
          expect(whole.half).toEqual([]);
          if (then === "undo_plan_id" || end[then] === undefined) expect(await left(whole)).toEqual([]);
          else expect((await whole.call("connect_trunk", wanted(provider, direction))).value.steps).toEqual([]);
        } finally {
          await whole.close();
        }
      }
    },
  );
});
