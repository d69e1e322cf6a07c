import fc from "fast-check";
import { expect } from "vitest";
import { call, send } from "./carrier.ts";
import type { Account, ModelReplica, World } from "./model-world.ts";

/** The model of the real thing: how many plans there may be. */
export interface Model {
  plans: number;
}

interface Wanted {
  trunk: string;
  numbers: string[];
  ips: string[];
  alias?: string;
}

export interface MadePlan {
  id: string;
  wanted: Wanted;
  /** The trunk as it was then. */
  base: Account[string] | undefined;
  /** How many changes there had been when somebody first asked for it to be applied. */
  askedAfter?: number;
}

export interface Real {
  world: World;
  plans: MadePlan[];
  /** Applies that nobody has waited for yet. */
  pending: Set<Promise<unknown>>;
}

type Command = fc.AsyncCommand<Model, Real>;

const TRUNKS = ["north", "south"];
const numbers = Array.from({ length: 6 }, (_, index) => `+91804432${String(1_000 + index)}`.slice(0, 13));
const ips = ["44.248.146.11", "44.248.146.12", "44.248.146.13"];

const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
const replicaOf = ({ world }: Real, index: number): ModelReplica => at(world.replicas, index);

function command(name: string, run: (real: Real, model: Model) => Promise<void>, needsPlan = false): Command {
  return { check: ({ plans }) => !needsPlan || plans > 0, run: (model, real) => run(real, model), toString: () => name };
}

function plan(replica: number, wanted: Wanted): Command {
  return command(`plan on ${replica} ${JSON.stringify(wanted)}`, async (real, model) => {
    const base = (await real.world.account())[wanted.trunk];
    const changes = real.world.changes.length;
    const planned = await call("plan_trunk", { provider: "exotel", use_case: "outbound", ...wanted }, replicaOf(real, replica)).catch(
      refused,
    );
    if (typeof planned?.plan_id !== "string") return;
    // A trunk that changed while it was looked at tells nothing about what the plan was made against.
    if (changes !== real.world.changes.length) return;
    real.plans.push({ id: planned.plan_id, wanted, base });
    model.plans += 1;
  });
}

/** Only our own refusals may come: whatever else is thrown fails the test. */
function refused(error: unknown): undefined {
  expect(String(error)).toMatch(/"kind":"failed"/);
  expect(String(error)).not.toMatch(/"code":"internal"/);
  return undefined;
}

/** With the person's word, where one is needed. */
async function applyOn(replica: ModelReplica, plan_id: string) {
  const first = await call("apply_plan", { plan_id }, replica).catch((error: unknown) => error);
  if (!(first instanceof Error)) return first;
  const approval = /"approval":"(apr_[\w-]+)"/.exec(first.message)?.[1];
  if (approval === undefined) return refused(first);
  return await call("apply_plan", { plan_id, approval }, replica).catch(refused);
}

function apply(replica: number, index: number, awaited: boolean): Command {
  const run = async (real: Real) => {
    const made = at(real.plans, index);
    const scope = replicaOf(real, replica);
    made.askedAfter ??= real.world.changes.length;
    if (!awaited) return begin(real, applyOn(scope, made.id));
    const before = await scope.store.plans.find(made.id);
    // A plan goes on after its caller was answered, and on another replica.
    const isQuiet = real.pending.size === 0 && (await real.world.running()) === 0;
    const changes = real.world.changes.length;
    const now = (await real.world.account())[made.wanted.trunk];
    const isStale = JSON.stringify(now) !== JSON.stringify(made.base);
    await applyOn(scope, made.id);
    if (before?.state !== "planned" || !isQuiet || !isStale) return;
    // Nothing else was going on: a plan that was made against another state must not have done anything.
    expect((await scope.store.plans.find(made.id))?.state, "a plan on stale state").toBe("void");
    expect(real.world.changes.slice(changes)).toEqual([]);
  };
  return command(`apply ${index} on ${replica}${awaited ? "" : " without waiting"}`, run, true);
}

function begin(real: Real, running: Promise<unknown>): void {
  const pending: Promise<unknown> = running.finally(() => real.pending.delete(pending));
  // Its error is checked when it is awaited.
  pending.catch(() => {});
  real.pending.add(pending);
}

function cancel(replica: number, index: number): Command {
  const run = async (real: Real) =>
    void (await call("apply_plan", { plan_id: at(real.plans, index).id, cancel: true }, replicaOf(real, replica)).catch(refused));
  return command(`cancel ${index} on ${replica}`, run, true);
}

async function sidOf({ world }: Real, trunk: string): Promise<string | undefined> {
  const { rows } = await send(world.carrier, "GET", "trunks");
  return rows.find(({ trunk_name }) => trunk_name === trunk)?.["trunk_sid"];
}

function behindItsBack(name: string, trunk: string, act: (real: Real, sid: string) => Promise<unknown>): Command {
  return command(`${name} ${trunk}`, async (real) => {
    const sid = await sidOf(real, trunk);
    if (sid !== undefined) await act(real, sid);
  });
}

/** Its answer may be the one that is to get lost. */
const addNumber = (number: string) => (real: Real, sid: string) =>
  send(real.world.carrier, "POST", `trunks/${sid}/phone-numbers`, { phone_number: number }).catch(() => {});

async function removeNumber({ world }: Real, sid: string): Promise<void> {
  const { rows } = await send(world.carrier, "GET", `trunks/${sid}/phone-numbers`);
  const [first] = rows;
  if (first) await send(world.carrier, "DELETE", `trunks/${sid}/phone-numbers?id=${first["id"]}`);
}

function stepClock(replica: number | undefined, ms: number): Command {
  return command(`step the clock of ${replica ?? "all"} by ${ms}`, async (real) => {
    for (const one of replica === undefined ? real.world.replicas : [replicaOf(real, replica)]) one.step(ms);
  });
}

/** Longer than a lease. */
const OVERSLEPT_MS = 4_500;

/** Long enough for another to take over, or not. */
function pause(replica: number, ms: number): Command {
  return command(`pause ${replica} for ${ms}`, async (real) => {
    replicaOf(real, replica).pause(ms);
  });
}

function pauseBeforeSending(replica: number, group: number): Command {
  const run = async (real: Real) => replicaOf(real, replica).pauseBeforeSending(group, OVERSLEPT_MS);
  return command(`pause ${replica} before it sends group ${group}`, run);
}

function disturb(kind: "lost" | "delay"): Command {
  return command(`the carrier's next answers: ${kind}`, async ({ world }) =>
    world.carrier.sandbox.script({ kind, method: "POST", times: kind === "lost" ? 1 : 4, ...(kind === "delay" ? { delay_ms: 40 } : {}) }),
  );
}

const who = fc.nat({ max: 3 });
const trunk = fc.constantFrom(...TRUNKS);
const wanted = fc.record(
  { trunk, numbers: fc.subarray(numbers, { minLength: 1 }), ips: fc.subarray(ips, { minLength: 1 }), withAlias: fc.boolean() },
  { requiredKeys: ["trunk", "numbers", "ips", "withAlias"] },
);

const clocks = fc.constantFrom(-3_600_000, -5_000, 5_000, 3_600_000);

const index = fc.nat({ max: 5 });
const someTrunk = (act: (name: string) => Command) => trunk.map(act);

const making = fc
  .tuple(who, wanted)
  .map(([replica, { withAlias, ...setup }]) => plan(replica, withAlias ? { ...setup, alias: at(setup.numbers, 0) } : setup));
const applying = fc.tuple(who, index, fc.boolean()).map(([replica, which, awaited]) => apply(replica, which, awaited));
const drifting = fc.oneof(
  someTrunk((name) => behindItsBack("delete", name, (real, sid) => send(real.world.carrier, "DELETE", `trunks?trunk_sid=${sid}`))),
  fc.tuple(trunk, fc.constantFrom(...numbers)).map(([name, number]) => behindItsBack(`add ${number} to`, name, addNumber(number))),
  someTrunk((name) => behindItsBack("remove a number of", name, removeNumber)),
);
const disturbing = fc.oneof(
  fc.tuple(who, index).map(([replica, which]) => cancel(replica, which)),
  fc.tuple(fc.option(who, { nil: undefined }), clocks).map(([replica, ms]) => stepClock(replica, ms)),
  fc.tuple(who, fc.constantFrom(50, 300, OVERSLEPT_MS)).map(([replica, ms]) => pause(replica, ms)),
  fc.tuple(who, fc.nat({ max: 3 })).map(([replica, group]) => pauseBeforeSending(replica, group)),
  fc.constantFrom("lost" as const, "delay" as const).map(disturb),
);

/** Each kind as often as the others; most of what is made is applied. */
export const commands = fc.commands([making, making, applying, applying, applying, drifting, disturbing, disturbing], {
  maxCommands: 20,
  size: "max",
});

/** Checks what must be true once everything has come to rest. */
export async function checkAtRest({ world, plans, pending }: Real): Promise<void> {
  await world.settle();
  await Promise.all(pending);
  expect(world.violations).toEqual([]);
  const [replica] = world.replicas;
  if (!replica) throw new Error("there is no replica");
  expect((await replica.store.journal.verify()).problem).toBeUndefined();
  const account = await world.account();
  for (const { id, wanted, askedAfter } of plans) {
    // From when its trunk may have been looked at: what is taken away after that look is not made again.
    const isUndisturbed = world.changes.includes(id) && !world.changes.slice(askedAfter).includes(undefined);
    if ((await replica.store.plans.find(id))?.state !== "done" || !isUndisturbed) continue;
    // A plan takes a number over from the trunk that has it, so a later one may have moved it on.
    const elsewhere = plans.filter((other) => other.wanted.trunk !== wanted.trunk && world.changes.includes(other.id));
    const own = wanted.numbers.filter((number) => !elsewhere.some((other) => other.wanted.numbers.includes(number)));
    expect(account[wanted.trunk]?.numbers, id).toEqual(expect.arrayContaining(own));
    expect(account[wanted.trunk]?.ips, id).toEqual(expect.arrayContaining(wanted.ips));
  }
}
