import { constants } from "node:fs";
import { lstat, mkdir, open, realpath, rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TrunkError } from "../core/errors.ts";
import { quoteText } from "../core/text.ts";
import { partsIn, partsOf, refusePath, shownFolder } from "./paths.ts";

export interface FileToWrite {
  name: string;
  text: string;
}

export interface WriteOptions {
  /** A person agreed that existing files are replaced. */
  replace?: boolean;
}

interface Made {
  path: string;
  ino: number;
  dev: number;
}

interface Planned extends FileToWrite {
  path: string;
  /** A regular file stands there, and is to be replaced. */
  exists: boolean;
}

/**
 * Writes files that may hold passwords into a folder under `base`, for their owner's eyes alone, all or none. Never through
 * a link, never over an existing file unless told. Returns the paths, relative to `base`.
 */
export async function writePrivateFiles(
  base: string,
  folder: string,
  files: FileToWrite[],
  { replace = false }: WriteOptions = {},
): Promise<string[]> {
  const parts = partsIn(base, folder, "folder");
  for (const { name } of files) {
    if (partsOf(name, "name").length !== 1) refusePath("name", "names a folder inside the folder");
  }
  const names = new Set(files.map(({ name }) => name.toLowerCase()));
  if (names.size !== files.length) refusePath("name", "is given twice");
  try {
    await placeFiles(base, parts, files, replace);
  } catch (error) {
    throw error instanceof TrunkError ? error : failed(error, base);
  }
  return files.map(({ name }) => [...parts, name].join("/"));
}

async function placeFiles(base: string, parts: string[], files: FileToWrite[], replace: boolean): Promise<void> {
  const directory = await enter(base, parts);
  const planned = await Promise.all(files.map((file) => plan(directory, file)));
  const existing = planned.filter(({ exists }) => exists).map(({ name }) => [...parts, name].join("/"));
  if (existing.length > 0 && !replace) throw taken(existing);
  await writeAll(directory, planned);
}

/** Names the files that exist already: a person is asked before they are replaced. Creates nothing. */
export async function existingFiles(base: string, folder: string, names: string[]): Promise<string[]> {
  const parts = partsIn(base, folder, "folder");
  const found = await Promise.all(
    names.map((name) =>
      lstat(join(base, ...parts, name)).then(
        () => name,
        () => undefined,
      ),
    ),
  );
  return found.filter((name) => name !== undefined).map((name) => [...parts, name].join("/"));
}

/** The folder, made where it is missing. Each component is looked at itself, so that none of them is a link to elsewhere. */
async function enter(base: string, parts: string[]): Promise<string> {
  await mkdir(base, { recursive: true, mode: 0o700 });
  let at = await realpath(base);
  let ignored = false;
  for (const part of parts) {
    at = join(at, part);
    const made = await isMade(at);
    const found = await lstat(at);
    if (found.isSymbolicLink()) refusePath("folder", `holds ${quoteText(part)}, which is a link`);
    if (!found.isDirectory()) refusePath("folder", `holds ${quoteText(part)}, which is a file`);
    // Files with passwords stay out of the commits of a project around them.
    if (made && !ignored) await writeFile(join(at, ".gitignore"), "*\n", { flag: "wx", mode: 0o600 });
    ignored ||= made;
  }
  return at;
}

/** Makes a folder where there is none; false where there is something. */
async function isMade(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function plan(directory: string, file: FileToWrite): Promise<Planned> {
  const path = join(directory, file.name);
  const found = await lstat(path).catch(() => undefined);
  if (found && !found.isFile())
    refusePath("name", `${quoteText(file.name)} exists and is no file of its own (a link, a folder or a device)`);
  return { ...file, path, exists: found !== undefined };
}

/** New files and the replacements of old ones are complete on the disk before any old file is let go. */
async function writeAll(directory: string, files: Planned[]): Promise<void> {
  const made: Made[] = [];
  try {
    for (const file of files) {
      const path = file.exists ? join(directory, `${file.name}.${process.pid}.${Date.now()}.new`) : file.path;
      await create(directory, path, file.text, made);
    }
    for (const [index, file] of files.entries()) {
      if (file.exists) await rename(made[index]?.path ?? file.path, file.path);
    }
  } catch (error) {
    await Promise.all(made.map((file) => takeBack(file).catch(() => undefined)));
    throw error;
  }
}

/** Only what was made here: the path may lead to somebody else's file by now. */
async function takeBack({ path, ino, dev }: Made): Promise<void> {
  const found = await lstat(path);
  if (found.ino === ino && found.dev === dev) await unlink(path);
}

async function create(directory: string, path: string, text: string, made: Made[]): Promise<void> {
  // Windows knows no such flag; there only the check after opening protects.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(path, flags, 0o600).catch((error: unknown) => {
    throw codeOf(error) === "EEXIST" ? taken([path.slice(directory.length + 1)]) : error;
  });
  try {
    const { ino, dev } = await handle.stat();
    made.push({ path, ino, dev });
    await stillHere(directory, { path, ino, dev });
    await handle.chmod(0o600);
    await handle.writeFile(text, "utf8");
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A folder may be swapped for a link between looking and opening: nothing is written until the open file is seen to be here. */
async function stillHere(directory: string, { path, ino, dev }: Made): Promise<void> {
  const [found, real] = await Promise.all([lstat(path), realpath(directory)]);
  if (real !== directory || ino !== found.ino || dev !== found.dev) refusePath("folder", "changed while it was written to");
}

function taken(candidates: string[]): TrunkError {
  const named = candidates.map((path) => quoteText(path)).join(", ");
  return new TrunkError("conflict", `${named} exists already. Nothing was written.`, {
    hint: "Name another folder, or ask the person whether to replace it.",
    candidates,
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function failed(error: unknown, base: string): TrunkError {
  return new TrunkError(
    "invalid_input",
    `The files could not be written into ${shownFolder(base)} (${codeOf(error) ?? "unknown reason"}). None of them was left behind.`,
    {
      field: "folder",
      hint: "The operator sets TRUNKLINE_FILES to a folder that this user may write to.",
      applied: false,
    },
  );
}
