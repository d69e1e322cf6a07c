import { describe, expect, test } from "vitest";
import { redactWords } from "../../src/core/secret.ts";

const secret = 'Corr&ct <Horse> "42"';

describe("a carrier's words that repeat a secret", () => {
  test.each<[string, string]>([
    ["whole", `refused: ${secret}`],
    ["as JSON", `refused: ${JSON.stringify(secret)}`],
    ["HTML-escaped", "refused: Corr&amp;ct &lt;Horse&gt; &quot;42&quot;"],
    ["in numbered entities", "refused: Corr&#38;ct &#x3c;Horse&#62;"],
    ["percent-encoded", `refused: ${encodeURIComponent(secret)}`],
    ["percent-encoded twice", `refused: ${encodeURIComponent(encodeURIComponent(secret))}`],
    ["cut short", `refused: ${secret.slice(0, 10)}...`],
    ["from its middle", `refused: ...${secret.slice(6, 16)}`],
    ["in capitals", `refused: ${secret.toUpperCase()}`],
    ["in base64", `refused: ${Buffer.from(secret).toString("base64")}`],
    ["in base64, after other words", `refused: ${Buffer.from(`AC1:${secret}`).toString("base64")}`],
    ["in hex", `refused: ${Buffer.from(secret).toString("hex")}`],
    ["in \\u escapes", `refused: ${[...secret].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}`],
  ])("%s tell none of it", (_, words) => {
    const left = redactWords(words, [secret]);
    for (let at = 0; at + 8 <= secret.length; at++) expect(left.toLowerCase()).not.toContain(secret.slice(at, at + 8).toLowerCase());
    expect(left).not.toContain(Buffer.from(secret).toString("base64").slice(0, 12));
    expect(decodeURIComponent(decodeURIComponent(left))).not.toContain("Horse");
  });

  test("others stay as they are", () => {
    const words = "The number +918044319240 is not yours (code 1008, ref 3a9f00112233445566).";
    expect(redactWords(words, [secret])).toBe(words);
    expect(redactWords(words, [])).toBe(words);
  });
});
