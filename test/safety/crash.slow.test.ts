import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type BuildOptions, build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import type { CallResult } from "../../src/pipeline/call.ts";
import { recover } from "../../src/pipeline/recover.ts";
import { lockKey } from "../../src/pipeline/write.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import type { ToolName } from "../../tools/index.ts";
import { call, type Place, type Process, startProcess } from "./restart.ts";
import type { Death, Order } from "./victim.ts";

/** Along the way of one write, in order: six places of our own code, and two at the carrier's door. */
const deaths = [
  "before the intent",
  "after the intent",
  "before the carrier acted",
  "after the carrier acted",
  "after the answer",
  "before the outcome",
  "after the outcome",
] as const;
type AnyDeath = (typeof deaths)[number];
const acted = (death: AnyDeath) => deaths.indexOf(death) >= deaths.indexOf("after the carrier acted");
const leftOpen = (death: AnyDeath) => death !== "before the intent" && death !== "after the outcome";

/** Below node_modules, so that the driver, which stays outside the bundle, is found. */
const folder = join(import.meta.dirname, "..", "..", "node_modules", ".cache", `trunkline-victim-${process.pid}`);
const victim = join(folder, "victim.mjs");
/** As the program is bundled; there are no types for a script. */
const { bundling }: { bundling: BuildOptions } = await import(new URL("../../scripts/bundle.mjs", import.meta.url).href);

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  await build({ ...bundling, entryPoints: [join(import.meta.dirname, "victim.ts")], outfile: victim });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A carrier that outlives every process, and kills the one that is named when its next write comes in. */
interface World extends Place {
  sandbox: Sandbox;
  doom: { victim: ChildProcess; before: boolean } | undefined;
  close(): Promise<void>;
}

async function newWorld(): Promise<World> {
  const home = mkdtempSync(join(tmpdir(), "trunkline-crash-"));
  const factory = await exotel.sandbox();
  const create: typeof factory.create = (options) => {
    const emulator = factory.create(options);
    return {
      handle(request) {
        const doom = request.method === "GET" ? undefined : world.doom;
        if (doom?.before) return doom.victim.kill("SIGKILL") && { status: 503 };
        const answer = emulator.handle(request);
        doom?.victim.kill("SIGKILL");
        return answer;
      },
    } as ReturnType<typeof factory.create>;
  };
  const sandbox = await startSandbox([{ ...exotel, sandbox: async () => ({ ...factory, create }) }]);
  const close = async () => {
    await sandbox.close();
    rmSync(home, { recursive: true });
  };
  const world: World = { sandbox, doom: undefined, close, file: join(home, "trunkline.db"), exotelUrl: sandbox.urlOf("exotel") };
  return world;
}

/** Another process makes the write, and is killed on the way. */
async function crash(world: World, tool: ToolName, args: Record<string, unknown>, death: AnyDeath | undefined): Promise<string> {
  const { file, exotelUrl } = world;
  const atCarrier = death === "before the carrier acted" || death === "after the carrier acted";
  const order: Order = { place: { file, exotelUrl }, tool, arguments: args, death: atCarrier ? undefined : (death as Death) };
  const child = spawn(process.execPath, [victim, JSON.stringify(order)], { stdio: ["ignore", "pipe", "inherit"] });
  if (atCarrier) world.doom = { victim: child, before: death === "before the carrier acted" };
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  world.doom = undefined;
  return signal ?? out;
}

/** The dead process held its call for 15 seconds; they have passed. */
const later: Clock = { now: () => Date.now() + 16_000, sleep: (ms) => delay(ms) };

interface Write {
  tool: ToolName;
  prepare(scope: Process): Promise<Record<string, unknown>>;
  /** How many things the carrier has that this write makes, or took away. */
  count(trunk: { phone_numbers: unknown[]; destination_uris: unknown[]; credentials: unknown[] } | undefined, named: number): number;
}

async function done(result: Promise<CallResult>): Promise<Record<string, never>> {
  const answer = await result;
  if (answer.kind !== "done") throw new Error(JSON.stringify(answer));
  return answer.result as Record<string, never>;
}

async function onTrunk(scope: Process): Promise<{ trunk_sid: string }> {
  const { trunk } = await done(call("exotel_create_trunk", { trunk_name: "stage" }, scope));
  return { trunk_sid: (trunk as unknown as { trunk_id: string }).trunk_id };
}

const writes: Record<string, Write> = {
  "create a trunk": {
    tool: "exotel_create_trunk",
    prepare: async () => ({ trunk_name: "wanted" }),
    count: (_trunk, named) => named,
  },
  "map a number": {
    tool: "exotel_map_phone_number",
    prepare: async (scope) => ({ ...(await onTrunk(scope)), phone_number: "+918044319240" }),
    count: (trunk) => trunk?.phone_numbers.length ?? 0,
  },
  "add a destination": {
    tool: "exotel_add_destination_uris",
    prepare: async (scope) => ({ ...(await onTrunk(scope)), destinations: [{ destination: "sip.example.com:5061;transport=tls" }] }),
    count: (trunk) => trunk?.destination_uris.length ?? 0,
  },
  "create a login": {
    tool: "exotel_create_credentials",
    prepare: async (scope) => ({ ...(await onTrunk(scope)), user_name: "bot" }),
    count: (trunk) => trunk?.credentials.length ?? 0,
  },
  "delete a trunk": {
    tool: "exotel_delete_trunk",
    prepare: async (scope) => {
      const args = await onTrunk(scope);
      return { ...args, approval: await approvalFor("exotel_delete_trunk", args, scope) };
    },
    count: (trunk) => (trunk ? 0 : 1),
  },
};

async function approvalFor(tool: ToolName, args: Record<string, unknown>, scope: Process): Promise<string> {
  const first = await call(tool, args, scope);
  return first.kind === "failed" ? (first.error.approval ?? "") : "";
}

const cases = Object.entries(writes).flatMap(([name, write]) => deaths.map((death) => [name, death, write] as const));
// A table that is empty would pass.
expect(cases).toHaveLength(35);

/** The world after a crash, and a process that starts in it. */
async function afterCrash(write: Write, death: AnyDeath, clock: Clock = later) {
  const world = await newWorld();
  const before = await startProcess(world);
  const args = await write.prepare(before);
  await before.store.close();
  expect(await crash(world, write.tool, args, death)).toBe("SIGKILL");
  const scope = await startProcess(world, clock);
  const count = async () => {
    const { trunks } = (await done(call("list_trunks", {}, scope))) as unknown as { trunks: { trunk_id: string; trunk_name: string }[] };
    const stage = trunks.find(({ trunk_name }) => trunk_name === "stage");
    const detail = stage && (await done(call("get_trunk", { trunk_id: stage.trunk_id }, scope)))["trunk"];
    return write.count(detail as never, trunks.filter(({ trunk_name }) => trunk_name === "wanted").length);
  };
  const lastPhase = async () => (await scope.store.journal.rows(0, 100)).filter(({ tool }) => tool === write.tool).at(-1)?.phase;
  const end = async () => {
    await scope.store.close();
    await world.close();
  };
  expect(await scope.store.journal.verify()).toMatchObject({ problem: undefined });
  expect(await scope.store.journal.unsettled()).toHaveLength(leftOpen(death) ? 1 : 0);
  expect(await count()).toBe(acted(death) ? 1 : 0);
  return { world, scope, args, count, lastPhase, end };
}

/** The password that the carrier knows is the one that a person finds; one that it never took is nowhere. */
async function expectPassword({ sandbox }: World, { store }: Process, { trunk_sid }: Record<string, unknown>, exists: boolean) {
  const bodies = sandbox.seen.filter(({ method, path }) => method === "POST" && path.endsWith("/credentials")).map(({ body }) => body);
  const sent = (JSON.parse(bodies.at(-1) ?? "{}") as { password?: string }).password;
  expect((await store.secrets.find(`exotel/${trunk_sid}/bot`))?.reveal()).toBe(exists ? sent : undefined);
  if (exists) expect(sent).toMatch(/^\w{24}$/);
}

describe.concurrent("a process that is killed", () => {
  test.each(cases)("%s, %s: the next start settles it", async (_name, death, write) => {
    const { world, scope, args, count, lastPhase, end } = await afterCrash(write, death);
    await recover(scope, new AbortController().signal);
    expect(await scope.store.journal.unsettled()).toEqual([]);
    if (death !== "before the intent") expect(await lastPhase()).toBe(acted(death) ? "done" : "failed");
    expect(await count()).toBe(acted(death) ? 1 : 0);
    expect(await scope.store.journal.verify()).toMatchObject({ problem: undefined });
    if (write.tool === "exotel_create_credentials") await expectPassword(world, scope, args, acted(death));
    await end();
  });

  test.each(cases.filter(([, death]) => death !== "after the outcome"))(
    "%s, %s: the equal call completes it, once",
    async (_name, death, write) => {
      const { world, scope, args, count, lastPhase, end } = await afterCrash(write, death);
      const { approval, ...bare } = args;
      // The approval went with the process that died; a trunk that is still there needs a new one.
      const again = approval === undefined || acted(death) ? bare : { ...bare, approval: await approvalFor(write.tool, bare, scope) };
      const result = await done(call(write.tool, again, scope));
      if (acted(death)) expect(result["settled"]).toBe(true);
      expect(await count()).toBe(1);
      expect(await lastPhase()).toBe("done");
      expect(await scope.store.journal.unsettled()).toEqual([]);
      expect(await scope.store.journal.verify()).toMatchObject({ problem: undefined });
      if (write.tool === "exotel_create_credentials") await expectPassword(world, scope, args, true);
      await end();
    },
  );
});

test("a process that is not killed makes its write: the deaths are ours", async () => {
  const world = await newWorld();
  expect(JSON.parse(await crash(world, "exotel_create_trunk", { trunk_name: "wanted" }, undefined))).toMatchObject({ kind: "done" });
  await world.close();
});

/** The time of a process that starts at once, and waits for nothing in vain. */
function atOnce(): Clock & { passed(): number } {
  const start = Date.now();
  let now = start;
  const sleep = async (ms: number) => {
    now += ms;
  };
  return { ...systemClock, now: () => now, sleep, passed: () => now - start };
}

const inTheWrite = cases.filter(([, death]) => death !== "before the intent" && death !== "after the outcome");

test.concurrent.each(inTheWrite)("%s, %s: the equal call of the next process is answered at once", async (_name, death, write) => {
  const clock = atOnce();
  const { scope, args, count, end } = await afterCrash(write, death, clock);
  const { approval, ...bare } = args;
  const again = approval === undefined || acted(death) ? bare : { ...bare, approval: await approvalFor(write.tool, bare, scope) };
  // Its start settles nothing before: the answer is the caller's.
  await recover(scope, new AbortController().signal);
  const result = await done(call(write.tool, again, scope));
  expect(result["settled"]).toBe(acted(death) ? true : undefined);
  // A request sent right before the process died may still be on its way: a missing effect is looked for again.
  if (acted(death)) expect(clock.passed()).toBe(0);
  else expect(clock.passed()).toBeGreaterThan(5_000);
  expect(await count()).toBe(1);
  await end();
});

test("a process that may live on another machine keeps its call until it is surely dead; then it is settled without another start", async () => {
  const world = await newWorld();
  const args = { trunk_name: "wanted" };
  expect(await crash(world, "exotel_create_trunk", args, "after the intent")).toBe("SIGKILL");
  let now = Date.now();
  const scope = await startProcess(world, { now: () => now, sleep: (ms) => delay(ms) });
  const [intent] = await scope.store.journal.unsettled();
  if (!intent) throw new Error("nothing was left open");
  const { claims } = scope.store;
  expect(await claims.lock(lockKey(intent), "here", 15_000)).toBe("inherited");
  await claims.unlock(lockKey(intent), "here");
  expect(await claims.claim(lockKey(intent), "elsewhere", 15_000)).toBe(true);
  const refused = await call("exotel_create_trunk", args, scope);
  expect(refused).toMatchObject({ error: { code: "conflict", applied: false, hint: expect.stringContaining("call again in 15 seconds") } });
  await recover(scope, new AbortController().signal, 50);
  expect(await scope.store.journal.unsettled()).toHaveLength(1);
  now += 16_000;
  await vi.waitFor(async () => expect(await scope.store.journal.unsettled()).toEqual([]), 60_000);
  expect(world.sandbox.seen.filter(({ method }) => method === "POST")).toEqual([]);
  await scope.store.close();
  await world.close();
});
