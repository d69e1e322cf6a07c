import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";

/** Things that are absent, and the words that say so after their names. */
export interface Absence {
  names: string[];
  are: string;
}

declare module "vitest" {
  interface TaskMeta {
    absent?: Absence;
  }
}

interface Options {
  skip?: true;
  meta?: { absent: Absence };
}

/**
 * Options of a test, or of a group, that needs something of the machine. The one way to skip: it carries the reason, which
 * the run prints at its end.
 */
function unless(names: string[], are: string): Options {
  return names.length === 0 ? {} : { skip: true, meta: { absent: { names, are } } };
}

/** By name, where each program was found, if it was. */
export function needs(found: Record<string, string | undefined>): Options {
  const names = Object.keys(found).filter((name) => found[name] === undefined);
  return unless(names, "not installed");
}

const root = resolve(import.meta.dirname, "../..");

/** Third-party documents, which are not part of this repository. */
export function needsFiles(paths: string[]): Options {
  const names = paths.filter((path) => !existsSync(path)).map((path) => relative(root, path));
  return unless(names, "not there");
}
