import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { DECIDE_MS, LOCKED_MS, WRONG_TRIES } from "../../src/core/person-limits.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const read = (file: string) => readFileSync(join(root, file), "utf8");
const numbers = ["none", "one", "two", "three", "four", "five", "six"];

test("the words say how long a person may decide", () => {
  const [, minutes] = /older than (\d+) minutes/.exec(read("src/approval/agree.ts")) ?? [];
  expect(Number(minutes) * 60_000).toBe(DECIDE_MS);
});

test.each(["src/approval/words.ts", "src/pages/parts/sign-in.ts"])("%s says how many wrong tries lock, and for how long", (file) => {
  const said = [...read(file).matchAll(/(\w+) wrong tries lock .*? for (\d+) minutes/g)];
  const locked = [...read(file).matchAll(/locked for (\d+) minutes after (\w+) wrong tries/g)].map(([all, minutes, tries]) => [
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
