#!/usr/bin/env node
// A Node that is too old must be able to read this file: it is copied as it is, and loads the program only then.
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

/** A server is started once per chat. From the second time on, Node 22.3 and newer need not compile it again. */
function keepCompiledCode() {
  if (process.env.NODE_COMPILE_CACHE || typeof process.getBuiltinModule !== "function") return;
  // Not by imports: one of node:fs runs each getter that it has, which loads its promises, readline and workers.
  const [nodeModule, fs, os] = ["node:module", "node:fs", "node:os"].map(process.getBuiltinModule);
  if (typeof nodeModule.enableCompileCache !== "function") return;
  const folder = cacheFolder(os.homedir());
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Another user who can write there could plant code. So it is the person's own folder, never a shared one such as /tmp.
    if (typeof process.getuid === "function") {
      if (fs.statSync(folder).uid !== process.getuid()) return;
      fs.chmodSync(folder, 0o700);
    }
    fs.accessSync(folder, fs.constants.W_OK);
    nodeModule.enableCompileCache(folder);
  } catch {
    // Without it the start only takes longer.
  }
}

function cacheFolder(home) {
  if (process.platform === "win32") return join(process.env.LOCALAPPDATA || join(home, "AppData", "Local"), "Trunkline", "Cache");
  if (process.platform === "darwin") return join(home, "Library", "Caches", "Trunkline");
  return join(process.env.XDG_CACHE_HOME || join(home, ".cache"), "trunkline");
}
