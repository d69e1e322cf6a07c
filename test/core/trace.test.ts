import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { currentTrace, runTraced } from "../../src/core/call-context.ts";
import { childTraceparent, readTraceContext } from "../../src/core/trace-context.ts";
import { runs } from "../support/runs.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";
const traceparent = `00-${traceId}-${spanId}-01`;

describe("a traceparent", () => {
  test.each([
    ["of version 00", traceparent],
    ["of a later version", `01-${traceId}-${spanId}-01`],
    ["of a later version, with fields that are not known yet", `cc-${traceId}-${spanId}-01-what.the-future-will-be`],
    ["with flags that are not known yet", `00-${traceId}-${spanId}-ff`],
  ])("%s is taken", (_, given) => {
    expect(readTraceContext({ traceparent: given })).toEqual({ traceparent: given });
  });

  test.each([
    ["of version ff", `ff-${traceId}-${spanId}-01`],
    ["of version 00 with more fields", `${traceparent}-more`],
    ["of version 00 that goes on", `${traceparent}-`],
    ["in capitals", traceparent.toUpperCase()],
    ["without a trace id", `00-${"0".repeat(32)}-${spanId}-01`],
    ["without a span id", `00-${traceId}-${"0".repeat(16)}-01`],
    ["with a short trace id", `00-${traceId.slice(1)}-${spanId}-01`],
    ["without flags", `00-${traceId}-${spanId}`],
    ["with a line break", `${traceparent}\r\nx-evil: 1`],
    ["with a line break at its end", `${traceparent}\n`],
    ["that came twice", `${traceparent}, ${traceparent}`],
    ["that is endless", `01-${traceId}-${spanId}-01-${"a".repeat(300)}`],
    ["that is no text", 1],
    ["that is not there", undefined],
  ])("%s is dropped, and its tracestate with it", (_, given) => {
    expect(readTraceContext({ traceparent: given, tracestate: "a=1" })).toEqual({});
  });
});

describe("a tracestate", () => {
  test.each([
    ["one member", "vendor=value"],
    ["several, spaced", "a=1, b=2 ,\tc=3"],
    ["a tenant's", "4acme@vendor=x"],
    ["empty members", "a=1,,b=2"],
    ["spaces inside", "a=b c"],
  ])("with %s goes along", (_, tracestate) => {
    expect(readTraceContext({ traceparent, tracestate })).toEqual({ traceparent, tracestate });
  });

  test.each([
    ["nothing", ""],
    ["no value", "a="],
    ["no key", "=1"],
    ["a key twice", "a=1,a=2"],
    ["two equals signs", "a=1=2"],
    ["capitals in a key", "A=1"],
    ["a line break", "a=1\r\nx-evil: 1"],
    ["what is not ASCII", "a=é"],
    ["33 members", Array.from({ length: 33 }, (_, index) => `k${index}=1`).join()],
    ["513 characters", `${Array.from({ length: 5 }, (_, index) => `k${index}=${"x".repeat(99)}`).join()}`.padEnd(513, "x")],
    ["no text at all", ["a=1"]],
  ])("with %s is dropped, and the parent stays", (_, tracestate) => {
    expect(readTraceContext({ traceparent, tracestate })).toEqual({ traceparent });
  });
});

test("what was taken can always be sent on, as what version 00 allows", () => {
  const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
  fc.assert(
    fc.property(hex(2), hex(32), hex(16), hex(2), hex(16), (version, trace, parent, flags, next) => {
      fc.pre(!/^0+$/.test(next));
      const { traceparent: taken } = readTraceContext({ traceparent: `${version}-${trace}-${parent}-${flags}` });
      fc.pre(taken !== undefined);
      const child = childTraceparent(taken ?? "", next);
      expect(child).toMatch(new RegExp(`^00-${trace}-${next}-0[0-3]$`));
      expect(readTraceContext({ traceparent: child })).toEqual({ traceparent: child });
      expect(Number.parseInt(child.slice(-2), 16) & 1).toBe(Number.parseInt(flags, 16) & 1);
    }),
    { numRuns: runs() },
  );
});

describe("a trace is known to everything that its run causes", () => {
  const seen = (id: string, looks = 1) =>
    runTraced({ requestId: id }, async () => {
      for (let look = 0; look < looks; look++) await new Promise((resolve) => setImmediate(resolve));
      return currentTrace()?.requestId;
    });

  test("and to nothing else", async () => {
    expect(await Promise.all([seen("a"), seen("b")])).toEqual(["a", "b"]);
    expect(currentTrace()).toBeUndefined();
  });

  test("also while others end and begin beside it, and again after all have ended", async () => {
    const long = seen("long", 20);
    expect([await seen("a"), await seen("b", 5)]).toEqual(["a", "b"]);
    expect(await long).toBe("long");
    expect(await seen("c")).toBe("c");
  });
});
