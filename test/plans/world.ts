import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type BuildOptions, build } from "esbuild";
import { expect } from "vitest";
import type { EmulatorAnswer, EmulatorRequest } from "../../src/core/carrier/emulator.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { call } from "../safety/restart.ts";
import { type Place, sqlitePlace } from "../store/place.ts";
import { isEffective } from "./carrier.ts";
import { openProcess, type PlanProcess, type Where, type WhereElse } from "./process.ts";
import type { Order } from "./replica.ts";

/** Below node_modules, so that the drivers, which stay outside the bundle, are found. */
const folder = join(import.meta.dirname, "..", "..", "node_modules", ".cache", `trunkline-replica-${process.pid}-${Date.now()}`);
const program = join(folder, "replica.mjs");
/** As the program is bundled; there are no types for a script. */
const { bundling }: { bundling: BuildOptions } = await import(new URL("../../scripts/bundle.mjs", import.meta.url).href);

export async function buildReplica(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await build({ ...bundling, entryPoints: [join(import.meta.dirname, "replica.ts")], outfile: program });
}

const running = new Set<ChildProcess>();

/** No process outlives a test that failed. */
export function removeReplica(): void {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}

export interface Replica {
  child: ChildProcess;
  /** Complete lines of what it printed. */
  lines(): string[];
  apply(planId: string): void;
  /** With which signal it ended; undefined: by itself. */
  ended: Promise<string | undefined>;
  kill(): Promise<void>;
}

export function startReplica(order: Order): Replica {
  const child = spawn(process.execPath, [program, JSON.stringify(order)], { stdio: ["pipe", "pipe", "inherit"] });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  running.add(child);
  // A process that was killed reads nothing more.
  child.stdin.on("error", () => {});
  const ended = once(child, "close").then(([, signal]) => {
    running.delete(child);
    return (signal as string | null) ?? undefined;
  });
  return {
    child,
    lines: () => out.split("\n").slice(0, -1),
    apply: (planId) => child.stdin.write(`${planId}\n`),
    ended,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** The first line that begins in one of these ways, as soon as it is there; undefined if the process ends without it. */
export async function said(replica: Replica, ...beginnings: string[]): Promise<string | undefined> {
  let over = false;
  void replica.ended.then(() => {
    over = true;
  });
  for (;;) {
    const line = replica.lines().find((one) => beginnings.some((beginning) => one.startsWith(beginning)));
    if (line !== undefined || over) return line;
    await delay(10);
  }
}

/** The point at which it died or was stopped while it applied its plan; undefined: it answered. */
export async function deathOf(replica: Replica): Promise<string | undefined> {
  const line = await said(replica, "at ", "{");
  return line?.startsWith("at ") ? line : undefined;
}

/** A write that the carrier made: what asked for it, and whose it is. */
export interface Effect {
  what: string;
  body: string;
}

/** A carrier that outlives every process, and knows what it did. */
export interface World {
  where: Where;
  place: Place;
  /** Every write that took effect, oldest first. */
  effects: Effect[];
  /** Every write that reached the carrier's door. */
  writes: Effect[];
  /** A process of this test's own on the same state. */
  scope: PlanProcess;
  close(): Promise<void>;
}

export async function newWorld(place: Place, dialect: string): Promise<World> {
  const factory = await exotel.sandbox();
  const create: typeof factory.create = (options) => {
    const emulator = factory.create(options);
    return { ...emulator, handle: (request) => handle(request, (asked) => emulator.handle(asked)) };
  };
  // A carrier whose clock runs a minute between two requests never sees too many in one.
  let now = Date.now();
  const effects: Effect[] = [];
  const writes: Effect[] = [];
  function handle(request: EmulatorRequest, act: (request: EmulatorRequest) => EmulatorAnswer): EmulatorAnswer {
    if (request.method === "GET") return act(request);
    const effect = { what: `${request.method} ${request.segments.slice(3).join("/")}`, body: request.body };
    writes.push(effect);
    const answer = act(request);
    if (isEffective(answer)) effects.push(effect);
    return answer;
  }
  const sandbox = await startSandbox([{ ...exotel, sandbox: async () => ({ ...factory, create }) }], {
    dialect,
    now: () => (now += 60_000),
  });
  const where = { store: place.plain, exotelUrl: sandbox.urlOf("exotel") };
  const scope = await openProcess(where);
  const world: World = { where, place, effects, writes, scope, close };
  async function close(): Promise<void> {
    await scope.plans.stop();
    await scope.store.close();
    await sandbox.close();
    await place.remove();
  }
  return world;
}

async function done(tool: "plan_trunk" | "get_plan" | "get_trunk" | "list_trunks", args: Record<string, unknown>, scope: PlanProcess) {
  const answer = await call(tool, args, scope);
  if (answer.kind !== "done") throw new Error(`${tool}: ${JSON.stringify(answer)}`);
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
  return answer.result as any;
}

export interface Wanted {
  trunk: string;
  numbers: string[];
  ips: string[];
  destinations: string[];
  credentials?: string[];
  alias: string;
}

/** Twelve steps in six groups; the documented dialect shows no login that was created, so there they are other rows. */
export function twelveSteps(dialect: string, trunk: string, index = 0): Wanted {
  const logins = dialect === "observed" ? 2 : 0;
  const number = (row: number) => `+9180${String(44_000_000 + index * 10 + row)}`;
  return {
    trunk,
    numbers: Array.from({ length: 5 - logins / 2 }, (_, row) => number(row)),
    ips: Array.from({ length: 4 - logins / 2 }, (_, row) => `44.248.${index % 200}.${row + 10}`),
    destinations: ["sip.example.com:5061;transport=tls"],
    ...(logins > 0 ? { credentials: ["bot", "desk"] } : {}),
    alias: number(0),
  };
}

export async function makePlan({ scope }: World, wanted: Wanted): Promise<string> {
  const planned = await done("plan_trunk", { provider: "exotel", use_case: "outbound", ...wanted }, scope);
  if (planned.plan_id === undefined) throw new Error(JSON.stringify(planned));
  return planned.plan_id;
}

/** The writes of one trunk, by its name or its id. */
export function ownEffects(effects: readonly Effect[], { trunk }: Wanted, sid?: string): Effect[] {
  return effects.filter(({ what, body }) => body.includes(`"${trunk}"`) || (sid !== undefined && what.includes(sid)));
}

/** Waits until the plan has ended, however that is. */
export async function ended(planId: string, { scope }: Pick<World, "scope">, limitMs = 60_000): Promise<string> {
  for (const deadline = Date.now() + limitMs; ; ) {
    const state = (await scope.store.plans.find(planId))?.state ?? "lost";
    if (state !== "running" && state !== "planned") return state;
    if (Date.now() > deadline) return `${state} after ${limitMs} ms`;
    await delay(50);
  }
}

export async function applyHere(planId: string, { scope }: World): Promise<void> {
  await call("apply_plan", { plan_id: planId }, scope);
}

/** The id of the trunk that the plan created. */
export async function trunkOf(planId: string, { scope }: World): Promise<string | undefined> {
  const { trunks } = await done("get_plan", { plan_id: planId }, scope);
  // One that has not begun names none.
  return trunks?.[0]?.trunk_id;
}

/** Everything that was wanted is there, each once, and everybody who tells says the same. */
export async function expectWhole(world: World, planId: string, wanted: Wanted): Promise<void> {
  const { scope, effects } = world;
  const plan = await done("get_plan", { plan_id: planId }, scope);
  expect(plan).toMatchObject({ state: "done", total: 12, done: 12, not_done: 0 });
  const { trunks } = await done("list_trunks", { provider: "exotel", trunk_name: wanted.trunk }, scope);
  const named = trunks.filter((trunk: { trunk_name: string }) => trunk.trunk_name === wanted.trunk);
  expect(named).toHaveLength(1);
  const sid: string = named[0].trunk_id;
  expect(plan.trunks.map(({ trunk_id }: { trunk_id: string }) => trunk_id)).toEqual([sid]);
  const { trunk } = await done("get_trunk", { provider: "exotel", trunk_id: sid }, scope);
  const rows = (list: object[] | undefined, key: string) => (list ?? []).map((row) => (row as Record<string, unknown>)[key]).sort();
  expect(rows(trunk.phone_numbers, "phone_number")).toEqual(wanted.numbers.toSorted());
  expect(rows(trunk.whitelisted_ips, "ip")).toEqual(wanted.ips.toSorted());
  expect(rows(trunk.destination_uris, "destination")).toEqual(wanted.destinations.toSorted());
  if (wanted.credentials) expect(rows(trunk.credentials, "user_name")).toEqual(wanted.credentials.toSorted());
  expect(trunk.alias).toBe(wanted.alias);
  const own = ownEffects(effects, wanted, sid);
  expect(own.map(({ what }) => what)).toHaveLength(12);
  await expectPasswords(sid, own, world, wanted);
}

/** The password that the carrier knows is the one that a person finds. */
async function expectPasswords(sid: string, own: readonly Effect[], { scope }: World, { credentials = [] }: Wanted): Promise<void> {
  const sent = own.filter(({ what }) => what.endsWith("/credentials")).map(({ body }) => JSON.parse(body));
  expect(sent).toHaveLength(credentials.length);
  for (const { user_name, password } of sent) {
    expect(password).toMatch(/^\w{24}$/);
    expect((await scope.store.secrets.find(`exotel/${sid}/${user_name}`))?.reveal()).toBe(password);
  }
}

/** Nothing is left open, and nobody has changed a row. */
export async function expectJournal({ scope }: World): Promise<void> {
  expect(await scope.store.journal.verify()).toMatchObject({ problem: undefined });
  expect(await scope.store.journal.unsettled()).toEqual([]);
}

/** A store, and a process beside those that die, for one carrier whose emulator outlives them all. */
export async function openWorld(sandbox: Sandbox, provider: string, also: WhereElse["also"] = []) {
  const place = await sqlitePlace();
  const where = { store: place.plain, provider, url: sandbox.urlOf(provider), ...(also.length > 0 ? { also } : {}) };
  const scope = await openProcess(where);
  const close = async () => {
    await scope.plans.stop();
    await scope.store.close();
    await sandbox.close();
    await place.remove();
  };
  return { where, scope, close };
}
