#!/usr/bin/env node
// A Node that is too old must be able to read this file: it is copied as it is, and loads the program only then.
import { accessSync, chmodSync, constants, mkdirSync, statSync } from "node:fs";
import * as nodeModule from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

const NEEDED = [20, 19];

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  // Clients start the first node of their PATH. An older one would connect, list the tools, and fail at each call.
  process.stderr.write(`Trunkline needs Node ${NEEDED.join(".")} or newer, and this is ${process.version}. Nothing was started.\n`);
  process.exitCode = 1;
} else {
  keepCompiledCode();
  void import("./trunkline.js");
}

/** A server is started once per chat. From the second time on, Node 22.1 and newer need not compile it again. */
function keepCompiledCode() {
  if (typeof nodeModule.enableCompileCache !== "function" || process.env.NODE_COMPILE_CACHE) return;
  const folder = cacheFolder();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Another user who can write there could plant code. So it is the person's own folder, never a shared one such as /tmp.
    if (typeof process.getuid === "function") {
      if (statSync(folder).uid !== process.getuid()) return;
      chmodSync(folder, 0o700);
    }
    accessSync(folder, constants.W_OK);
    nodeModule.enableCompileCache(folder);
  } catch {
    // Without it the start only takes longer.
  }
}

function cacheFolder() {
  if (process.platform === "win32") return join(process.env.LOCALAPPDATA || join(homedir(), "AppData", "Local"), "Trunkline", "Cache");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "Trunkline");
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "trunkline");
}
