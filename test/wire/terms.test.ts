import { afterEach, expect, test } from "vitest";
import type { Provider } from "../../src/core/carrier/provider.ts";
import type { CallTerms, Wire } from "../../src/core/carrier/wire.ts";
import { systemClock } from "../../src/core/clock.ts";
import { parseSettings } from "../../src/core/config.ts";
import { TrunkError } from "../../src/core/errors.ts";
import { silentLog } from "../../src/core/log.ts";
import { providers } from "../../src/providers/index.ts";
import { createOpenWire } from "../../src/wire/open.ts";
import { account, closeCarriers, create, html, openTo, readAll, startCarrier, times } from "./carrier.ts";

afterEach(closeCarriers);

test("a write that may not leave does not; reads do, and the same wire without the terms is not concerned", async () => {
  const carrier = await startCarrier();
  const wire = openTo(carrier.url);
  const mayLeave = () => {
    throw new TrunkError("conflict", "the lease is lost");
  };
  const held = wire.under({ mayLeave }).under({ maxWaitMs: 1_000 });
  await expect(held.send(create(held, "a"))).rejects.toThrow("the lease is lost");
  expect(await held.send(readAll())).toEqual([]);
  expect(carrier.records).toEqual([]);
  await wire.send(create(wire, "a"));
  expect(carrier.records).toHaveLength(1);
});

test("each URL is read once under the same terms, and again after a read that failed", async () => {
  const carrier = await startCarrier();
  const wire = openTo(carrier.url, { policy: { attempts: 1, maxRetryAfterMs: 0, backoffMs: 0 } });
  const once = wire.under({ readOnce: true });
  carrier.script("GET", html(503));
  await expect(once.send(readAll())).rejects.toThrow("503");
  await Promise.all(times(3, readAll()).map((request) => once.send(request)));
  expect(carrier.count("GET")).toBe(2);
  await wire.under({ readOnce: true }).send(readAll());
  await wire.send(readAll());
  await wire.send(readAll());
  expect(carrier.count("GET")).toBe(5);
});

test("reads by POST to one URL are told apart by what they ask", async () => {
  const carrier = await startCarrier();
  const once = openTo(carrier.url).under({ readOnce: true });
  const ask = (name: string) => once.send({ ...readAll(), method: "POST", body: { name }, parse: () => name });
  expect(await Promise.all([ask("a"), ask("b"), ask("a")])).toEqual(["a", "b", "a"]);
  expect(carrier.requests.map(({ body }) => body).sort()).toEqual(['{"name":"a"}', '{"name":"b"}']);
});

test("a wait for the rate that is longer than the terms allow is refused at once", async () => {
  const carrier = await startCarrier();
  const limit = { calls: 1, perMs: 60_000 };
  const wire = createOpenWire({ clock: systemClock, log: silentLog })({ ...account, baseUrl: carrier.url, limit });
  const impatient = wire.under({ maxWaitMs: 0 });
  await impatient.send(readAll());
  await expect(impatient.send(readAll())).rejects.toMatchObject({ code: "rate_limited" });
});

/** A wire that only notes under which terms it was used. */
function notingWire(terms: CallTerms, sent: CallTerms[]): Wire {
  const send = async () => {
    sent.push(terms);
    throw new Error("noted");
  };
  return { send, moment: () => ({ since: 0 }), under: (more) => notingWire({ ...terms, ...more }, sent) };
}

test.each(providers.map((provider) => [provider.id, provider] as const))(
  "the client of %s sends under the terms it is given",
  async (_, given) => {
    const provider = given as Provider;
    const sent: CallTerms[] = [];
    const memory = () => ({ remember: async () => {}, recall: async () => undefined, forget: async () => {} });
    const settings = parseSettings(provider.settings, provider.sandboxSettings("http://127.0.0.1:1"));
    const connected = await provider.connect(settings, { openWire: () => notingWire({}, sent), memory });
    const held = connected.under({ maxWaitMs: 7 });
    for (const { client, trunks } of [connected, held]) {
      await expect(trunks.list(client, { limit: 1 })).rejects.toThrow("noted");
    }
    // A carrier may list its kinds of trunks by a request each.
    expect(sent.length).toBeGreaterThan(1);
    expect(sent).toEqual([...sent.slice(0, sent.length / 2).map(() => ({})), ...sent.slice(sent.length / 2).map(() => ({ maxWaitMs: 7 }))]);
  },
);
