import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import type { OpenWire, Wire } from "../../src/core/carrier/wire.ts";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import { parseSettings } from "../../src/core/config.ts";
import { silentLog } from "../../src/core/log.ts";
import type { Store } from "../../src/core/store/store.ts";
import type { Scope } from "../../src/pipeline/scope.ts";
import { watchPlans } from "../../src/plans/running/resume.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { carrier } from "../../src/startup/carriers.ts";
import { openDatabase } from "../../src/store/open.ts";
import { createStore } from "../../src/store/store.ts";
import { createOpenWire } from "../../src/wire/open.ts";
import { scopeWith, unlimited } from "../support/scope.ts";
import { type Answer, connectClient, toAnswer } from "../support/trunkline.ts";
import type { TrunkState } from "./account.ts";
import { type Boundary, type Case, type Change, find, furnishWorld, TARGET } from "./moving-cases.ts";
import { doneToWhatMoved } from "./moving-oracle.ts";
import { planPruning } from "./pruning.ts";
import { type WatchedCarriers, watchCarriers } from "./watched-carriers.ts";

/** One process: its own clock and client, on the state and the carriers that all share. */
interface Replica {
  scope: Scope;
  call(tool: string, args: object): Promise<Answer>;
  /** Resolves when it has died, which is when it is about to send this write: the first is 1. */
  dieBeforeWrite(count: number): Promise<void>;
  /** Takes up what others left. */
  watch(): void;
  close(): Promise<void>;
}

export interface World {
  watched: WatchedCarriers;
  sandbox: Sandbox;
  replica(aheadMs?: number): Promise<Replica>;
  close(): Promise<void>;
}

async function openWorld(dialect: string): Promise<World> {
  const watched = watchCarriers();
  const sandbox = await startSandbox(watched.providers, { dialect });
  const { sql, sealing } = await openDatabase({ file: ":memory:" });
  const replicas: Replica[] = [];
  return {
    watched,
    sandbox,
    replica: async (aheadMs = 0) => {
      const steady = () => Math.floor(performance.now()) + aheadMs;
      const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs, steady };
      const one = await startReplica(createStore({ sql, tenant: "local", clock }, sealing), clock, watched, sandbox);
      replicas.push(one);
      return one;
    },
    close: async () => {
      await Promise.all(replicas.map((one) => one.close()));
      await sql.close();
      await sandbox.close();
    },
  };
}

async function startReplica(store: Store, clock: Clock, { providers }: WatchedCarriers, sandbox: Sandbox): Promise<Replica> {
  const life: Life = { over: false, writes: 0, last: Number.POSITIVE_INFINITY, died: () => {} };
  const never = () => new Promise<never>(() => {});
  const openWire = mortalWire(
    createOpenWire({ clock, log: silentLog, policy: { attempts: 3, maxRetryAfterMs: 20_000, backoffMs: 1 }, settleAfterMs: [0, 10] }),
    life,
    never,
  );
  const plans = mortal(store.plans, life, never);
  const [approvals, journal] = [mortal(store.approvals, life, never), mortal(store.journal, life, never)];
  const claims = mortal(store.claims, life, never);
  const mortalStore = { ...store, plans, approvals, journal, claims };
  const carriers = providers.map((provider) =>
    carrier(
      provider,
      async () => parseSettings(provider.settings, provider.sandboxSettings(sandbox.urlOf(provider.id))),
      async () => ({ openWire: unlimited(openWire), memory: store.memory }),
    ),
  );
  const scope = scopeWith({ carriers, store: mortalStore, clock, planAnswerMs: 400 });
  const { client, close } = await connectClient(scope, "v2");
  let watching: { stop(): Promise<void> } | undefined;
  return {
    scope,
    call: async (name, args) => toAnswer(await client.callTool({ name, arguments: { ...args } })),
    dieBeforeWrite: (count) => {
      life.last = life.writes + count;
      return new Promise((resolve) => {
        life.died = resolve;
      });
    },
    watch: () => {
      watching = watchPlans(scope);
    },
    close: async () => {
      await watching?.stop();
      // A killed process never comes to an end.
      if (!life.over) await scope.plans.stop();
      await close();
    },
  };
}

interface Life {
  over: boolean;
  writes: number;
  last: number;
  died(): void;
}

function mortalWire(openWire: OpenWire, life: Life, never: () => Promise<never>): OpenWire {
  const mortalOne = (wire: Wire): Wire => {
    const send = async (request: { effect: string }) => {
      if (request.effect === "write" && ++life.writes >= life.last) {
        life.over = true;
        life.died();
      }
      if (life.over) return await never();
      const answer = await wire.send(request as never);
      return life.over ? await never() : answer;
    };
    return { under: (terms) => mortalOne(wire.under(terms)), moment: (at) => wire.moment(at), send: send as Wire["send"] };
  };
  return (options) => mortalOne(openWire(options));
}

/** The dead are not answered, and what they ask for is not done. */
function mortal<T extends object>(owner: T, life: Life, never: () => Promise<never>): T {
  const methods = Object.entries(owner).map(([name, method]) => [
    name,
    typeof method === "function" ? async (...given: unknown[]) => (life.over ? await never() : await method(...given)) : method,
  ]);
  return Object.fromEntries(methods) as T;
}

interface Planned {
  plan_id: string;
  steps: { n: number; tool: string; trunk: string; arguments: Record<string, unknown> }[];
}

/** The plan with the step in it, made by a replica that has not begun with it. */
async function planOf({ setups, prune, undo }: Case, by: Replica, { watched }: World): Promise<Planned> {
  if (prune) return sure(await planPruning(setups, by.scope));
  const [first, ...also] = setups;
  const planned = sure((await by.call("plan_trunk", { ...first, ...(also.length > 0 ? { also } : {}) })).value);
  if (!undo) return planned;
  // The last step is refused, so what came before it is to be undone.
  const last = planned.steps.length;
  let passed = 0;
  watched.before(() => {
    const no = { code: 400, status: "failure", data: null, error_data: { code: 1002, message: "Invalid parameter", description: "No" } };
    passed += 1;
    return passed < last ? undefined : { status: 400, body: { request_id: "0", method: "POST", http_code: 400, response: no } };
  });
  await by.call("apply_plan", { plan_id: planned.plan_id });
  await ended(planned.plan_id, by);
  watched.before(undefined);
  const { undo_plan_id } = (await by.call("get_plan", { plan_id: planned.plan_id })).value;
  const { value } = await by.call("get_plan", { plan_id: undo_plan_id });
  watched.writes.splice(0);
  return sure({ ...value, steps: value.steps.map((step: object) => ({ ...step, arguments: {} })) });
}

function sure(planned: unknown): Planned {
  const { plan_id, steps } = planned as Partial<Planned>;
  if (plan_id === undefined || !steps) throw new Error(`no plan: ${JSON.stringify(planned)}`);
  return { plan_id, steps };
}

/** A dead process holds its turn on a list for fifteen seconds. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
async function ended(plan_id: string, by: Replica, forMs = 60_000): Promise<any> {
  for (const deadline = Date.now() + forMs; ; await delay(20)) {
    const { value } = await by.call("get_plan", { plan_id });
    if (!["planned", "running"].includes(value.state)) return value;
    if (Date.now() > deadline) throw new Error(`the plan is still ${value.state}: ${JSON.stringify(value.steps)}`);
  }
}

/** With the person's word, where one is needed. `meanwhile`: before that word is used. */
async function apply(plan_id: string, by: Replica, meanwhile = () => {}): Promise<Answer> {
  const first = await by.call("apply_plan", { plan_id });
  const approval = first.isError ? first.value.approval : undefined;
  if (typeof approval !== "string") return first;
  meanwhile();
  return await by.call("apply_plan", { plan_id, approval });
}

export interface Outcome {
  /** Writes to trunks that were not as they had been shown. */
  harm: string[];
  state: string;
  applied: unknown;
  said: string;
  finish: unknown;
  /** The trunks on which the plan that finishes it would do the step. */
  finishOn: (string | undefined)[];
  /** The trunk of the step, if it was there before. */
  target: string | undefined;
  /** Steps, and writes that reached the carriers. */
  steps: number;
  writes: number;
}

/** Applies the plan while the world changes at that boundary, and tells how it went. */
export async function live(one: Case, boundary: Boundary, change: Change, dialect: string): Promise<Outcome> {
  const world = await openWorld(dialect);
  try {
    const first = await world.replica();
    // The emulators are there from the first call on.
    furnishWorld(world.watched, one);
    return await run(one, boundary, change, { ...world, dialect }, first);
  } finally {
    await world.close();
  }
}

async function run(one: Case, boundary: Boundary, change: Change, world: World & { dialect: string }, first: Replica): Promise<Outcome> {
  const { watched, dialect } = world;
  const planned = await planOf(one, first, world);
  const at = stepIndex(one, planned);
  const shown = watched.account();
  const target = find(shown.values(), one.provider, nameOf(one));
  const meant = (): TrunkState | undefined =>
    target ? watched.account().get(target.id) : find(watched.account().values(), one.provider, nameOf(one));
  const move = () => {
    const trunk = meant();
    // A trunk that the plan makes is not there before.
    if (trunk) change.make(watched, trunk);
  };
  let refused: Answer | undefined;
  const { plan_id } = planned;
  const before = watched.writes.length;
  const resumes: Partial<Record<Boundary, () => Promise<void>>> = {
    "before the approval": async () => {
      move();
      refused = await apply(plan_id, first);
    },
    "between approval and start": async () => {
      refused = await apply(plan_id, first, move);
    },
    "before the step": async () => {
      let passed = 0;
      watched.after(() => {
        if (++passed === at) move();
      });
      refused = await apply(plan_id, first);
    },
    "while the step before it runs": async () => {
      let passed = 0;
      watched.before(() => {
        if (++passed === at) move();
        return undefined;
      });
      refused = await apply(plan_id, first);
    },
    "after a kill": () => killed(0),
    "after a kill and ten minutes": () => killed(10 * 60_000),
    "on another replica": async () => {
      let passed = 0;
      watched.after(() => {
        if (++passed === at) void first.scope.plans.stop();
      });
      await apply(plan_id, first);
      await expect.poll(() => watched.writes.length, { timeout: 5_000 }).toBeGreaterThanOrEqual(before + at);
      await first.scope.plans.stop();
      move();
      await takenUp(0);
    },
  };
  let last = first;
  async function takenUp(aheadMs: number): Promise<void> {
    last = await world.replica(aheadMs);
    last.watch();
  }
  async function killed(laterMs: number): Promise<void> {
    const died = first.dieBeforeWrite(at + 1);
    // Nobody answers this call: whoever waits for it waits for the dead.
    void apply(plan_id, first).catch(() => {});
    await died;
    move();
    // By then its lease is over.
    await takenUp(laterMs + 5_000);
  }
  await resumes[boundary]?.();
  const stopped = refused?.isError ? refused.value : undefined;
  const end = stopped ? { state: "void", failed: { error: stopped } } : await ended(plan_id, last);
  watched.before(undefined);
  watched.after(undefined);
  const own = watched.writes.slice(before);
  const tooLate = boundary === "after a kill and ten minutes" ? own.slice(at) : [];
  return {
    harm: doneToWhatMoved(shown, own, tooLate),
    state: end.state,
    applied: end.failed?.error?.applied,
    said: String(end.failed?.error?.message ?? ""),
    finish: end.finish_plan_id,
    finishOn: await finishedTrunks(end.finish_plan_id, one, last, watched),
    target: target?.id,
    steps: planned.steps.length + firstOf(one, dialect),
    writes: own.length,
  };
}

/** Rows that go before the trunk, in one step: its logins where the carrier lists them, its number and its two addresses. */
function firstOf({ prune, tool }: Case, dialect: string): number {
  if (!prune) return 0;
  if (tool === "telnyx_delete_connection") return 3;
  // A dialect that does not delete a full trunk: the refusal, its list and its number.
  if (tool === "twilio_delete_trunk") return dialect === "documented" ? 3 : 0;
  return tool === "exotel_delete_trunk" && dialect === "observed" ? 1 : 0;
}

async function finishedTrunks(
  plan: unknown,
  { tool, provider }: Case,
  by: Replica,
  { account }: WatchedCarriers,
): Promise<(string | undefined)[]> {
  if (plan === undefined) return [];
  const { steps } = (await by.call("get_plan", { plan_id: plan })).value as { steps: { tool: string; trunk: string }[] };
  return steps.filter((step) => step.tool === tool).map(({ trunk }) => find(account().values(), provider, trunk)?.id);
}

function nameOf({ makes, setups }: Case): string {
  const named = setups.map(({ trunk }) => trunk);
  return makes ?? (named.includes("blocked") && !named.includes("other") ? "blocked" : TARGET);
}

/** How many steps come before the one that is meant. */
function stepIndex(one: Case, { steps }: Planned): number {
  const index = steps.findLastIndex(({ tool, trunk }) => tool === one.tool && trunk === nameOf(one));
  if (index < 1) throw new Error(`the plan has no ${one.tool} after its first step: ${JSON.stringify(steps)}`);
  return index;
}
