import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A process that listens and takes no connection: once its queue is full, the kernel drops whatever asks for another. */
const LISTENER =
  'require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () { console.log(this.address().port); })';
/** Longer than this machine ever needs to connect to itself. */
const PATIENCE_MS = 500;
const MOST_QUEUED = 16;

export interface BlackHole {
  port: number;
  stop(): void;
}

/** A TCP port of this machine to which no connection ever comes about. Undefined where the system refuses instead of dropping. */
export async function startBlackHole(): Promise<BlackHole | undefined> {
  const child = spawn(process.execPath, ["-e", LISTENER], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const port = Number(line.toString());
  const queued: Socket[] = [];
  const stop = () => {
    for (const socket of queued) socket.destroy();
    child.kill("SIGKILL");
  };
  child.kill("SIGSTOP");
  while (queued.length < MOST_QUEUED) {
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    queued.push(socket);
    const isTaken = await Promise.race([once(socket, "connect").then(() => true), sleep(PATIENCE_MS).then(() => false)]).catch(() => true);
    if (!isTaken) return { port, stop };
  }
  stop();
  return undefined;
}
