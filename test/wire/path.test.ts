import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { path } from "../../src/core/carrier/wire.ts";
import { TrunkError } from "../../src/core/errors.ts";
import { anyText } from "../support/any-text.ts";
import { runs } from "../support/runs.ts";

/** Anything that has ever been used to leave a path segment, and anything else. */
const hostile = fc.constantFrom(
  ...[
    "..",
    ".",
    "../x",
    "..\\x",
    "%2e%2e",
    "%2E.",
    "%2f",
    "/",
    "//evil.example",
    "\\",
    "?",
    "#",
    ";",
    "&",
    "%",
    "%00",
    "\0",
    "\t..",
    "\n",
    " ",
    "",
  ],
  ...[
    "?x=1",
    "#x",
    "..;/",
    "x/../y",
    "@evil.example",
    ":80",
    "https://evil.example",
    "\uff0e\uff0e",
    "\u2024\u2024",
    "\uff0f",
    "\ud800",
    "é",
  ],
);
const value = fc.oneof(
  hostile,
  anyText(),
  fc.string(),
  fc.tuple(hostile, fc.string(), hostile).map((parts) => parts.join("")),
);

function built(make: () => string): string | undefined {
  try {
    return make();
  } catch (error) {
    expect(error).toBeInstanceOf(TrunkError);
    expect(error).toMatchObject({ code: "invalid_input", applied: false });
    return undefined;
  }
}

describe("path", () => {
  test("a value stays in its segment, whatever it is; the URL parser is the judge", () => {
    let passed = 0;
    fc.assert(
      fc.property(value, value, (first, second) => {
        const made = built(() => path`/v2/accounts/${first}/trunks/${second}`);
        if (made === undefined) return;
        passed++;
        const url = new URL(`https://carrier.example${made}?page=1`);
        expect(url.host).toBe("carrier.example");
        expect([url.search, url.hash]).toEqual(["?page=1", ""]);
        const [empty, version, accounts, one, trunks, two, ...more] = url.pathname.split("/");
        expect([empty, version, accounts, trunks, more]).toEqual(["", "v2", "accounts", "trunks", []]);
        expect([decodeURIComponent(one ?? ""), decodeURIComponent(two ?? "")]).toEqual([first, second]);
      }),
      { numRuns: runs(20) },
    );
    // A property that held because everything was refused would say nothing.
    expect(passed).toBeGreaterThan(runs(4));
  });

  test("a value at the end of a word cannot turn the word into a climb", () => {
    fc.assert(
      fc.property(value, (given) => {
        const made = built(() => path`/a/b.${given}`);
        if (made !== undefined) expect(new URL(`https://carrier.example${made}`).pathname.split("/")).toHaveLength(3);
      }),
      { numRuns: runs() },
    );
  });

  test.each(["", ".", "..", "\ud800", "a\udc00"])("%j is no id", (given) => {
    expect(() => path`/trunks/${given}`).toThrow(/Nothing was sent/);
  });

  test.each([
    ["trmum1a2b3c", "/trunks/trmum1a2b3c"],
    ["a/b", "/trunks/a%2Fb"],
    ["../a", "/trunks/..%2Fa"],
    ["...", "/trunks/..."],
    ["%2e%2e", "/trunks/%252e%252e"],
    ["+918044319240", "/trunks/%2B918044319240"],
    ["a?b#c", "/trunks/a%3Fb%23c"],
  ])("%j becomes %s", (given, expected) => {
    expect(path`/trunks/${given}`).toBe(expected);
  });
});
