import { homedir } from "node:os";
import { relative, sep } from "node:path";
import { TrunkError } from "../core/errors.ts";

/** Names that mean a device on Windows, with any ending. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
const MAX_BYTES = 200;

export function refusePath(field: string, reason: string): never {
  throw new TrunkError("invalid_input", `The ${field} ${reason}. Nothing was written.`, {
    field,
    hint: "Name a folder like pbx/office, in plain letters.",
  });
}

/** The folder of a person's files, as they write it themselves. */
export function shownFolder(base: string): string {
  const inHome = relative(homedir(), base);
  return inHome === "" || inHome.startsWith("..") ? base : ["~", ...inHome.split(sep)].join("/");
}

/** The components of a path inside the folder of a person's files, which may be named before it. */
export function partsIn(base: string, path: string, field: string): string[] {
  const shown = shownFolder(base);
  const named = [base, shown].find((folder) => path === folder || path.startsWith(`${folder}/`));
  const inside = named === undefined ? path : path.slice(named.length + 1);
  if (isAbsolutePath(inside)) refusePath(field, `is outside ${shown}, the folder of files, which TRUNKLINE_FILES sets`);
  return partsOf(inside, field);
}

function isAbsolutePath(path: string): boolean {
  return /^(?:[\\/]|[A-Za-z]:|~)/.test(path);
}

/** The components of a relative path, each a plain name on every system. An empty path is the base itself. */
export function partsOf(path: string, field: string): string[] {
  if (path === "" || path === ".") return [];
  if (isAbsolutePath(path)) refusePath(field, "is outside the folder of files");
  const parts = path.replace(/^\.\//, "").replace(/\/$/, "").split("/");
  for (const part of parts) {
    const reason = whyNot(part);
    if (reason) refusePath(field, reason);
  }
  return parts;
}

function whyNot(part: string): string | undefined {
  if (part === "..") return "leads out of the folder of files";
  if (part === "") return "holds an empty name";
  // A file with a password must be seen, and .git, .ssh and the like hold what others run.
  if (part.startsWith(".")) return "holds a hidden name, which begins with a full stop";
  if (part.startsWith("-")) return "holds a name that begins with a hyphen, which commands take for an option";
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(part) || !part.isWellFormed()) return "holds a control character";
  if (/[\\:*?"<>|]/.test(part)) return "holds a character that not every system takes in a name";
  if (part !== part.trim() || part.endsWith(".")) return "holds a name that begins or ends with a blank, or ends with a full stop";
  if (DEVICE.test(part)) return "holds a name that means a device on Windows";
  return Buffer.byteLength(part) > MAX_BYTES ? `holds a name of more than ${MAX_BYTES} bytes` : undefined;
}
