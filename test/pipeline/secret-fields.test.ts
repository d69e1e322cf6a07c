import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { TrunkError } from "../../src/core/errors.ts";
import { type AnyWriteTool, defineTool } from "../../src/core/tool.ts";
import { parseInput } from "../../src/pipeline/input.ts";
import { redact } from "../../src/pipeline/secret-fields.ts";

const tool = defineTool({
  name: "keeps_secrets",
  title: "Keeps secrets",
  description: "One secret on top, one inside an object.",
  effect: "create",
  secretFields: ["pin", "login.password"],
  input: z.strictObject({
    pin: z.string().max(4).optional(),
    login: z.strictObject({ user: z.string().max(4), password: z.string().max(4).optional() }).optional(),
  }),
  output: z.object({}),
  write: () => ({ send: async () => ({ value: {}, settled: false }), settle: async () => undefined }),
}) as AnyWriteTool;

describe("what the journal is given", () => {
  test.each<[given: Record<string, unknown>, kept: object]>([
    [
      { pin: "hush", login: { user: "ann", password: "hush" } },
      { pin: "[secret]", login: { user: "ann", password: "[secret]" } },
    ],
    [{ login: { user: "ann" } }, { login: { user: "ann" } }],
    [{ login: { user: "ann", password: undefined } }, { login: { user: "ann", password: undefined } }],
    [{}, {}],
  ])("of %j: %j", (given, kept) => {
    const before = structuredClone(given);
    expect(redact(tool, given)).toEqual(kept);
    expect(given, "the arguments themselves are not touched").toEqual(before);
  });

  test("what no secretFields names is kept", () => {
    const input = { login: { user: "ann", password: "hush" } };
    expect(redact({ ...tool, secretFields: ["login.user"] } as AnyWriteTool, input)).toEqual({
      login: { user: "[secret]", password: "hush" },
    });
  });
});

function refusal(given: unknown): string {
  try {
    parseInput(tool, given);
  } catch (error) {
    const { message, hint, details } = error as TrunkError;
    return JSON.stringify([message, hint, details]);
  }
  throw new Error("it was not refused");
}

describe("what a refused argument says", () => {
  test.each<[what: string, given: unknown]>([
    ["a secret on top", { pin: "hush-hush" }],
    ["a secret inside", { login: { user: "ann", password: "hush-hush" } }],
    ["a part of a secret", { login: { user: "ann", password: { value: "hush-hush" } } }],
    ["the object around a secret, as text", { login: '{"password":"hush-hush"}' }],
    ["the object around a secret, as a list", { login: ["hush-hush"] }],
    ["all arguments", "pin=hush-hush"],
    ["an unknown neighbour", { login: { user: "ann", password: "hush", passwd: "hush-hush" } }],
  ])("%s is not repeated", (_, given) => {
    expect(refusal(given)).not.toContain("hush-hush");
  });

  test("what is not secret is repeated, and named by its path", () => {
    expect(refusal({ login: { user: "hush-hush" } })).toMatch(/login\.user: .*received .{0,2}"hush-hush/);
    expect(refusal({ login: { user: "ann", passwd: "x" } })).toContain("login.passwd: no such field");
    expect(refusal({ login: {} })).toContain("received nothing");
  });
});
