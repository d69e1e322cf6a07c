// Bundled with the sources. Times the numbers of one plan, journaled and synced, beside the same requests sent one after the
// other by a bare client; and how near a plan comes to a carrier's rate, by a clock that jumps over all waiting.
import { once } from "node:events";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import { Agent, request } from "undici";
import { call, manyNumbers, openReplica, planNumbers, startCarrier } from "../test/plans/carrier.ts";
import { virtualClock } from "../test/support/virtual-clock.ts";

const LIMIT = { calls: 200, perMs: 60_000 };
/** Rounds until the code of both is compiled. */
const WARM_UP = 6;
interface Row {
  data: { trunk_sid: string } | null;
}

/** A step for each number, the trunk and its address. */
const stepsOf = (numbers: number) => numbers + 2;
const PATIENT = { planAnswerMs: 24 * 3_600_000 };

/** Milliseconds for each of the two ways, to carriers that have just started. */
export async function timePlan(carrierFile: string, folder: string, { numbers, rounds }: { numbers: number; rounds: number }) {
  const taken = { bare: [] as number[], plan: [] as number[] };
  for (let round = 0; round < WARM_UP + rounds; round++) {
    const bare = await onCarrier(carrierFile, (url) => timeBare(url, numbers));
    const plan = await onCarrier(carrierFile, (url) => timeApply(url, join(folder, `plan-${round}.db`), numbers));
    if (round < WARM_UP) continue;
    taken.bare.push(bare);
    taken.plan.push(plan);
  }
  return taken;
}

async function onCarrier<T>(file: string, run: (url: string) => Promise<T>): Promise<T> {
  const worker = new Worker(file);
  const [url] = await once(worker, "message");
  try {
    return await run(url);
  } finally {
    await worker.terminate();
  }
}

async function timeBare(url: string, numbers: number): Promise<number> {
  const post = poster(`${url}/v2/accounts/sandbox/trunks`);
  const { trunk_sid } = await post("", { trunk_name: "bulk", nso_code: "ANY-ANY", domain_name: "sandbox.pstn.exotel.com" });
  const began = performance.now();
  for (const phone_number of manyNumbers(numbers)) await post(`/${trunk_sid}/phone-numbers`, { phone_number });
  return performance.now() - began;
}

function poster(base: string) {
  const dispatcher = new Agent();
  const authorization = `Basic ${Buffer.from("sandbox-key:sandbox-token").toString("base64")}`;
  const headers = { accept: "application/json", "content-type": "application/json", authorization };
  return async (path: string, body: object) => {
    const answer = await request(`${base}${path}`, { dispatcher, method: "POST", headers, body: JSON.stringify(body) });
    const { response } = (await answer.body.json()) as { response: Row | Row[] };
    const data = [response].flat()[0]?.data;
    if (!data) throw new Error(`the emulator answered ${answer.statusCode}`);
    return data;
  };
}

async function timeApply(url: string, file: string, numbers: number): Promise<number> {
  const replica = await openReplica({ state: { file }, url, ...PATIENT });
  const plan_id = await planNumbers(numbers, replica);
  const began = performance.now();
  const { state, done } = await call("apply_plan", { plan_id }, replica);
  const ms = performance.now() - began;
  const { problem } = await replica.store.journal.verify();
  await replica.store.close();
  if (state !== "done" || done !== stepsOf(numbers) || problem) throw new Error(`the plan is ${state} with ${done} steps`);
  return ms;
}

/** The share of what a carrier permits that a plan used, and how often it was refused. */
export async function pacePlan(folder: string, numbers: number) {
  const clock = virtualClock();
  const carrier = await startCarrier(clock);
  const setup = { state: { file: join(folder, "pace.db") }, url: carrier.url, clock, limited: true, ...PATIENT };
  const replica = await openReplica(setup);
  await call("apply_plan", { plan_id: await planNumbers(numbers, replica) }, replica);
  const times = carrier.passed.map(({ at }) => at);
  const permittedMs = Math.floor((times.length - 1) / LIMIT.calls) * LIMIT.perMs;
  await replica.store.close();
  await carrier.sandbox.close();
  clock.stop();
  const refused = carrier.passed.filter(({ status }) => status === 429).length;
  return { calls: times.length, ofRate: permittedMs / ((times.at(-1) ?? 0) - (times[0] ?? 0)), refused };
}
