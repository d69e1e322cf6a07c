// Runs as a process of its own, bundled: one of several that use the same store at once.
import { setTimeout as delay } from "node:timers/promises";
import { systemClock } from "../../src/core/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import { type OpenStore, openStore } from "../../src/store/open.ts";
import { call } from "./call.ts";
import type { Place } from "./place.ts";

export interface Order {
  act: keyof typeof acts;
  plain: Place["plain"];
  name: string;
  count: number;
  /** When all begin, so that they meet. */
  at: number;
  id?: string;
}

const acts = {
  /** Counts upwards in one emulator's account; each answer is the number that it found. */
  count: async (store: OpenStore, { count }: Order) => {
    const found: number[] = [];
    for (let index = 0; index < count; index++) {
      const one = await store.emulators.change("exotel", (saved = "0") => ({ saved: String(Number(saved) + 1), result: Number(saved) }));
      found.push(one);
    }
    return found;
  },
  claim: (store: OpenStore, { name, count }: Order) =>
    Promise.all(Array.from({ length: count }, (_, index) => store.claims.claim("plan", `${name} ${index}`, 60_000))),
  approve: (store: OpenStore, { id = "", count }: Order) =>
    Promise.all(Array.from({ length: count }, () => store.approvals.claim(id, call))),
  pin: (store: OpenStore, { count }: Order) => Promise.all(Array.from({ length: count }, () => store.pin.check("0000"))),
  append: async (store: OpenStore, { name, count }: Order) => {
    for (let index = 0; index < count; index++) {
      const intent = await store.journal.intend({ ...call, requestId: `${name} ${index}`, redacted: { index } });
      await store.journal.settle(intent, "done");
      // As a real caller, who waits for a carrier: without a pause SQLite lets one process write all its rows first.
      await delay(1);
    }
    return [];
  },
  /** Dies where a carrier would be called. */
  crash: async (store: OpenStore, { name }: Order) => {
    await store.journal.intend({ ...call, requestId: name, redacted: {} });
    process.kill(process.pid, "SIGKILL");
    await delay(60_000);
    return [];
  },
};

const order = JSON.parse(process.argv[2] ?? "") as Order;
const { plain } = order;
const location = "file" in plain ? plain : { url: new Secret(plain.url), masterKey: new Secret(plain.masterKey), answerMs: 20_000 };
// Opened at once too: the schema is made by whoever comes first.
await delay(order.at - Date.now());
const store = await openStore({ location, tenant: "local", clock: systemClock });
process.stdout.write(JSON.stringify(await acts[order.act](store, order)));
await store.close();
