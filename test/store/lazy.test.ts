import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { lazyStore } from "../../src/store/lazy.ts";
import { openStore } from "../../src/store/open.ts";

/** Every function of a store by its path, those of a memory included. */
function paths(value: object, prefix = ""): string[] {
  return Object.entries(value).flatMap(([name, item]) => {
    if (name === "close") return [];
    if (name === "memory") return paths(item("account"), "memory.");
    return typeof item === "function" ? [`${prefix}${name}`] : paths(item, `${prefix}${name}.`);
  });
}

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

  test("passes each call on to what it is named after", async () => {
    const real = await inMemory();
    const seen: string[] = [];
    const spy = (prefix: string): never =>
      new Proxy(() => {}, {
        get: (_, name) => (name === "then" ? undefined : spy(`${prefix}${String(name)}.`)),
        apply: (_, __, given) => {
          if (prefix === "memory.") return spy("memory.");
          seen.push(prefix.slice(0, -1));
          return Promise.resolve(given.length);
        },
      }) as never;
    const lazy = lazyStore(async () => spy(""));
    const names = paths(lazy);
    expect([...names].sort()).toEqual(paths(real).sort());
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const [room = "", act = ""] = name.split(".");
      const owner = (room === "memory" ? lazy.memory("a") : lazy[room as keyof typeof lazy]) as unknown as Record<string, () => unknown>;
      await owner[act]?.();
    }
    expect(seen).toEqual(names);
    await real.close();
  });
});
