import { describe, expect, test } from "vitest";
import { folded, screenOf } from "../../src/core/screen.ts";

describe("colour", () => {
  test.each<[string, { isTTY?: boolean }, Record<string, string>, boolean]>([
    ["a terminal", { isTTY: true }, {}, true],
    ["a pipe", {}, {}, false],
    ["a terminal with NO_COLOR", { isTTY: true }, { NO_COLOR: "1" }, false],
    ["a terminal with an empty NO_COLOR", { isTTY: true }, { NO_COLOR: "" }, true],
    ["a dumb terminal", { isTTY: true }, { TERM: "dumb" }, false],
    ["a pipe with FORCE_COLOR", {}, { FORCE_COLOR: "1" }, true],
    ["a terminal with FORCE_COLOR=0", { isTTY: true }, { FORCE_COLOR: "0" }, false],
    ["both: FORCE_COLOR decides", {}, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
  ])("%s", (_, stream, environment, coloured) => {
    const { paint } = screenOf(stream, environment);
    expect(paint("red", "text")).toBe(coloured ? "\u001b[31mtext\u001b[39m" : "text");
  });
});

test("the width is the window's, 80 where nobody knows, and never too wide to read", () => {
  expect([{ columns: 60 }, {}, { columns: 0 }, { columns: 300 }].map((stream) => screenOf(stream, {}).width)).toEqual([60, 80, 80, 100]);
});

describe("a long line", () => {
  test("is broken between words, and goes on under its indent", () => {
    expect(folded("one two three", 10, 2)).toBe("one two\n  three");
    expect(folded("one two three", 80, 2)).toBe("one two three");
  });

  test("keeps a word that is too long whole, so that it can be copied", () => {
    expect(folded("see https://127.0.0.1:4000/approve/abc now", 10)).toBe("see\nhttps://127.0.0.1:4000/approve/abc\nnow");
  });
});
