import { statSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import type { ServerSettings } from "../core/config.ts";

export interface Surroundings {
  home: string;
  /** The working folder belongs to the person who runs this. */
  isOwn(folder: string): boolean;
}

/**
 * The folder under which a person's files are written and read: the one that the operator set, the working folder where a
 * person works, else `~/trunkline`. Desktop clients start servers in `/`, or in a folder of their own program.
 */
export function filesFolder(
  { TRUNKLINE_FILES: set }: Pick<ServerSettings, "TRUNKLINE_FILES">,
  working: string,
  { home, isOwn }: Surroundings = { home: homedir(), isOwn: belongsToUser },
): string {
  if (set !== undefined) return set;
  return !isRoot(working) && !isOfPrograms(relative(home, working)) && isOwn(working) ? working : join(home, "trunkline");
}

function isRoot(folder: string): boolean {
  return dirname(folder) === folder;
}

/** In a home, what is hidden and what is named so belongs to programs. */
function isOfPrograms(inHome: string): boolean {
  const [first = ""] = inHome.split(sep);
  return first === "AppData" || first === "Library" || (first.startsWith(".") && first !== "..");
}

function belongsToUser(folder: string): boolean {
  // Windows has no owner to compare: there a person's folders are those in their home.
  if (process.platform === "win32") return !relative(homedir(), folder).startsWith("..");
  try {
    return statSync(folder).uid === userInfo().uid;
  } catch {
    return false;
  }
}
