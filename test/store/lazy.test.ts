import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { lazyStore } from "../../src/store/lazy.ts";
import { openStore } from "../../src/store/open.ts";

const inMemory = () => openStore({ location: { file: ":memory:" }, tenant: "local", clock: systemClock });

describe("a store that opens when it is first asked", () => {
  test("opens once, not before, and for callers that come together", async () => {
    let opened = 0;
    const store = lazyStore(async () => {
      opened += 1;
      return await inMemory();
    });
    const memory = store.memory("a");
    expect(opened).toBe(0);
    await Promise.all([memory.remember("k", 1), store.claims.claim("k", "a", 1_000), store.approvals.pending()]);
    expect(await memory.recall("k")).toBe(1);
    expect(opened).toBe(1);
  });

  test("tries again after it could not be opened", async () => {
    let tries = 0;
    const store = lazyStore(async () => {
      tries += 1;
      if (tries === 1) throw new Error("the disk is not there");
      return await inMemory();
    });
    await expect(store.pin.isSet()).rejects.toThrow("not there");
    expect(await store.pin.isSet()).toBe(false);
  });

  test("hands arguments in and answers and refusals back, for every part", async () => {
    const store = lazyStore(inMemory);
    const id = await store.snapshots.keep("ann", { trunk: "a" });
    expect(await store.snapshots.find("ann", id)).toEqual({ trunk: "a" });
    expect(await store.claims.claim("k", "a", 60_000)).toBe(true);
    expect(await store.claims.claim("k", "b", 60_000)).toBe(false);
    expect(await store.journal.verify()).toMatchObject({ rows: 0 });
    expect([await store.approvals.pending(), await store.plans.abandoned()]).toEqual([[], []]);
    const pin = { set: async () => {}, check: async () => "ok" as const, isSet: () => Promise.reject(new Error("full")) };
    await expect(lazyStore(async () => ({ ...(await inMemory()), pin })).pin.isSet()).rejects.toThrow("full");
  });
});
