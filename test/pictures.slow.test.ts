import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { linesOf } from "../scripts/draw-terminal.mjs";
import { play, steady, textOfPage } from "../scripts/pictures.mjs";
import { root } from "./support/doc-pages.ts";
import { needs } from "./support/needs.ts";
import { mainFile } from "./support/process.ts";
import { python } from "./support/pty.ts";

const images = join(root, "docs", "images");
const read = (name: string) => readFileSync(join(images, name), "utf8");

describe("the README's pictures, made again from the program as it is now", () => {
  test("show the same words; npm run build && npm run pictures draws them anew", needs({ python3: python }), async () => {
    let page = "";
    const told = await play(mainFile(), async (url) => {
      page = steady(textOfPage(await (await fetch(url)).text()));
    });
    const drawn = [...read("delete.svg").matchAll(/^<text [^>]*>(.*)<\/text>$/gm)].map(([, text = ""]) =>
      text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"),
    );
    expect(drawn.length).toBeGreaterThan(15);
    expect(drawn).toEqual(linesOf(told, steady).map(({ text }) => text));
    expect(read("approval-page.txt")).toBe(`${page}\n`);
  });

  test("are small, and the recording loads and runs nothing", () => {
    expect(statSync(join(images, "delete.svg")).size).toBeLessThan(500_000);
    expect(statSync(join(images, "approval-page.png")).size).toBeLessThan(150_000);
    expect(read("delete.svg")).not.toMatch(/<script|<image|href|url\(|@import/);
  });
});
