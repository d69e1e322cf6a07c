import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { needs } from "./needs.ts";
import { cleanEnvironment, mainFile } from "./process.ts";

const answers = (command: string, args: string[]) => spawnSync(command, args, { stdio: "ignore" }).status === 0;

/** Whether a pseudo-terminal is had through Python. */
export const python = answers("python3", ["-c", "import pty"]) ? "python3" : undefined;
const PYTHON = "import os, pty, sys; sys.exit(os.WEXITSTATUS(pty.spawn(sys.argv[1:])))";
/** How a pseudo-terminal is had here: a command that runs another one in it and hands its keys through. */
const ways: [name: string, works: () => boolean, command: (words: string[]) => [string, string[]]][] = [
  ["python3", () => python !== undefined, (words) => ["python3", ["-c", PYTHON, ...words]]],
  ["script", () => answers("script", ["--version"]), (words) => ["script", ["-qec", words.map(quoted).join(" "), "/dev/null"]]],
];
const way = ways.find(([, works]) => works());
/** Options of a test that needs a terminal. */
export const needsPty = needs({ "python3 or script": way?.[0] });

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

export interface Session {
  code: number | null;
  /** The terminal's screen, echoes included. */
  screen: string;
}

/** The built program in a real terminal; each answer is typed once its question is on the screen. */
export async function inTerminal(
  args: string[],
  dialogue: [question: string, keys: string][],
  environment: Record<string, string>,
): Promise<Session> {
  if (!way) throw new Error("no terminal here");
  const [command, words] = way[2]([process.execPath, mainFile(), ...args]);
  const child = spawn(command, words, { env: cleanEnvironment({ TERM: "xterm", ...environment }), stdio: "pipe" });
  const left = [...dialogue];
  let screen = "";
  let read = 0;
  child.stdin.on("error", () => {});
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen += text;
    const at = left[0] ? screen.indexOf(left[0][0], read) : -1;
    if (at < 0 || !left[0]) return;
    read = at + left[0][0].length;
    child.stdin.write(left[0][1]);
    left.shift();
  });
  const [code] = await once(child, "close");
  return { code: code as number | null, screen };
}
