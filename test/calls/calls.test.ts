import { afterEach, describe, expect, test } from "vitest";
import type { DnsResolver } from "../../src/core/dns.ts";
import { agreeing, type Era, startTrunkline, type Trunkline } from "../support/trunkline.ts";
import { type Task, untold, walk, worldOf } from "./agent.ts";
import { auditing } from "./auditing.ts";
import { changing } from "./changing.ts";
import { connecting } from "./connecting.ts";
import { diagnosing } from "./diagnosing.ts";
import { moving } from "./moving.ts";
import { provisioning } from "./provisioning.ts";
import { removing } from "./removing.ts";
import { troubles } from "./troubles.ts";

const kinds = { provisioning, connecting, changing, moving, removing, diagnosing, auditing, troubles };
const tasks = Object.entries(kinds).flatMap(([kind, list]) => list.map((task) => [kind, task.words, task] as const));

let trunkline: Trunkline | undefined;
afterEach(async () => {
  await trunkline?.close();
  trunkline = undefined;
});

const nowhere = () => Promise.reject(Object.assign(new Error("not found"), { code: "ENOTFOUND" }));
/** A machine without DNS: no packet leaves it. */
const resolver: DnsResolver = {
  resolve4: nowhere,
  resolve6: nowhere,
  resolveCname: nowhere,
  resolveSrv: nowhere,
  resolveNaptr: nowhere,
};

async function start(era: Era, { options }: Task): Promise<Trunkline> {
  trunkline = await startTrunkline({ era, person: agreeing, pages: true, unlimited: true, probes: { resolver }, ...options });
  return trunkline;
}

describe.each<Era>(["v1", "v2"])("client %s", (era) => {
  test.each(tasks)("%s: %s", async (_kind, _words, task) => {
    const started = await start(era, task);
    await task.before?.(worldOf(started));
    const run = await walk(task, started);
    expect({ calls: run.calls, untold: untold(task.told, run.seen) }, run.seen).toEqual({ calls: task.calls, untold: [] });
  });
});

test("there are thirty tasks and more, on every carrier, and a third of them meet trouble", () => {
  expect(tasks.length).toBeGreaterThanOrEqual(30);
  const troubled = tasks.filter(([, , { trouble }]) => trouble !== undefined);
  expect(troubled.length * 3).toBeGreaterThanOrEqual(tasks.length);
  for (const carrier of ["exotel", "didww", "vyom", "livekit"]) {
    const ofCarrier = tasks.filter(([, , task]) => `${task.before}${task.path}`.includes(carrier));
    expect(ofCarrier.length, carrier).toBeGreaterThan(2);
  }
  expect(tasks.filter(([, , { told }]) => told.length === 0)).toEqual([]);
});

test("an id that nobody told the agent, an untold fact and a call too many are found", async () => {
  const listing: Task = { words: "Which trunks are there?", calls: 1, path: ({ call }) => call("list_trunks"), told: ["trunks"] };
  const guessing: Task = { ...listing, path: ({ call }) => call("get_trunk", { trunk_id: "trmum1c0ffee" }) };
  const twice: Task = { ...listing, path: async ({ call }) => [await call("list_trunks"), await call("list_trunks")] };
  const started = await start("v1", listing);
  await expect(walk(guessing, started)).rejects.toThrow("nobody told the agent: trmum1c0ffee");
  expect((await walk(twice, started)).calls).toBe(2);
  const { seen } = await walk(listing, started);
  expect(untold(["trunks", "+918044319240", /secret_command/], seen)).toEqual(["+918044319240", "/secret_command/"]);
});
