import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkPhoneNumber } from "../../src/rules/phone-number.ts";
import { runs } from "../support/runs.ts";

const check = (value: string) => checkPhoneNumber("phone_number", value);

describe("checkPhoneNumber", () => {
  test.each(["+918044319240", "+6531381234", "+12025550123", "+442071838750"])("%s is taken", (value) => {
    expect(check(value)).toBeUndefined();
  });

  test.each([
    ["08044319240", "+918044319240"],
    ["080 4431 9240", "+918044319240"],
    ["918044319240", "+918044319240"],
    ["00918044319240", "+918044319240"],
    ["+91 80443 19240", "+918044319240"],
    ["+91 (0)80 4431 9240", "+918044319240"],
    ["tel:+918044319240", "+918044319240"],
    ["31381234", "+6531381234"],
  ])("%s is refused, and %s proposed", (value, proposal) => {
    expect(check(value)).toMatchObject({ level: "refuse", field: "phone_number", hint: `Did you mean ${proposal}?` });
  });

  test.each(["", "+", "abc", "+1", "12345", "+0123456789", "+999123456789", "+123456789012345678", "6531381234"])(
    "%j is refused without a guess: it could be more than one number, or is none",
    (value) => {
      expect(check(value)).toMatchObject({ level: "refuse", hint: "Write it like +918044319240." });
    },
  );

  test.each(["+910000000000", "+91804431924"])("%s is possible, so it is only warned about", (value) => {
    expect(check(value)).toMatchObject({ level: "warn", message: expect.stringContaining(value) });
  });

  test("what is proposed is taken, and what came is quoted", () => {
    const written = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^[+0-9 ()-]{4,18}$/),
      fc.stringMatching(/^0?[1-9][0-9]{9}$/),
    );
    fc.assert(
      fc.property(written, (value) => {
        const finding = check(value);
        if (finding?.level !== "refuse") {
          expect(value).toMatch(/^\+[1-9]\d+$/);
          return;
        }
        expect(finding.message).toMatch(/^"[^"]*" .* Nothing was sent\.$/u);
        const proposal = /^Did you mean (\S+)\?$/.exec(finding.hint ?? "")?.[1];
        if (proposal !== undefined) expect(check(proposal)).toBeUndefined();
      }),
      { numRuns: runs() },
    );
  });
});
