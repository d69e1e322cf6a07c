import { chmod, mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { TrunkError } from "../core/errors.ts";

/** The file with its links followed, so that a link to a person's collection of settings stays one. */
export async function realFile(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    const folder = dirname(file);
    return folder === file ? file : join(await realFile(folder), basename(file));
  }
}

export async function insistOnHome(file: string, home: string): Promise<void> {
  const inside = relative(await realFile(home), await realFile(file));
  if (inside !== ".." && !inside.startsWith(`..${sep}`) && inside !== "" && !/^[a-zA-Z]:|^\//.test(inside)) return;
  throw new TrunkError("forbidden", `${file} is not in your home folder. Nothing was changed. If you mean that file, name it with --file.`);
}

/** The file's text, or nothing where there is none. */
export async function readText(file: string): Promise<string | undefined> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw untouched(file, "read", error);
  });
  const text = bytes?.toString("utf8");
  if (bytes === undefined || text === undefined || bytes.equals(Buffer.from(text))) return text;
  throw new TrunkError("unsupported", `${file} is not written in UTF-8. Nothing was changed. Save it as UTF-8, then run this again.`);
}

interface Replacing {
  /** Nobody else may read it from now on. */
  isPrivate: boolean;
  /** A copy of what is replaced stays. */
  keeps: boolean;
}

/** Replaces the file in one step, and only while it is as it was read: its client may write to it at any time. */
export async function replaceText(file: string, before: string | undefined, after: string, how: Replacing): Promise<void> {
  await insistUnchanged(file, before);
  const next = `${file}.trunkline-new`;
  try {
    if (how.keeps) await keepBackup(file);
    const mode = before === undefined ? 0o600 : (await stat(file)).mode & (how.isPrivate ? 0o700 : 0o777);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(next, after, { mode: 0o600 });
    await chmod(next, mode);
    await rename(next, file);
  } catch (error) {
    await rm(next, { force: true });
    throw untouched(file, "written", error as NodeJS.ErrnoException);
  }
}

export const backupOf = (file: string) => `${file}.trunkline-backup`;

/** Keeps the file's bytes, and who may read them. */
async function keepBackup(file: string): Promise<void> {
  const bytes = await readFile(file);
  const { mode } = await stat(file);
  await rm(backupOf(file), { force: true });
  await writeFile(backupOf(file), bytes, { mode: 0o600 });
  await chmod(backupOf(file), mode & 0o777);
}

export async function dropBackup(file: string): Promise<void> {
  await rm(backupOf(file), { force: true });
}

/** Puts back the file as it was, or takes it away where there was none. */
export async function restore(file: string, before: string): Promise<void> {
  await insistUnchanged(file, before);
  const kept = await stat(backupOf(file)).catch(() => undefined);
  if (kept) await rename(backupOf(file), file);
  else await rm(file);
}

async function insistUnchanged(file: string, before: string | undefined): Promise<void> {
  if ((await readText(file)) === before) return;
  throw new TrunkError("conflict", `${file} has changed meanwhile. Nothing was done. Run this again.`);
}

function untouched(file: string, what: string, { code }: NodeJS.ErrnoException): TrunkError {
  return new TrunkError("forbidden", `${file} could not be ${what} (${code ?? "unknown"}). Nothing was changed.`);
}
