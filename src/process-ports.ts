import type { ProcessPorts } from "./commands/command.ts";

/** This process, for its commands. `program` is how a person starts them, and `file` what Node was started with. */
export function processPorts(program: string, file: string): ProcessPorts {
  return {
    environment: process.env,
    program,
    runtime: { platform: process.platform, node: process.execPath, file },
    folder: process.cwd(),
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    on: (signal, listener) => void (signal === "SIGHUP" ? process.on(signal, listener) : process.once(signal, listener)),
    exit: () => process.exit(),
    browse,
  };
}

/** BROWSER decides, as for other programs; without it, Linux has one only where there is a screen. */
function opener(): [command: string, ...words: string[]] | undefined {
  const { BROWSER: chosen, DISPLAY: x, WAYLAND_DISPLAY: wayland } = process.env;
  if (chosen) return [chosen];
  if (process.platform === "darwin") return ["open"];
  if (process.platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
  return x || wayland ? ["xdg-open"] : undefined;
}

async function browse(url: string): Promise<boolean> {
  const [command, ...words] = opener() ?? [];
  if (command === undefined) return false;
  const { spawn } = await import("node:child_process");
  const child = spawn(command, [...words, url], { stdio: "ignore", detached: true });
  child.unref();
  return await new Promise((resolve) => child.once("spawn", () => resolve(true)).once("error", () => resolve(false)));
}
