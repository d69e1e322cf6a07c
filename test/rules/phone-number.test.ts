import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkPhoneNumber, mayMean, readingsOf, withoutGrouping } from "../../src/rules/phone-number.ts";
import { anyText } from "../support/any-text.ts";
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
    const written = fc.oneof(anyText(), fc.stringMatching(/^[+0-9 ()-]{4,18}$/), fc.stringMatching(/^0?[1-9][0-9]{9}$/));
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

const spellings = [
  "+918044319240",
  "+91 80 4431 9240",
  "+91-80-4431-9240",
  "+91 (0)80 4431 9240",
  "tel:+91-80-4431-9240",
  "00918044319240",
  "0091 80 4431 9240",
  "918044319240",
  "080 4431 9240",
  "(080) 4431-9240",
  "80 4431 9240",
];

describe("what a person says of a number", () => {
  test.each(spellings)("%s is the number, and may be looked for", (said) => {
    expect(mayMean(said, "+918044319240")).toBe(true);
    expect(readingsOf(said)).toContain("+918044319240");
  });

  test.each([
    ["020 7946 0000", "+442079460000"],
    ["0044 20 7946 0000", "+442079460000"],
    ["(212) 555-0100", "+12125550100"],
    ["1 212 555 0100", "+12125550100"],
  ])("%s is read in the country of %s", (said, number) => {
    expect(mayMean(said, number)).toBe(true);
  });

  test.each(["+918044319241", "080 4431 924", "4431 9240", "office 08044319240", "", "+", "trunk_08044319240"])("%j is another", (said) => {
    expect(mayMean(said, "+918044319240")).toBe(false);
  });

  test("a number that a carrier keeps in its national form is meant by its international one", () => {
    expect(mayMean("+91 80 4431 9240", "08044319240")).toBe(true);
    expect(mayMean("+65 8044 3192", "08044319240")).toBe(false);
  });

  test("names and ids are no numbers; a number of no known range may still be looked for", () => {
    for (const name of ["office", "trmum1f708622631150902801a1n", "a1", "office 08044319240", ""]) expect(readingsOf(name)).toEqual([]);
    expect(readingsOf("+910000000000")).toEqual(["+910000000000"]);
  });

  test("what stands with its country code is written together; a national number is not guessed", () => {
    for (const said of spellings.filter((one) => /^(tel:)?(\+|00)/.test(one))) expect(withoutGrouping(said)).toBe("+918044319240");
    for (const said of ["080 4431 9240", "office", "+1", "0"]) expect(withoutGrouping(said)).toBe(said);
  });
});
