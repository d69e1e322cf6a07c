import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { silentLog } from "../../src/core/log.ts";
import { createOpenWire } from "../../src/wire/open.ts";
import {
  type Act,
  account,
  behave,
  type Carrier,
  closeCarriers,
  create,
  lost,
  openTo,
  readAll,
  refusalOf,
  stall,
  startCarrier,
  status,
} from "./carrier.ts";

afterEach(closeCarriers);

const cancelled = { code: "provider_failed", applied: false, message: expect.stringContaining("cancelled") };
const late: Act = (turn) => void delay(100).then(() => behave(turn));

/** Cancels once the carrier has this many requests. */
async function cancelAfter(carrier: Carrier, requests: number, controller: AbortController): Promise<void> {
  while (carrier.requests.length < requests) await delay(2);
  controller.abort();
}

describe("cancelled before it was sent", () => {
  test("a write: nothing is sent, and the error says so", async () => {
    const carrier = await startCarrier();
    const wire = openTo(carrier.url);
    expect(await refusalOf(wire.send(create(wire, "one", AbortSignal.abort())))).toMatchObject(cancelled);
    expect(carrier.requests).toEqual([]);
  });

  test("a write that waits for its place in the rate: nothing is sent, the place stays free", async () => {
    const carrier = await startCarrier();
    const openWire = createOpenWire({ clock: systemClock, log: silentLog });
    const wire = openWire({ ...account, baseUrl: carrier.url, limit: { calls: 1, perMs: 500 } });
    await wire.send(readAll());
    const controller = new AbortController();
    const write = refusalOf(wire.send(create(wire, "one", controller.signal)));
    controller.abort();
    expect(await write).toMatchObject(cancelled);
    await wire.send(create(wire, "two"));
    expect(carrier.records.map(({ name }) => name)).toEqual(["two"]);
  });

  test("a write between 429 and its second sending: refused it was, and refused it stays", async () => {
    const carrier = await startCarrier();
    const wire = openTo(carrier.url, { clock: systemClock });
    carrier.script("POST", status(429, { "retry-after": "15" }));
    const controller = new AbortController();
    const write = refusalOf(wire.send(create(wire, "one", controller.signal)));
    await cancelAfter(carrier, 1, controller);
    expect(await write).toMatchObject(cancelled);
    expect([carrier.count("POST"), carrier.records]).toEqual([1, []]);
  });
});

describe("cancelled after it was sent", () => {
  test("a write is followed to its answer", async () => {
    const carrier = await startCarrier();
    const wire = openTo(carrier.url);
    carrier.script("POST", late);
    const controller = new AbortController();
    const write = wire.send(create(wire, "one", controller.signal));
    await cancelAfter(carrier, 1, controller);
    expect(await write).toMatchObject({ value: { name: "one" }, settled: false });
    expect(carrier.count("POST")).toBe(1);
  });

  test("a write whose answer is lost is settled all the same", async () => {
    const carrier = await startCarrier();
    const wire = openTo(carrier.url);
    carrier.script("POST", (turn) => void delay(100).then(() => lost(turn)));
    const controller = new AbortController();
    const write = wire.send(create(wire, "one", controller.signal));
    await cancelAfter(carrier, 1, controller);
    expect(await write).toMatchObject({ settled: true });
    expect([carrier.count("POST"), carrier.records.length]).toEqual([1, 1]);
  });

  test("a read ends at once, and is not made again", async () => {
    const carrier = await startCarrier();
    const wire = openTo(carrier.url);
    carrier.script("GET", stall, stall);
    const controller = new AbortController();
    const read = wire.send(readAll(controller.signal));
    const began = Date.now();
    await Promise.all([cancelAfter(carrier, 1, controller), expect(read).rejects.toThrow(/abort/i)]);
    expect(Date.now() - began).toBeLessThan(2_000);
    expect(carrier.count("GET")).toBe(1);
  });
});
