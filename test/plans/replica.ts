// Runs as a process of its own, bundled: a replica that takes up plans, applies those that it is told, and dies where it is told.
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import type { OpenWire, Wire } from "../../src/core/carrier/wire.ts";
import { watchPlans } from "../../src/plans/running/resume.ts";
import { call } from "../safety/restart.ts";
import { openProcess, type PlanProcess, type Where, type WhereElse } from "./process.ts";

export interface Order {
  where: Where | WhereElse;
  /** The boundary at which it ends: the first is 1. */
  boundary?: number | undefined;
  /** Stopped, it goes on at the very same place once somebody wakes it. */
  signal?: "SIGKILL" | "SIGSTOP";
  /** It takes up what others left; else it runs what it is told only. */
  watches?: boolean;
}

let passed = 0;
let sent = 0;

/** One place between two things that are journaled, sent or kept. */
async function boundary(name: string, { boundary: last, signal = "SIGKILL" }: Order): Promise<void> {
  passed += 1;
  if (passed !== last) return;
  writeSync(1, `at ${name}\n`);
  process.kill(process.pid, signal);
  // Killed, it does nothing more; stopped, it goes on at once when it wakes, before any timer has run.
  if (signal === "SIGKILL") await delay(60_000);
}

type Method = (...given: never[]) => Promise<unknown>;

/** Every call of these methods has a boundary before it and one after it. */
function guard(owner: object, names: readonly string[], order: Order): void {
  const methods = owner as Record<string, Method>;
  for (const name of names) {
    const method = methods[name];
    if (!method) throw new Error(`there is no ${name} to watch`);
    methods[name] = async (...given) => {
      await boundary(`before ${name}`, order);
      const answer = await method(...given);
      await boundary(`after ${name}`, order);
      return answer;
    };
  }
}

function guardedWire(openWire: OpenWire, order: Order): OpenWire {
  const guarded = (wire: Wire): Wire => {
    const send = async (request: { effect: string }) => {
      if (request.effect === "write") await boundary("before send", order);
      const answer = await wire.send(request as never);
      if (request.effect === "write") sent += 1;
      if (request.effect === "write") await boundary("after send", order);
      return answer;
    };
    return { under: (terms) => guarded(wire.under(terms)), moment: (at) => wire.moment(at), send: send as Wire["send"] };
  };
  return (options) => guarded(openWire(options));
}

/** A plan's id, and the approval of it where it needs one. */
async function apply(line: string, scope: PlanProcess): Promise<void> {
  const [plan_id = "", approval] = line.split(" ");
  const answer = await call("apply_plan", { plan_id, ...(approval === undefined ? {} : { approval }) }, scope);
  writeSync(1, `sent ${sent}\n${JSON.stringify(answer)}\n`);
}

const order = JSON.parse(process.argv[2] ?? "") as Order;
const scope = await openProcess(order.where, (openWire) => guardedWire(openWire, order));
if (order.boundary !== undefined) {
  guard(scope.store.plans, ["start", "lease", "begin", "settle", "finish"], order);
  guard(scope.store.secrets, ["keep", "forget"], order);
}
if (order.watches) watchPlans(scope);
writeSync(1, "ready\n");
createInterface({ input: process.stdin }).on("line", (line) => void apply(line, scope));
