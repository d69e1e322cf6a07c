import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { providers } from "../src/providers/index.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const names = providers.flatMap(({ id, title }) => [id, title.toLowerCase()]);

/** Lines that name a carrier, a header or a host of one included. */
function named(file: string, text: string): string[] {
  const lines = text.split("\n").map((line, index) => ({ line, at: `${file}:${index + 1}` }));
  return lines.filter(({ line }) => names.some((name) => line.toLowerCase().includes(name))).map(({ line, at }) => `${at} ${line.trim()}`);
}

describe("carriers' names", () => {
  test("stand in no source outside of the carriers' own folders, tools, prompts and guides", () => {
    const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
      .map((file) => `src/${file}`)
      .filter((file) => /\.(ts|json)$/.test(file) && !file.startsWith("src/providers/"));
    expect(files.length).toBeGreaterThan(200);
    expect(files.flatMap((file) => named(file, readFileSync(join(root, file), "utf8")))).toEqual([]);
  });

  test.each([
    ['const host = "in.voip.exotel.com";'],
    ['append_hf("X-Exotel-ErrorCode: 4001")'],
    ["// DIDWW keeps it so."],
    ['if (id === "vyom") return;'],
  ])("%s would be found", (line) => {
    expect(named("src/check/x.ts", `// fine\n${line}`)).toEqual([`src/check/x.ts:2 ${line}`]);
  });

  test("a word that holds no name is not found", () => {
    expect(named("src/check/x.ts", "a carrier, a gateway and a trunk")).toEqual([]);
  });
});
