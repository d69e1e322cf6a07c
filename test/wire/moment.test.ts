import { afterEach, describe, expect, test } from "vitest";
import { isFromThisWrite } from "../../src/core/carrier/operation.ts";
import {
  type Carrier,
  closeCarriers,
  create,
  json,
  lost,
  openTo,
  readAll,
  refusalOf,
  reset,
  skippingClock,
  startCarrier,
  status,
} from "./carrier.ts";

afterEach(closeCarriers);

const HOUR = 3_600_000;
const skews: [string, number][] = [
  ["right", 0],
  ["an hour ahead", HOUR],
  ["an hour behind", -HOUR],
];

/** A record of this name, as old as said, by the carrier's own clock. */
function plant(carrier: Carrier, skew: number, name: string, ageMs: number): void {
  carrier.records.push({ name, created_at: new Date(Date.now() + skew - ageMs).toISOString() });
}

describe.each(skews)("the carrier's clock is %s", (_, skew) => {
  const start = () => startCarrier({ now: () => Date.now() + skew });

  test.each(["first", "second"])("what the write made is found, as the %s call to this carrier", async (turn) => {
    const carrier = await start();
    const wire = openTo(carrier.url);
    if (turn === "second") await wire.send(readAll());
    carrier.script("POST", lost);
    expect(await wire.send(create(wire, "one"))).toMatchObject({ value: { name: "one" }, settled: true });
  });

  test.each([
    ["first", 30_000],
    ["second", 30_000],
    ["first", 30 * 60_000],
    ["second", 30 * 60_000],
    ["first", 2 * HOUR],
    ["second", 2 * HOUR],
  ])("a record that was there before is not ours, as the %s call, %i ms old", async (turn, ageMs) => {
    const carrier = await start();
    const wire = openTo(carrier.url);
    plant(carrier, skew, "one", ageMs);
    if (turn === "second") await wire.send(readAll());
    carrier.script("POST", reset);
    expect(await refusalOf(wire.send(create(wire, "one")))).toMatchObject({ code: "provider_failed", applied: false });
  });
});

describe("when the write began", () => {
  test("a record made while it waited to be sent again is not ours: only the last sending may have been done", async () => {
    let now = Date.now();
    const carrier = await startCarrier({ now: () => now });
    const sleep = async (ms: number) => {
      now += ms;
    };
    const clock = { now: () => now, sleep };
    const wire = openTo(carrier.url, { clock });
    const someoneElse = () => carrier.records.push({ name: "one", created_at: new Date(now).toISOString() });
    carrier.script(
      "POST",
      (turn) => {
        someoneElse();
        status(429, { "retry-after": "15" })(turn);
      },
      reset,
    );
    expect(await refusalOf(wire.send(create(wire, "one")))).toMatchObject({ code: "provider_failed", applied: false });
    expect(carrier.count("POST")).toBe(2);
  });

  test("a slow answer teaches nothing wrong about the carrier's clock", async () => {
    let now = Date.now();
    const carrier = await startCarrier({ now: () => now });
    const wire = openTo(carrier.url, { clock: skippingClock(() => now) });
    carrier.records.push({ name: "one", created_at: new Date(now - 15_000).toISOString() });
    carrier.script("POST", reset);
    // Reading back takes 25 seconds, and its Date was written at their beginning.
    carrier.script("GET", ({ response, perform }) => {
      response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
      now += 25_000;
      response.end(JSON.stringify(perform()));
    });
    expect(await refusalOf(wire.send(create(wire, "one")))).toMatchObject({ code: "provider_failed", applied: false });
  });

  test("a carrier without a Date is taken to have our time", async () => {
    const carrier = await startCarrier({ dated: false });
    const wire = openTo(carrier.url);
    carrier.script("POST", lost);
    expect(await wire.send(create(wire, "one"))).toMatchObject({ settled: true });
    plant(carrier, 0, "two", 60_000);
    carrier.script("POST", reset);
    expect(await refusalOf(wire.send(create(wire, "two")))).toMatchObject({ applied: false });
  });

  test("a Date that is none is ignored", async () => {
    const carrier = await startCarrier({ dated: false });
    const wire = openTo(carrier.url);
    carrier.script("GET", json(200, { records: [] }, { date: "yesterday" }));
    await wire.send(readAll());
    carrier.script("POST", lost);
    expect(await wire.send(create(wire, "one"))).toMatchObject({ settled: true });
  });
});

describe("isFromThisWrite", () => {
  const since = Date.parse("2026-11-21T10:00:00.700Z");
  test.each<[string | undefined, boolean]>([
    ["2026-11-21T10:00:01Z", true],
    // Whole seconds: the stamp of a record made in this very second.
    ["2026-11-21T10:00:00Z", true],
    ["2026-11-21T09:59:56Z", true],
    ["2026-11-21T09:59:55Z", false],
    ["2026-11-21T09:00:00Z", false],
    [undefined, true],
    ["not a date", true],
  ])("%s", (createdAt, expected) => {
    expect(isFromThisWrite(createdAt, { since })).toBe(expected);
    expect(isFromThisWrite(createdAt, undefined)).toBe(true);
  });
});
