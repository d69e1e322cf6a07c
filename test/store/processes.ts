import { execFile } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { deletionOf } from "../support/consequence.ts";
import { call } from "./call.ts";
import type { Order } from "./caller.ts";
import { type NewPlace, openAt, type Place } from "./place.ts";

const run = promisify(execFile);

/** The contract for several processes on one store, and for when one of them dies. */
export function describeProcesses(newPlace: NewPlace): void {
  // Below node_modules, so that the drivers, which stay outside the bundle, are found.
  const folder = join(import.meta.dirname, "..", "..", "node_modules", ".cache", `trunkline-caller-${process.pid}`);
  const caller = join(folder, "caller.mjs");
  let place: Place;

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    const entryPoints = [join(import.meta.dirname, "caller.ts")];
    await build({
      entryPoints,
      outfile: caller,
      bundle: true,
      platform: "node",
      format: "esm",
      external: ["libsql", "pg"],
      logLevel: "error",
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    place = await newPlace();
  });
  afterEach(() => place.remove());

  /** The answers of several processes that began at the same moment. */
  async function atOnce<Answer>(processes: number, order: Pick<Order, "act" | "count"> & Partial<Order>): Promise<Answer[][]> {
    const at = Date.now() + 700;
    const started = Array.from({ length: processes }, async (_, index) => {
      const full: Order = { plain: place.plain, name: `process ${index}`, at, ...order };
      const { stdout } = await run(process.execPath, [caller, JSON.stringify(full)]);
      return JSON.parse(stdout) as Answer[];
    });
    return await Promise.all(started);
  }

  describe("several processes", () => {
    test("of 50 callers in 5 processes that claim one thing, one wins", async () => {
      const answers = (await atOnce<boolean>(5, { act: "claim", count: 10 })).flat();
      expect(answers).toHaveLength(50);
      expect(answers.filter(Boolean)).toHaveLength(1);
    });

    test("use an approval once", async () => {
      const store = await openAt(place, systemClock);
      const id = await store.approvals.ask(call, deletionOf("victim"), true);
      const answers = (await atOnce<string>(5, { act: "approve", count: 10, id })).flat();
      expect(answers.filter((answer) => answer === "claimed")).toHaveLength(1);
      expect(answers.filter((answer) => answer === "used")).toHaveLength(49);
      await store.close();
    });

    test("have five tries at the PIN together", async () => {
      const store = await openAt(place, systemClock);
      await store.pin.set("1234");
      const answers = (await atOnce<string>(3, { act: "pin", count: 4 })).flat();
      expect(answers.filter((answer) => answer === "wrong")).toHaveLength(5);
      expect(answers.filter((answer) => answer === "locked")).toHaveLength(7);
      await store.close();
    });

    test("change an emulator's account one after the other, and none of them over another's change", async () => {
      const found = (await atOnce<number>(4, { act: "count", count: 25 })).flat();
      expect(found.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
      const store = await openAt(place, systemClock);
      expect(await store.emulators.read("exotel")).toBe("100");
      await store.close();
    });

    test("append to one chain without a hole and without a fork", async () => {
      await atOnce(4, { act: "append", count: 40 });
      const store = await openAt(place, systemClock);
      expect(await store.journal.verify()).toEqual({ rows: 320, problem: undefined });
      const rows = await store.journal.rows(0, 1_000);
      expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 320 }, (_, index) => index + 1));
      // They met: no process wrote all its rows before the next began.
      const names = rows.map(({ requestId }) => requestId.split(" ")[1]);
      expect(names.filter((name, index) => index > 0 && name !== names[index - 1]).length).toBeGreaterThan(3);
      await store.close();
    });

    test("that are killed between intent and outcome leave a valid chain and an intent that is not settled", async () => {
      await expect(atOnce(1, { act: "crash", count: 1 })).rejects.toMatchObject({ signal: "SIGKILL" });
      const store = await openAt(place, systemClock);
      expect(await store.journal.verify()).toEqual({ rows: 1, problem: undefined });
      expect(await store.journal.unsettled()).toMatchObject([{ requestId: "process 0" }]);
      await store.journal.settle(await store.journal.intend({ ...call, requestId: "next", redacted: {} }), "done");
      expect(await store.journal.verify()).toEqual({ rows: 3, problem: undefined });
      await store.close();
    });
  });
}
