import { format, inspect } from "node:util";
import { serialize } from "node:v8";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { runs } from "../support/runs.ts";

/** Every way in which a value is printed by accident. */
const accidents: Record<string, (value: unknown) => string> = {
  "JSON.stringify": (value) => JSON.stringify(value),
  "JSON.stringify, deep": (value) => JSON.stringify({ a: [{ value }] }, null, 2),
  "a template string": (value) => `${value}`,
  concatenation: (value) => `key: ${String(value)}`,
  "Array.join": (value) => [value, value].join(),
  "an error's message": (value) => new Error(`refused ${value}`).stack ?? "",
  "an error's cause": (value) => inspect(new Error("refused", { cause: value })),
  inspect: (value) => inspect(value),
  "inspect, everything": (value) => inspect({ value }, { depth: null, showHidden: true, getters: true }),
  "inspect without custom inspection": (value) => inspect(value, { customInspect: false, showHidden: true, depth: null }),
  "inspect, in a map": (value) => inspect(new Map([["key", value]])),
  "format %s": (value) => format("%s", value),
  "format %o": (value) => format("%o", value),
  "format %O": (value) => format("%O", value),
  "format %j": (value) => format("%j", value),
  "format %d": (value) => format("%d", value),
  "its keys and values": (value) => inspect([Object.entries(value as object), Reflect.ownKeys(value as object)]),
  "a copy": (value) => inspect({ ...(value as object) }),
  "Object.assign": (value) => JSON.stringify(Object.assign({}, value)),
  "a structured clone": (value) => inspect(structuredClone(value)),
  "v8 serialization": (value) => serialize(value).toString("latin1"),
  "its prototype's descriptors": (value) => inspect(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(value)), { depth: null }),
};

const printed = (print: (value: unknown) => string, value: unknown) => {
  try {
    return print(value);
  } catch (error) {
    return inspect(error);
  }
};

describe("a Secret", () => {
  test.each(Object.entries(accidents))("is not in %s", (_, print) => {
    const value = fc.string({ minLength: 12, maxLength: 40 }).map((text) => `~canary~${text}`);
    fc.assert(
      fc.property(value, (given) => {
        const shown = printed(print, new Secret(given, "exotel/trunk/sip"));
        expect(shown).not.toContain("canary");
        expect(shown).not.toContain(Buffer.from(given).toString("base64"));
      }),
      { numRuns: runs() },
    );
  });

  test("is not what console writes", () => {
    const written: string[] = [];
    const write = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => written.push(String(chunk)) > 0);
    const log = vi.spyOn(console, "log").mockImplementation((...args) => void process.stdout.write(format(...args)));
    console.log("settings: %s", new Secret("~canary~"), { key: new Secret("~canary~") });
    for (const spy of [log, write]) spy.mockRestore();
    expect(written.join("")).toContain("[secret]");
    expect(written.join("")).not.toContain("canary");
  });

  test("is said when it is asked for, and names itself", () => {
    const secret = new Secret("~canary~", "exotel/trunk/sip");
    expect([secret.reveal(), secret.ref, String(secret), JSON.stringify({ secret })]).toEqual([
      "~canary~",
      "exotel/trunk/sip",
      "[secret]",
      '{"secret":"[secret]"}',
    ]);
  });

  test("that kept its value in a plain field would be seen by these checks", () => {
    class Careless {
      readonly value = "~canary~";
      toString() {
        return "[secret]";
      }
    }
    const seenIn = Object.entries(accidents).filter(([, print]) => printed(print, new Careless()).includes("canary"));
    expect(seenIn.map(([name]) => name)).toEqual(
      expect.arrayContaining(["JSON.stringify", "inspect", "format %o", "a copy", "a structured clone", "v8 serialization"]),
    );
  });
});
