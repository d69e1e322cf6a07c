import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Framer, MAX_BYTES } from "../../src/sip/framer.ts";
import { runs } from "../support/runs.ts";

const message = (name: string, length?: number) =>
  `SIP/2.0 200 ${name}\r\n${length === undefined ? "" : `Content-Length: ${length}\r\n`}Via: x\r\n\r\n`;

function headsOf(stream: string, cuts: number[] = []): string[] {
  const framer = new Framer();
  const data = Buffer.from(stream);
  const edges = [0, ...cuts.map((cut) => cut % (data.length + 1)).sort((a, b) => a - b), data.length];
  return edges.slice(1).flatMap((edge, index) => framer.push(data.subarray(edges[index], edge)));
}

const names = (heads: string[]) => heads.map((head) => /200 (\w+)/.exec(head)?.[1]);

describe("a stream is cut into messages", () => {
  test.each([
    ["two in one", message("one", 0) + message("two", 0), ["one", "two"]],
    ["a body is passed over", `${message("one", 9)}SIP/2.0 2${message("two", 0)}`, ["one", "two"]],
    ["a body that holds an empty line", `${message("one", 8)}\r\n\r\n\r\n\r\n${message("two")}`, ["one", "two"]],
    ["the compact form of the length", `SIP/2.0 200 one\r\nl: 4\r\n\r\nbody${message("two")}`, ["one", "two"]],
    ["empty lines keep alive", `\r\n\r\n${message("one", 0)}\r\n\r\n${message("two", 0)}\r\n`, ["one", "two"]],
    ["no length is no body", message("one") + message("two"), ["one", "two"]],
    ["a length beyond belief: what was complete stands", `${message("one", Number.MAX_SAFE_INTEGER)}rest`, ["one"]],
    ["an unfinished head is none", message("one", 0).slice(0, -2), []],
  ])("%s", (_, stream, expected) => {
    expect(names(headsOf(stream))).toEqual(expected);
    expect(names(headsOf(stream, [...Buffer.from(stream).keys()]))).toEqual(expected);
  });

  test("wherever the chunks end, the same comes out", () => {
    const part = fc.oneof(
      fc.constantFrom("\r\n", "\r\n\r\n"),
      fc
        .tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[a-z\r\n]{0,12}$/))
        .map(([name, body]) => message(name, body.length) + body),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 20 }), (parts, cuts) => {
        const stream = parts.join("");
        expect(headsOf(stream, cuts)).toEqual(headsOf(stream));
        expect(headsOf(stream)).toHaveLength(parts.filter((text) => text.startsWith("SIP")).length);
      }),
      { numRuns: runs(2) },
    );
  });

  test("64 kB and no more, in one chunk or in many", () => {
    for (const size of [1_000_000, 1_000]) {
      const framer = new Framer();
      const chunk = Buffer.alloc(size, "x");
      expect(framer.push(Buffer.from(message("first", 0))).length).toBe(1);
      for (let sent = 0; sent <= MAX_BYTES; sent += size) framer.push(chunk);
      expect(framer.overflowed).toBe(true);
    }
    const exact = new Framer();
    exact.push(Buffer.alloc(MAX_BYTES, "x"));
    expect(exact.overflowed).toBe(false);
    exact.push(Buffer.from("x"));
    expect(exact.overflowed).toBe(true);
  });
});
