import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { expiredText, problems, tooOldText } from "../../src/approval/words.ts";
import { DECIDE_MS, LOCKED_MS, WRONG_TRIES } from "../../src/core/person-limits.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const read = (file: string) => readFileSync(join(root, file), "utf8");
const numbers = ["none", "one", "two", "three", "four", "five", "six"];

test("the words say how long a person may decide", () => {
  for (const text of [tooOldText, expiredText]) {
    const [, minutes] = /(\d+) minutes/.exec(text) ?? [];
    expect(Number(minutes) * 60_000).toBe(DECIDE_MS);
  }
});

const pinWords = Object.values(problems).map(({ text }) => text);
test.each([
  ["an approval", pinWords.join("\n")],
  ["a sign-in", read("src/pages/parts/sign-in.ts")],
])("the words of %s say how many wrong tries lock, and for how long", (_, words) => {
  const said = [...words.matchAll(/(\w+) wrong tries lock .*? for (\d+) minutes/g)];
  const locked = [...words.matchAll(/locked for (\d+) minutes after (\w+) wrong tries/g)].map(([all, minutes, tries]) => [
    all,
    tries,
    minutes,
  ]);
  expect(said.length * locked.length).toBe(1);
  for (const [, tries, minutes] of [...said, ...locked]) {
    expect(numbers.indexOf(tries?.toLowerCase() ?? "")).toBe(WRONG_TRIES);
    expect(Number(minutes) * 60_000).toBe(LOCKED_MS);
  }
});
