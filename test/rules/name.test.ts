import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkSecretWord, checkWord } from "../../src/rules/name.ts";
import { anyText } from "../support/any-text.ts";
import { runs } from "../support/runs.ts";

describe("checkWord", () => {
  const check = (value: string, max = 16) => checkWord("trunk_name", value, max, "trunk name");

  test.each(["a", "outbound_trunk", "_", "A1_b2", "a".repeat(16)])("%s is taken", (value) => {
    expect(check(value)).toBeUndefined();
  });

  test.each([
    ["my-trunk", "my_trunk"],
    ["my trunk", "my_trunk"],
    ["Café.Zürich", "Cafe_Zurich"],
    ["a".repeat(17), "a".repeat(16)],
    ["  padded  ", "padded"],
    ["exactly_sixteen!_", "exactly_sixteen"],
  ])("%j is refused, and %s proposed", (value, proposal) => {
    expect(check(value)).toMatchObject({ level: "refuse", field: "trunk_name", hint: `Did you mean ${proposal}?` });
  });

  test.each(["", "!!!", "пример", "---", "a\n".repeat(0)])("%j is refused with nothing to propose", (value) => {
    expect(check(value)).toMatchObject({ level: "refuse" });
    expect(check(value)).not.toHaveProperty("hint");
  });

  test("what is proposed is taken, and what is refused says so and was not sent", () => {
    fc.assert(
      fc.property(anyText(), fc.integer({ min: 1, max: 64 }), (value, max) => {
        const finding = check(value, max);
        if (finding === undefined) {
          expect(value).toMatch(/^\w+$/);
          return;
        }
        expect(finding.message).toMatch(/^"[^"]*" is not a valid trunk name: .* Nothing was sent\.$/u);
        const proposal = /^Did you mean (.*)\?$/.exec(finding.hint ?? "")?.[1];
        if (proposal !== undefined) expect(check(proposal, max)).toBeUndefined();
      }),
      { numRuns: runs() },
    );
  });
});

describe("checkSecretWord", () => {
  test("takes what the carrier takes", () => {
    expect(checkSecretWord("password", "Correct_Horse_1", 64)).toBeUndefined();
  });

  test("never repeats what it refuses, not even a part", () => {
    const secret = anyText({ minLength: 1 }).map((text) => `~canary~${text}`);
    fc.assert(
      fc.property(secret, (value) => {
        const finding = checkSecretWord("password", value, 64);
        expect(finding).toMatchObject({ level: "refuse", field: "password" });
        expect(JSON.stringify(finding)).not.toContain("canary");
      }),
      { numRuns: runs() },
    );
    // The rule for what may be repeated does repeat it: the check above can fail.
    expect(JSON.stringify(checkWord("password", "~canary~", 64, "password"))).toContain("canary");
  });

  test.each(["", "a".repeat(65), "with-hyphen"])("%j is refused", (value) => {
    expect(checkSecretWord("password", value, 64)).toMatchObject({ level: "refuse", hint: expect.stringContaining("have one generated") });
  });
});
