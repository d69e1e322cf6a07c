import { afterEach, expect, test } from "vitest";
import type { CarrierObserver } from "../../src/core/carrier/observer.ts";
import type { Clock } from "../../src/core/clock.ts";
import { silentLog } from "../../src/core/log.ts";
import { createOpenWire } from "../../src/wire/open.ts";
import { patient } from "../support/patience.ts";
import { account, closeCarriers, create, html, json, readAll, reset, startCarrier, status, times } from "./carrier.ts";

afterEach(closeCarriers);

function counting() {
  const seen: unknown[][] = [];
  const observer: CarrierObserver = {
    carrierCall: ({ carrier, operation, outcome }) => seen.push([carrier, operation, outcome]),
    retried: (carrier) => seen.push([carrier, "again"]),
    waited: (carrier, ms) => seen.push([carrier, ms > 0 ? "waited" : "did not wait"]),
  };
  return { seen, observer };
}

/** Time passes only where somebody waits, so no slow machine is taken for a wait. */
function waitingClock(): Clock {
  let now = Date.now();
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  };
}

const setup = { log: silentLog, timing: patient, policy: { attempts: 2, maxRetryAfterMs: 1_000, backoffMs: 1 }, settleAfterMs: [0] };

test("each attempt is told, with an outcome of few, and each one after the first", async () => {
  const { seen, observer } = counting();
  const carrier = await startCarrier();
  const wire = createOpenWire({ ...setup, clock: waitingClock(), observer })({ ...account, baseUrl: carrier.url });
  carrier.script("GET", html(503), json(200, { records: [] }));
  await wire.send(readAll());
  carrier.script("GET", ...times(2, status(429)));
  await wire.send(readAll()).catch(() => {});
  carrier.script("POST", reset);
  await wire.send(create(wire, "lost")).catch(() => {});
  expect(seen).toEqual([
    ["Carrier", "list records", "5xx"],
    ["Carrier", "again"],
    ["Carrier", "list records", "2xx"],
    ["Carrier", "list records", "429"],
    ["Carrier", "again"],
    ["Carrier", "list records", "429"],
    ["Carrier", "create a record", "lost"],
    ["Carrier", "list records", "2xx"],
  ]);
});

test("a wait for the account's rate is told, and none where there was none", async () => {
  const { seen, observer } = counting();
  const carrier = await startCarrier();
  const limit = { calls: 1, perMs: 1_000 };
  const wire = createOpenWire({ ...setup, clock: waitingClock(), observer })({ ...account, baseUrl: carrier.url, limit });
  await wire.send(readAll());
  expect(seen).toEqual([["Carrier", "list records", "2xx"]]);
  await wire.send(readAll());
  expect(seen.slice(1)).toEqual([
    ["Carrier", "waited"],
    ["Carrier", "list records", "2xx"],
  ]);
});
