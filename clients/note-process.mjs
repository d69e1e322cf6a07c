// Loaded before a server or a bridge: what a client starts says so, and is looked for when the client has ended.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.PROCESSES_OF_RUN;
mkdirSync(folder, { recursive: true });
const note = (pid) => writeFileSync(join(folder, String(pid)), "");
note(process.pid);

// Of the control that has to fail.
if (process.env.LEAVES_A_PROCESS) {
  const left = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" });
  note(left.pid);
  left.unref();
}
