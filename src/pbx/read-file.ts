import { constants } from "node:fs";
import { lstat, open, realpath } from "node:fs/promises";
import { join } from "node:path";
import { TrunkError } from "../core/errors.ts";
import { partsIn } from "./paths.ts";

const MAX_BYTES = 256 * 1024;

/** The text of a file inside the folder of files: never through a link, never a device. Its content is not repeated. */
export async function readWorkFile(base: string, path: string): Promise<string> {
  const parts = partsIn(base, path, "config");
  try {
    let at = await realpath(base);
    for (const part of parts) {
      at = join(at, part);
      if ((await lstat(at)).isSymbolicLink()) throw unreadable("is a link, or lies behind one");
    }
    // Not blocking: a pipe that nobody writes to would hold the call.
    const handle = await open(at, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    try {
      const found = await handle.stat();
      if (!found.isFile()) throw unreadable("is no file");
      if (found.size > MAX_BYTES) throw unreadable(`is larger than ${MAX_BYTES / 1024} kB`);
      return await handle.readFile("utf8");
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof TrunkError ? error : unreadable("cannot be read");
  }
}

function unreadable(reason: string): TrunkError {
  return new TrunkError("invalid_input", `The file ${reason}. Nothing was sent.`, {
    field: "config",
    hint: "Pass the path of a file that export_pbx_config wrote.",
  });
}
