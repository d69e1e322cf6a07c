import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { currentTrace } from "../../src/core/call-context.ts";
import type { EmulatorRequest } from "../../src/core/carrier/emulator.ts";
import type { OpenWire, Wire } from "../../src/core/carrier/wire.ts";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import { watchPlans } from "../../src/plans/running/resume.ts";
import { type Location, openDatabase } from "../../src/store/open.ts";
import { createStore } from "../../src/store/store.ts";
import { openReplica, type Replica, send, startCarrier, type WatchedCarrier } from "./carrier.ts";

/** A trunk, as far as plans of this test go; sorted. */
export type Account = Record<string, { numbers: string[]; ips: string[] }>;

export interface ModelReplica extends Replica {
  /** Moves this replica's clock. */
  step(ms: number): void;
  pause(forMs: number): void;
  /** Stops it where it has just journaled what it is about to send: the next group of steps, or one after it. */
  pauseBeforeSending(group: number, forMs: number): void;
}

/** Several replicas on one database, one carrier, and everything that may never happen. */
export interface World {
  replicas: ModelReplica[];
  carrier: WatchedCarrier;
  /** The trunks as the carrier has them at this very moment. */
  account(): Promise<Account>;
  /** How often the account was changed, and by whom: a plan, or somebody behind its back. */
  changes: (string | undefined)[];
  violations: string[];
  /** Plans that run at this very moment. */
  running(): Promise<number>;
  /** Waits until every plan has come to its end. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A paused replica stops here: before it asks the store, or the carrier. */
interface Gate {
  shut(forMs: number): void;
  pass(): Promise<void>;
}

function gate(): Gate {
  let passing: Promise<unknown> = Promise.resolve();
  return {
    shut: (forMs) => {
      passing = Promise.all([passing, delay(forMs)]);
    },
    pass: async () => void (await passing),
  };
}

/** Every request says which replica sent it, and for which step. */
function markedWire(openWire: OpenWire, name: string, { pass }: Gate): OpenWire {
  const gated = (wire: Wire): Wire => {
    const sendGated = async (request: never) => {
      await pass();
      return await wire.send(request);
    };
    return { under: (terms) => gated(wire.under(terms)), moment: (at) => wire.moment(at), send: sendGated as Wire["send"] };
  };
  return (options) => {
    const headers = () => ({ ...options.headers(), "x-replica": name, "x-step": currentTrace()?.requestId ?? "" });
    return gated(openWire({ ...options, headers }));
  };
}

/** The plan whose step this is, by the request id under which it is sent. */
const planOf = (requestId: string) => /^(plan_[\w-]+)\.\d+$/.exec(requestId)?.[1];

/** Remembers to which replica each plan was leased last, and checks what it made of that. */
class Referee {
  readonly violations: string[] = [];
  readonly changes: (string | undefined)[] = [];
  readonly #runner = new Map<string, string>();
  /** After how many changes a step took effect. */
  readonly #effects = new Map<string, number>();

  given(plan: string, replica: string): void {
    this.#runner.set(plan, replica);
  }

  /** Told of each write at the carrier's door. */
  write({ headers, method, segments }: EmulatorRequest, effective: boolean): void {
    const step = headers["x-step"] ?? "";
    const plan = planOf(step);
    if (effective) this.changes.push(plan);
    if (plan === undefined) return;
    const replica = headers["x-replica"] ?? "";
    const runner = this.#runner.get(plan);
    if (runner !== replica) this.violations.push(`${replica} sent ${method} ${segments.at(-1)} of ${step}, which ${runner} runs`);
    const before = this.#effects.get(step);
    if (effective) this.#effects.set(step, this.changes.length);
    // A refusal of the carrier must not be what keeps it from happening twice. What somebody took away may have to be made again.
    if (before !== undefined && !this.changes.slice(before).includes(undefined)) this.violations.push(`${step} was sent again`);
  }
}

export async function openWorld(location: Location, count: number): Promise<World> {
  const referee = new Referee();
  const carrier = await startCarrier(undefined, ({ request, effective }) => {
    if (request.method !== "GET") referee.write(request, effective);
  });
  const { sql, sealing } = await openDatabase(location);
  const replicas: ModelReplica[] = [];
  for (let index = 0; index < count; index++) replicas.push(await modelReplica(`replica ${index}`));

  async function modelReplica(name: string): Promise<ModelReplica> {
    let offsetMs = 0;
    const pauses: number[] = [];
    const own = gate();
    const clock: Clock = { ...systemClock, now: () => Date.now() + offsetMs };
    const store = createStore({ sql, tenant: "local", clock }, sealing);
    const { plans } = store;
    const gated = <Given extends unknown[], T>(
      run: (...given: Given) => Promise<T>,
      told: (answer: T, ...given: Given) => void = () => {},
    ) => {
      return async (...given: Given) => {
        await own.pass();
        const answer = await run(...given);
        told(answer, ...given);
        return answer;
      };
    };
    const lease = gated(plans.lease, (held, plan) => {
      if (held) referee.given(plan, name);
    });
    const begin = gated(plans.begin, () => {
      own.shut(pauses.shift() ?? 0);
    });
    const watched = { ...plans, lease, renew: gated(plans.renew), begin, settle: gated(plans.settle) };
    const through = (openWire: OpenWire) => markedWire(openWire, name, own);
    const opened = { ...store, plans: watched, close: async () => {} };
    const scope = await openReplica({ state: opened, url: carrier.url, clock, planAnswerMs: 3_000, through });
    return Object.assign(scope, {
      step: (ms: number) => {
        offsetMs += ms;
      },
      pause: own.shut,
      pauseBeforeSending: (group: number, forMs: number) => {
        pauses.splice(0, pauses.length, ...Array.from({ length: group }, () => 0), forMs);
      },
    });
  }

  const running = async () => (await sql.query<{ id: string }>("SELECT id FROM trunkline_plans WHERE state = 'running'")).length;
  const watches = replicas.map(watchPlans);
  return {
    replicas,
    carrier,
    violations: referee.violations,
    changes: referee.changes,
    account: () => readAccount(carrier),
    running,
    settle: async () => {
      for (const deadline = Date.now() + 60_000; (await running()) > 0; await delay(50)) {
        expect(Date.now(), "plans do not end").toBeLessThan(deadline);
      }
    },
    close: async () => {
      await Promise.all(watches.map((watch) => watch.stop()));
      await Promise.all(replicas.map(({ plans }) => plans.stop()));
      await sql.close();
      await carrier.sandbox.close();
    },
  };
}

async function readAccount(carrier: WatchedCarrier): Promise<Account> {
  const rows = async (path: string) => (await send(carrier, "GET", path)).rows as Record<string, string>[];
  const account: Account = {};
  for (const { trunk_sid, trunk_name = "" } of await rows("trunks")) {
    const numbers = (await rows(`trunks/${trunk_sid}/phone-numbers`)).map(({ phone_number = "" }) => phone_number);
    const ips = (await rows(`trunks/${trunk_sid}/whitelisted-ips`)).map(({ ip = "" }) => ip);
    account[trunk_name] = { numbers: numbers.sort(), ips: ips.sort() };
  }
  return account;
}
