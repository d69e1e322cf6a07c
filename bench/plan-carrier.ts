// Bundled with the sources: Exotel's emulator in a thread of its own. It never sees two calls in one minute.
import { parentPort } from "node:worker_threads";
import { exotel } from "../src/providers/exotel/index.ts";
import { startSandbox } from "../src/sandbox/server.ts";

let now = Date.now();
const later = () => {
  now += 60_000;
  return now;
};
const sandbox = await startSandbox([exotel], { now: later });
parentPort?.postMessage(sandbox.urlOf("exotel"));
