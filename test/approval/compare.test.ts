import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare } from "../../src/approval/compare.ts";
import { newlyAllowed } from "../../src/approval/dialled-numbers.ts";
import { type DialledNumbers, emptyReach, type Reach } from "../../src/core/carrier/reach.ts";
import { toCallerRange } from "../../src/rules/caller-range.ts";
import { runs } from "../support/runs.ts";

const allowance = { callers: 16, logins: 2 };

function callers(...entries: string[]): Reach {
  return { ...emptyReach, callers: entries.map(toCallerRange) };
}

function asked(before: Reach, after: Reach): string[] {
  return compare(before, after, allowance, false)
    .filter(({ asks }) => asks)
    .map(({ gravity, what }) => `${gravity} ${what}`);
}

describe("callers", () => {
  test.each<[string, Reach, Reach, string[]]>([
    ["a first address", callers(), callers("44.1.1.1"), []],
    ["sixteen addresses at once", callers(), callers("44.1.1.0/28"), []],
    ["the seventeenth address", callers("44.1.1.0/28"), callers("44.1.1.0/28", "44.2.2.2"), ["opened 44.2.2.2/32"]],
    ["the sixteenth /28 of a /24", callers("44.1.1.0/28"), callers("44.1.1.0/28", "44.1.1.16/28"), ["opened 44.1.1.16/28"]],
    ["a range that is let in already", callers("44.1.0.0/16"), callers("44.1.0.0/16", "44.1.2.3"), []],
    ["the same addresses in two halves", callers("44.1.1.0/30"), callers("44.1.1.0/31", "44.1.1.2/31"), []],
    ["one /64", callers(), callers("2a01:4f8::/64"), []],
    ["two /64", callers("2a01:4f8::/64"), callers("2a01:4f8::/64", "2a01:4f8:1::/64"), ["opened 2a01:4f8:1::/64"]],
    ["an address less", callers("44.1.1.1", "44.1.1.2"), callers("44.1.1.1"), ["lost 44.1.1.2/32"]],
    ["another address instead", callers("44.1.1.1"), callers("44.9.9.9"), ["lost 44.1.1.1/32"]],
    ["a narrower range", callers("44.1.1.0/24"), callers("44.1.1.0/25"), ["lost 44.1.1.0/24"]],
    ["an emptied list", callers("44.1.1.1", "44.1.1.2"), callers(), ["lost 44.1.1.1/32", "lost 44.1.1.2/32"]],
  ])("%s", (_, before, after, expected) => {
    expect(asked(before, after)).toEqual(expected);
  });

  test("an entry that cannot be read counts as everybody", () => {
    expect(asked(callers(), callers("whatever"))).toEqual(["opened whatever"]);
  });
});

describe("numbers that may be called", () => {
  const list: DialledNumbers["exceptions"] = [..."0123456789"];

  test.each<[string, DialledNumbers, DialledNumbers, string[]]>([
    [
      "every first digit under reject_all is allow_all",
      { otherwise: "rejected", exceptions: [] },
      { otherwise: "rejected", exceptions: list },
      [""],
    ],
    [
      "allow_all",
      { otherwise: "rejected", exceptions: ["91"] },
      { otherwise: "allowed", exceptions: [] },
      ["0", "1", "2", "3", "4", "5", "6", "7", "8", "90", "92", "93", "94", "95", "96", "97", "98", "99"],
    ],
    ["a prefix more", { otherwise: "rejected", exceptions: ["91"] }, { otherwise: "rejected", exceptions: ["91", "44"] }, ["44"]],
    [
      "a longer prefix of one that is there",
      { otherwise: "rejected", exceptions: ["91"] },
      { otherwise: "rejected", exceptions: ["91", "9180"] },
      [],
    ],
    ["an exception less under allow_all", { otherwise: "allowed", exceptions: ["900"] }, { otherwise: "allowed", exceptions: [] }, ["900"]],
    ["nothing", { otherwise: "allowed", exceptions: ["900"] }, { otherwise: "rejected", exceptions: ["91"] }, []],
  ])("%s", (_, before, after, expected) => {
    expect(newlyAllowed(before, after).sort()).toEqual([...expected].sort());
  });

  test("a number is newly allowed exactly where the lists say so, one number at a time", () => {
    const numbers = fc.stringMatching(/^[0-9]{1,3}$/);
    const lists = fc.record({ otherwise: fc.constantFrom("allowed", "rejected"), exceptions: fc.array(numbers, { maxLength: 6 }) });
    const allows = ({ otherwise, exceptions }: DialledNumbers, number: string) =>
      (otherwise === "allowed") !== exceptions.some((exception) => number.startsWith(exception));
    fc.assert(
      fc.property(lists, lists, fc.stringMatching(/^[0-9]{6}$/), (before, after, number) => {
        const found = newlyAllowed(before as DialledNumbers, after as DialledNumbers).some((start) => number.startsWith(start));
        expect(found).toBe(allows(after as DialledNumbers, number) && !allows(before as DialledNumbers, number));
      }),
      { numRuns: runs() },
    );
  });
});

test("a grave difference always asks, but for callers within the allowance", () => {
  const entry = fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 22, max: 32 }))
    .map(([octet, mask]) => `44.1.${octet}.0/${mask}`);
  const lists = fc.array(entry, { maxLength: 5 });
  const everyAddress = (entries: string[]) => {
    const all = new Set<bigint>();
    for (const { first, last } of entries.map(toCallerRange)) for (let at = first; at <= last; at += 1n) all.add(at);
    return all;
  };
  fc.assert(
    fc.property(lists, lists, (before, after) => {
      const [old, now] = [everyAddress(before), everyAddress(after)];
      const shrinks = [...old].some((address) => !now.has(address));
      const grows = [...now].some((address) => !old.has(address));
      const found = compare(callers(...before), callers(...after), allowance, false);
      expect(found.some(({ gravity, asks }) => gravity === "lost" && asks)).toBe(shrinks);
      expect(found.some(({ gravity }) => gravity === "opened")).toBe(grows);
      expect(found.some(({ gravity, asks }) => gravity === "opened" && asks)).toBe(grows && now.size > 16);
    }),
    { numRuns: runs() },
  );
});
