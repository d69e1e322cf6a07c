import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TrunkError } from "../../src/core/errors.ts";
import { Secret } from "../../src/core/secret.ts";
import { type PbxFormat, renderForDisk, renderShown } from "../../src/pbx/format.ts";
import { pbxFormats } from "../../src/pbx/formats/index.ts";
import { anyText } from "../support/any-text.ts";
import { runs } from "../support/runs.ts";
import { readers } from "./readers.ts";
import { factsWith, hostilePasswords } from "./trunks.ts";

const formats = Object.values<PbxFormat>(pbxFormats);
const pieces = [
  ";",
  "\\",
  '"',
  "'",
  "$",
  "{",
  "}",
  "(",
  ")",
  "#",
  "\n",
  "\r",
  "\t",
  "\0",
  "<",
  ">",
  "&",
  "=",
  "-",
  ":",
  "%",
  " ",
  "\u0085",
  "\u2028",
  "a",
];
const word = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 12 }).map((signs) => signs.join("")),
  anyText({ maxLength: 40 }),
  fc.string({ maxLength: 300 }),
);

function linesOf(files: { text: string }[]): number {
  return files.flatMap(({ text }) => text.split(/\r\n|[\n\r\u0085\u2028\u2029]/)).length;
}

/** The files, or the refusal: which must name the field and must not repeat the value. */
function rendered(format: PbxFormat, userName: string, password: string) {
  try {
    return renderForDisk(format, factsWith({ userName }), new Secret(password));
  } catch (error) {
    if (!(error instanceof TrunkError)) throw error;
    expect(error.code).toBe("invalid_input");
    expect(["user_name", "password"]).toContain(error.details.field);
    expect(error.message).toMatch(/^(user_name|password) (is|holds|begins) .*\. Nothing was written\.$/s);
    return undefined;
  }
}

describe.each(formats)("a login in $id", (format) => {
  const plain = linesOf(renderForDisk(format, factsWith({ userName: "user" }), new Secret("plain")));

  test("is read back literally and adds no line, whatever it holds, or is refused", () => {
    let kept = 0;
    fc.assert(
      fc.property(word, word, (userName, password) => {
        const files = rendered(format, userName, password);
        if (files === undefined) return;
        kept += 1;
        expect(readers[format.id](files)).toEqual({ userName, password });
        expect(linesOf(files)).toBe(plain);
      }),
      { numRuns: runs(2) },
    );
    // A generator that refuses everything would pass.
    expect(kept).toBeGreaterThan(runs(0.2));
  });

  test.each(hostilePasswords)("%j survives", (password) => {
    const files = renderForDisk(format, factsWith(), new Secret(password));
    expect(readers[format.id](files).password).toBe(password);
  });

  test.each(["a\nb", "a\r\n[injected]\r\ntype=endpoint", "a\0b", "a\tb", "\u0085", "\u2028", "\ud800", "", "x".repeat(257), "\u007f"])(
    "%j is refused, and the refusal does not hold it",
    (value) => {
      expect(rendered(format, "user", value)).toBeUndefined();
      const canary = `canary${value || "\n"}`;
      const told = expect.objectContaining({ message: expect.not.stringContaining("canary"), hint: expect.not.stringContaining("canary") });
      expect(() => renderForDisk(format, factsWith(), new Secret(canary))).toThrow(told);
    },
  );

  test("is shown by the names of its places only", () => {
    const shown = JSON.stringify(renderShown(format, factsWith({ userName: "someone" })));
    expect(shown).toContain("SIP_PASSWORD");
    expect(JSON.stringify(renderForDisk(format, factsWith(), new Secret("canary")))).toContain("canary");
  });
});

test.each([
  ["asterisk", " a", "blank"],
  ["asterisk", "a ", "blank"],
  ["3cx", "a ", "blank"],
  ["sheet", " a", "blank"],
  ["freeswitch", `a\${b}`, "expands"],
  ["freeswitch", `a$\${b}`, "expands"],
  ["freeswitch", `\${`, "expands"],
] as const)("%s refuses %j", (id, password, reason) => {
  const refused = { code: "invalid_input", message: expect.stringContaining(reason), details: { field: "password" } };
  expect(() => renderForDisk(pbxFormats[id], factsWith(), new Secret(password))).toThrow(
    expect.objectContaining({ ...refused, details: expect.objectContaining(refused.details) }),
  );
});

test("the readers tell an escaped login from one that is not", () => {
  const raw = (text: string) => [{ name: "file", text }];
  expect(readers.asterisk(raw("password = a;b")).password).toBe("a");
  expect(readers.asterisk(raw("password =>b")).password).toBe("b");
  expect(readers.kamailio(raw('$avp(apass) = "a"b";')).password).toBeUndefined();
  expect(readers.freeswitch(raw('<param name="password" value="a&amp;"/>')).password).toBe("a&");
  expect(() => readers.livekit(raw('{"trunk": {"authPasword": "a"}}'))).toThrow("authPasword");
});
