import { execFile } from "node:child_process";
import { chmod, link, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TrunkError } from "../../src/core/errors.ts";
import { partsOf } from "../../src/pbx/paths.ts";
import { existingFiles, writePrivateFiles } from "../../src/pbx/write-files.ts";
import { runs } from "../support/runs.ts";

let outer: string;
let base: string;
beforeEach(async () => {
  outer = await mkdtemp(join(tmpdir(), "trunkline-files-"));
  base = join(outer, "work");
  await mkdir(base);
});
afterEach(() => rm(outer, { recursive: true, force: true }));

const files = [
  { name: "a.conf", text: "secret a" },
  { name: "b.conf", text: "secret b" },
];
const refused = (code: string) => expect.objectContaining({ code, message: expect.not.stringContaining("secret") });
const mode = async (path: string) => (await stat(path)).mode & 0o777;

describe("writing", () => {
  test("makes folders and files for their owner alone, whatever the umask says", async () => {
    const before = process.umask(0);
    try {
      expect(await writePrivateFiles(base, "pbx/exotel", files)).toEqual(["pbx/exotel/a.conf", "pbx/exotel/b.conf"]);
    } finally {
      process.umask(before);
    }
    expect(await readFile(join(base, "pbx/exotel/a.conf"), "utf8")).toBe("secret a");
    expect([await mode(join(base, "pbx")), await mode(join(base, "pbx/exotel"))]).toEqual([0o700, 0o700]);
    expect(await mode(join(base, "pbx/exotel/b.conf"))).toBe(0o600);
  });

  test.each(["", ".", "./pbx", "pbx/", "Füße/büro"])("takes %j", async (folder) => {
    await writePrivateFiles(base, folder, files);
    expect(await existingFiles(base, folder, ["a.conf", "b.conf", "c.conf"])).toHaveLength(2);
  });

  test("never goes over an existing file, and then writes none at all", async () => {
    await writeFile(join(base, "b.conf"), "mine");
    await expect(writePrivateFiles(base, "", files)).rejects.toEqual(refused("conflict"));
    expect(await readdir(base)).toEqual(["b.conf"]);
    expect(await readFile(join(base, "b.conf"), "utf8")).toBe("mine");
  });

  test("replaces when told, keeps nothing of the old file's mode or links, and leaves no other file", async () => {
    await writeFile(join(base, "b.conf"), "mine", { mode: 0o644 });
    await link(join(base, "b.conf"), join(outer, "second-name"));
    await writePrivateFiles(base, "", files, { replace: true });
    expect((await readdir(base)).sort()).toEqual(["a.conf", "b.conf"]);
    expect(await readFile(join(base, "b.conf"), "utf8")).toBe("secret b");
    expect(await mode(join(base, "b.conf"))).toBe(0o600);
    expect(await readFile(join(outer, "second-name"), "utf8")).toBe("mine");
  });

  test("of ten at the same time one writes, and the others find it", async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => writePrivateFiles(base, "pbx", [{ name: "a", text: `${index}` }])),
    );
    const failed = results.filter((result) => result.status === "rejected");
    expect(failed).toHaveLength(9);
    for (const { reason } of failed) expect(reason).toEqual(refused("conflict"));
  });

  test("makes the folder of files itself where it is missing", async () => {
    expect(await writePrivateFiles(join(base, "new", "trunkline"), "x", files)).toEqual(["x/a.conf", "x/b.conf"]);
    expect(await mode(join(base, "new", "trunkline"))).toBe(0o700);
  });

  test("the folder of files may be named before the path, and another absolute path is refused by its name", async () => {
    expect(await writePrivateFiles(base, join(base, "pbx"), files)).toEqual(["pbx/a.conf", "pbx/b.conf"]);
    expect(await existingFiles(base, join(base, "pbx"), ["a.conf"])).toEqual(["pbx/a.conf"]);
    for (const elsewhere of [`${base}-other/pbx`, "/etc/asterisk", join(base, "..", "x")]) {
      const named = expect.objectContaining({ code: "invalid_input", message: expect.stringContaining(base) });
      await expect(writePrivateFiles(base, elsewhere, files)).rejects.toEqual(named);
    }
    await expect(writePrivateFiles(base, `${base}/../x`, files)).rejects.toEqual(refused("invalid_input"));
  });

  test("folders that are made keep their files out of commits, and folders that were there stay as they are", async () => {
    await mkdir(join(base, "mine"));
    await writePrivateFiles(base, "mine", files);
    await writePrivateFiles(base, "pbx/office", files);
    await promisify(execFile)("git", ["init", "--quiet", base]);
    const { stdout } = await promisify(execFile)("git", ["-C", base, "status", "--porcelain", "--untracked-files=all"]);
    expect(stdout.trim().split("\n").sort()).toEqual(["?? mine/a.conf", "?? mine/b.conf"]);
  });

  test("a folder that may not be written to is named, with the setting that changes it", async () => {
    await writeFile(join(base, "file"), "");
    const error = await writePrivateFiles(join(base, "file", "below"), "x", files).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      message: expect.stringContaining(join(base, "file", "below")),
      hint: expect.stringContaining("TRUNKLINE_FILES"),
    });
    await expect(writePrivateFiles(base, "file/x", files)).rejects.toEqual(refused("invalid_input"));
  });
});

describe("links", () => {
  test("a folder that is a link is not entered, wherever in the path", async () => {
    await mkdir(join(outer, "elsewhere"));
    await symlink(join(outer, "elsewhere"), join(base, "link"));
    await mkdir(join(base, "real"));
    await symlink("../../elsewhere", join(base, "real", "link"));
    for (const folder of ["link", "link/deeper", "real/link", "real/link/x"]) {
      await expect(writePrivateFiles(base, folder, files)).rejects.toEqual(refused("invalid_input"));
    }
    expect(await readdir(join(outer, "elsewhere"))).toEqual([]);
  });

  test.each([true, false])(
    "a file that is a link, also one to nowhere, is neither followed nor replaced (replace: %s)",
    async (replace) => {
      await symlink(join(outer, "target"), join(base, "a.conf"));
      await expect(writePrivateFiles(base, "", files, { replace })).rejects.toEqual(refused("invalid_input"));
      expect((await lstat(join(base, "a.conf"))).isSymbolicLink()).toBe(true);
      expect(await readdir(outer)).toEqual(["work"]);
    },
  );

  test("the base itself may be reached over a link", async () => {
    await symlink(base, join(outer, "shortcut"));
    await writePrivateFiles(join(outer, "shortcut"), "", files);
    expect(await readdir(base)).toHaveLength(2);
  });

  test("nothing secret is found outside when the folder is swapped for a link again and again", async () => {
    const elsewhere = join(outer, "elsewhere");
    await mkdir(elsewhere);
    let swapping = true;
    const swap = async () => {
      while (swapping) {
        await rename(join(base, "pbx"), join(base, "kept")).catch(() => undefined);
        await symlink(elsewhere, join(base, "pbx")).catch(() => undefined);
        await rm(join(base, "pbx")).catch(() => undefined);
        await rename(join(base, "kept"), join(base, "pbx")).catch(() => undefined);
      }
    };
    await mkdir(join(base, "pbx"));
    const swapper = swap();
    for (let round = 0; round < 150; round += 1) {
      await writePrivateFiles(base, "pbx", [{ name: `f${round}`, text: "secret" }]).catch(() => undefined);
    }
    swapping = false;
    await swapper;
    const texts = await Promise.all((await readdir(elsewhere)).map((name) => readFile(join(elsewhere, name), "utf8")));
    expect(texts.join("")).not.toContain("secret");
  });
});

describe("names", () => {
  test.each([
    "..",
    "../x",
    "a/../../x",
    "/etc",
    "\\\\server\\share",
    "C:\\x",
    "c:x",
    "~/x",
    "~root",
    ".git/hooks",
    "a/.ssh",
    "-rf",
    "a//b",
    "a\0b",
    "a\nb",
    "a\u202eb",
    "a\\b",
    "a:b",
    "a?",
    "a ",
    " a",
    "a.",
    "CON",
    "nul.txt",
    "Com1.conf",
    "lpt9",
    "aux",
    "x".repeat(201),
    "ü".repeat(101),
  ])("%j is refused as a folder and as a file", async (name) => {
    await expect(writePrivateFiles(base, name, files)).rejects.toEqual(refused("invalid_input"));
    await expect(writePrivateFiles(base, "", [{ name, text: "secret" }])).rejects.toEqual(refused("invalid_input"));
    expect(await readdir(outer)).toEqual(["work"]);
    expect(await readdir(base)).toEqual([]);
  });

  test.each(["", ".", "a/b"])("%j is no name of a file", async (name) => {
    await expect(writePrivateFiles(base, "", [{ name, text: "x" }])).rejects.toEqual(refused("invalid_input"));
  });

  test("two files whose names differ in case only are refused", async () => {
    const both = [files[0], { name: "A.CONF", text: "x" }].filter((file) => file !== undefined);
    await expect(writePrivateFiles(base, "", both)).rejects.toEqual(refused("invalid_input"));
  });

  test("whatever is taken stays inside", () => {
    const piece = fc.oneof(fc.constantFrom("..", ".", "/", "\\", "a", "b", "~", ":", "-", "\0"), fc.string({ maxLength: 4 }));
    let taken = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        try {
          const parts = partsOf(pieces.join(""), "folder");
          taken += 1;
          expect(join("/base", ...parts)).toMatch(/^\/base(\/|$)/);
          expect(parts.every((part) => part !== ".." && !/[\\/\0]/.test(part))).toBe(true);
        } catch (error) {
          if (!(error instanceof TrunkError)) throw error;
        }
      }),
      { numRuns: runs() },
    );
    expect(taken).toBeGreaterThan(5);
  });
});

test("a full disk or a read-only folder leaves nothing behind", async () => {
  await mkdir(join(base, "closed"));
  await chmod(join(base, "closed"), 0o500);
  const asRoot = process.getuid?.() === 0;
  const result = await writePrivateFiles(base, "closed", files).catch((error: unknown) => error);
  // Root may write anywhere: only another user meets the refusal.
  if (!asRoot) expect(result).toEqual(refused("invalid_input"));
  await chmod(join(base, "closed"), 0o700);
  expect(await readdir(join(base, "closed"))).toHaveLength(asRoot ? 2 : 0);
});
