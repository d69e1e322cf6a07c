import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Ajv2020 from "ajv/dist/2020.js";
import fc from "fast-check";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { oneSetupSchema, setupSchema } from "../../src/core/carrier/setup.ts";
import { TrunkError } from "../../src/core/errors.ts";
import { readSetups } from "../../src/plans/planning/read-setups.ts";
import { fileJsonSchema, parseFile, toFile } from "../../src/plans/planning/trunks-file.ts";
import { providers } from "../../src/providers/index.ts";
import { runs } from "../support/runs.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const good = `version: 1
trunks:
  - provider: exotel
    use_case: outbound
    trunk: outbound_trunk
    numbers: ["+919876543210"]
    ips: [203.0.113.50]
`;

async function refusal(text: string): Promise<string> {
  const error = await parseFile(text).catch((thrown: unknown) => thrown);
  if (!(error instanceof TrunkError)) throw new Error(`not refused: ${JSON.stringify(error)}`);
  expect(error.code).toBe("invalid_input");
  return error.message;
}

describe("a file of trunks", () => {
  test("is read with the place of each setup", async () => {
    expect(await parseFile(good)).toEqual([
      {
        at: "trunks.0.",
        setup: { provider: "exotel", use_case: "outbound", trunk: "outbound_trunk", numbers: ["+919876543210"], ips: ["203.0.113.50"] },
      },
    ]);
  });

  test.each([
    ["no version", "trunks: []\n", "line 1, column 1: version: expected 1."],
    ["another version", good.replace("version: 1", "version: 2"), "line 1, column 10: version: expected 1."],
    ["an unknown field", good.replace("ips:", "adresses:"), "line 7, column 15: trunks.0.adresses: There is no such field."],
    [
      "a number without quotation marks",
      good.replace('"+919876543210"', "+919876543210"),
      "line 6, column 15: trunks.0.numbers.0: expected string. Put the text in quotation marks.",
    ],
    [
      "another use",
      good.replace("use_case: outbound", "use_case: fax"),
      "line 4, column 15: trunks.0.use_case: expected one of outbound, inbound, voice_ai.",
    ],
    [
      "a trunk without a name",
      good.replace("    trunk: outbound_trunk\n", ""),
      "line 3, column 5: trunks.0.trunk: expected string. Put the text in quotation marks.",
    ],
    ["a key twice", `${good}    ips: []\n`, "line 8, column 5: Map keys must be unique."],
    ["not YAML", "version: [1\n", "line 2, column 1:"],
    ["nothing", "", "line 1"],
  ])("%s is said with line and column", async (_, text, expected) => {
    expect((await refusal(text)).slice(0, expected.length)).toBe(expected);
  });

  test("aliases that multiply, tags that make objects, and a prototype of one's own do nothing", async () => {
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n`;
    expect(await refusal(bomb)).toContain("too many aliases");
    expect(await refusal(`${good}__proto__: {version: 1}\n`)).toContain("__proto__");
    await refusal(`version: 1\ntrunks: !!js/function "x"\n`);
  });

  test("what is written reads as it was, and hostile names stay data", async () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("yes", "1", "~", "- x", "a: b", "# no", "\n- provider: evil", "\u202e"),
    );
    const setup = fc.record(
      {
        provider: fc.constant("exotel"),
        trunk: text.filter((value) => value !== "" && value.length < 250),
        numbers: fc.array(
          text.filter((value) => value.length <= 32),
          { maxLength: 3 },
        ),
      },
      { requiredKeys: ["provider", "trunk"] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(setup, { maxLength: 4 }), fc.array(text, { maxLength: 2 }), async (setups, comments) => {
        const written = await toFile(
          setups.map((one) => ({ setups: [one], comments })),
          { schema: "trunks.schema.json" },
        );
        expect(written.startsWith("# yaml-language-server: $schema=trunks.schema.json\n")).toBe(true);
        expect((await parseFile(written)).map((one) => one.setup)).toEqual(setups);
      }),
      { numRuns: runs() },
    );
  });

  test("the editors' schema is what the code says, and agrees with it", () => {
    const file = join(root, "trunks.schema.json");
    const expected = `${JSON.stringify(fileJsonSchema(providers), null, 2)}\n`;
    if (process.env["UPDATE"] === "1") writeFileSync(file, expected);
    else expect(readFileSync(file, "utf8"), "npm run update rewrites it").toBe(expected);
    const validate = new Ajv2020.default().compile(fileJsonSchema(providers));
    expect(validate(parse(good)), JSON.stringify(validate.errors)).toBe(true);
    expect(validate(parse(good.replace("ips:", "adresses:")))).toBe(false);
    expect(validate(parse(`${good}    connect: { platform: livekit, agent_name: front-desk }\n`))).toBe(true);
    expect(validate(parse(`${good}    connect: { agent_name: front-desk }\n`))).toBe(false);
    expect(validate(parse(good.replace('"+919876543210"', "+919876543210")))).toBe(false);
  });
});

describe("setups beside the first", () => {
  const first = { provider: "exotel", use_case: "outbound" as const, trunk: "one" };
  test("are held to the same fields", () => {
    const { wishes, questions } = readSetups(
      setupSchema.parse({
        ...first,
        also: [{ ...first, trunk: "two" }, { ...first, colour: 1 }, { provider: "exotel" }, { ...first, also: [] }],
      }),
    );
    // A trunk that is left out is asked about once it is known which there are.
    expect(wishes.map(({ at, wish }) => `${at}${wish.trunk}`)).toEqual(["one", "also.0.two", "also.2.undefined"]);
    expect(questions.map(({ field }) => field)).toEqual(["also.1.colour", "also.3.also"]);
  });

  test("cost a model no more than the whole tool may", () => {
    const { $schema: _, ...schema } = z.toJSONSchema(setupSchema, { io: "input" });
    expect(countTokens(JSON.stringify(schema).replace(/"(min|max)Length":\d+,?/g, ""))).toBeLessThan(470);
  });

  test("have each field of the first", () => {
    expect(Object.keys(setupSchema.shape).filter((name) => name !== "also")).toEqual(Object.keys(oneSetupSchema.shape));
  });
});
