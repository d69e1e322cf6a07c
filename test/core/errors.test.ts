import { describe, expect, test } from "vitest";
import { errorPolicies, TrunkError } from "../../src/core/errors.ts";

type Code = keyof typeof errorPolicies;
const codes = Object.keys(errorPolicies) as Code[];
/** After these, whether the carrier acted is open unless the thrower knows better. */
const doubtful: Code[] = ["provider_failed", "outcome_unknown", "internal"];

describe("TrunkError", () => {
  test.each(codes)("%s says what to do next, and what became of a write", (code) => {
    const error = new TrunkError(code, "It failed.");
    expect(error.hint).toMatch(/^[A-Z].+\.$/);
    expect(error.applied).toBe(doubtful.includes(code) ? "unknown" : false);
  });

  test("there are thirteen codes; a fourteenth is decided on, not slipped in", () => {
    expect(codes).toHaveLength(13);
  });

  test("what the thrower knows better goes before the policy", () => {
    const error = new TrunkError("provider_failed", "It failed.", { applied: false, hint: "Do this." });
    expect([error.applied, error.hint]).toEqual([false, "Do this."]);
  });

  test("more detail leaves the code, the words and what was known", () => {
    const error = new TrunkError("conflict", "It is there.", { status: 409, field: "ip" });
    const more = error.with({ candidates: ["1"], status: 200 });
    expect(more).toMatchObject({ code: "conflict", message: "It is there.", details: { status: 200, field: "ip", candidates: ["1"] } });
    expect(error.details).toEqual({ status: 409, field: "ip" });
    expect(more).toBeInstanceOf(TrunkError);
  });
});
