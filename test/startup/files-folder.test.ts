import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { readConfiguration } from "../../src/core/config.ts";
import { filesFolder } from "../../src/startup/files-folder.ts";

const home = "/home/asha";
const own = { home, isOwn: (folder: string) => folder.startsWith(home) };

describe("the folder of a person's files", () => {
  test.each([
    ["/", `${home}/trunkline`],
    ["/usr/lib/node_modules", `${home}/trunkline`],
    [`${home}/AppData/Local/Programs/client`, `${home}/trunkline`],
    [`${home}/Library/Application Support/client`, `${home}/trunkline`],
    [`${home}/.cache/client`, `${home}/trunkline`],
    [`${home}/code/bot`, `${home}/code/bot`],
    [home, home],
  ])("started in %s: %s", (working, expected) => {
    expect(filesFolder({ TRUNKLINE_FILES: undefined }, working, own)).toBe(expected);
    expect(filesFolder({ TRUNKLINE_FILES: "/srv/files" }, working, own)).toBe("/srv/files");
  });

  test("the root is nobody's, and a folder of this user is theirs", () => {
    const mine = mkdtempSync(`${tmpdir()}/trunkline-own-`);
    expect(filesFolder({ TRUNKLINE_FILES: undefined }, mine)).toBe(mine);
    rmSync(mine, { recursive: true });
    expect(filesFolder({ TRUNKLINE_FILES: undefined }, "/")).toBe(`${homedir()}/trunkline`);
    expect(filesFolder({ TRUNKLINE_FILES: undefined }, mine)).toBe(`${homedir()}/trunkline`);
  });

  test("a relative path is refused at the start", () => {
    expect(() => readConfiguration({ TRUNKLINE_FILES: "files" }, [])).toThrow(
      "TRUNKLINE_FILES has a value that cannot be used: expected an absolute path",
    );
  });
});
