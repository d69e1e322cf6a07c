import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, digest } from "../../src/core/canonical.ts";
import { Secret } from "../../src/core/secret.ts";
import { runs } from "../support/runs.ts";

/** The same value with the keys of each object in another order. */
function shuffled(value: unknown, turn: number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, turn));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, shuffled(item, turn)]);
  const cut = entries.length === 0 ? 0 : turn % entries.length;
  const turned = [...entries.slice(cut), ...entries.slice(0, cut)];
  return Object.fromEntries(turn % 2 === 0 ? turned : turned.reverse());
}

describe("canonicalJson", () => {
  test("says the same of the same, whatever the order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, turn) => {
        expect(canonicalJson(shuffled(value, turn))).toBe(canonicalJson(value));
      }),
      { numRuns: runs() },
    );
  });

  test("is JSON of that very value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: runs() },
    );
  });

  test.each([
    [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
    [{ a: undefined, b: [undefined, { d: 1, c: 2 }] }, '{"b":[null,{"c":2,"d":1}]}'],
    [undefined, "null"],
    [new Date("2026-11-21T10:00:00Z"), '"2026-11-21T10:00:00.000Z"'],
    [{ toJSON: () => ({ b: 1, a: 2 }) }, '{"a":2,"b":1}'],
    [{ password: new Secret("hunter2") }, '{"password":"[secret]"}'],
  ])("%o", (value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
  });
});

describe("digest", () => {
  test("binds the parts and where one ends", () => {
    expect(digest("ab", "c")).not.toBe(digest("a", "bc"));
    expect(digest(["a", "b"])).not.toBe(digest("a", "b"));
    expect(digest({ b: 1, a: 2 })).toBe(digest({ a: 2, b: 1 }));
    expect(digest("a")).toMatch(/^[0-9a-f]{64}$/);
  });
});
