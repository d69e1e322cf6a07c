import { afterAll, describe, expect, test } from "vitest";
import { TrunkError } from "../../src/core/errors.ts";
import {
  type Act,
  afterDoing,
  type Carrier,
  closeCarriers,
  create,
  cutJson,
  html,
  json,
  lost,
  openTo,
  redirect,
  refusalOf,
  reset,
  skippingClock,
  stall,
  stallInBody,
  startCarrier,
  status,
  times,
  tooLarge,
  truncate,
} from "./carrier.ts";

afterAll(closeCarriers);

/** Where somebody stalls; everyone else has time, however busy this machine is. */
const timingOf = (what: string) => ({ timing: what.includes("stall") ? { callMs: 1_500 } : {} });

async function meeting(...acts: Act[]): Promise<Carrier> {
  const carrier = await startCarrier();
  carrier.script("POST", ...acts);
  return carrier;
}

/** Everything that leaves a doubt, as it looks from outside. */
const doubts: [what: string, done: Act, undone: Act][] = [
  ["a reset", lost, reset],
  ["a stall before the headers", afterDoing(stall), stall],
  ["a stall in the body", afterDoing(stallInBody), stallInBody],
  ["a truncated body", truncate, ({ request }) => void request.socket.destroy()],
  ["JSON that is cut off", cutJson, json(200, "cut")],
  ["an answer above 5 MB", tooLarge, ({ response }) => tooLarge({ request: response.req, response, perform: () => undefined })],
  ["408", afterDoing(status(408)), status(408)],
  ["500", afterDoing(status(500)), status(500)],
  ["502 in HTML", afterDoing(html(502)), html(502)],
  ["503", afterDoing(status(503)), status(503)],
  ["503 with Retry-After", afterDoing(status(503, { "retry-after": "0" })), status(503, { "retry-after": "0" })],
  ["504", afterDoing(status(504)), status(504)],
  ["HTML under 200", afterDoing(html(200)), html(200)],
  ["JSON of another shape", afterDoing(json(200, { another: "shape" })), json(200, { another: "shape" })],
  ["302", redirect(302), ({ response }) => response.writeHead(302, { location: "/elsewhere" }).end()],
  ["307", redirect(307), ({ response }) => response.writeHead(307, { location: "/elsewhere" }).end()],
];

describe.concurrent("a write whose answer leaves a doubt is sent once, and the carrier's own state decides", () => {
  test.each(doubts)("%s, and it was done: success, settled", async (what, done) => {
    const carrier = await meeting(...times(5, done));
    const wire = openTo(carrier.url, timingOf(what));
    expect(await wire.send(create(wire, "one"))).toMatchObject({ value: { name: "one" }, settled: true });
    expect([carrier.count("POST"), carrier.records.length]).toEqual([1, 1]);
  });

  test.each(doubts)("%s, and it was not done: failed, applied false", async (what, _done, undone) => {
    const carrier = await meeting(...times(5, undone));
    const wire = openTo(carrier.url, timingOf(what));
    const error = await refusalOf(wire.send(create(wire, "one")));
    expect(error).toMatchObject({ code: "provider_failed", applied: false, message: expect.stringContaining("did not take effect") });
    expect([carrier.count("POST"), carrier.records.length]).toEqual([1, 0]);
  });

  test.each(doubts)("%s, and reading back fails: unknown, with a hint to read first", async (what, done) => {
    const carrier = await meeting(...times(5, done));
    carrier.script("GET", ...times(50, status(500)));
    const wire = openTo(carrier.url, timingOf(what));
    const error = await refusalOf(wire.send(create(wire, "one")));
    expect(error).toMatchObject({ code: "outcome_unknown", applied: "unknown", hint: expect.stringMatching(/^Read /) });
    expect(carrier.count("POST")).toBe(1);
  });
});

describe("reading back", () => {
  test.each([500, 503, 302, 408])("a %i is not believed, whatever its body says", async (code) => {
    const success = { name: "one", created_at: new Date().toISOString() };
    const carrier = await meeting(json(code, success));
    const wire = openTo(carrier.url);
    const write = { ...create(wire, "one"), parse: () => success };
    expect(await refusalOf(wire.send(write))).toMatchObject({ code: "provider_failed", applied: false });
  });

  test("a refusal with the status of a failure is told in its words, once reading back shows nothing", async () => {
    const carrier = await meeting(status(500));
    const wire = openTo(carrier.url);
    const refusal = new TrunkError("invalid_input", "The carrier wants a number. Nothing was changed.");
    const parse = () => {
      throw refusal;
    };
    expect(await refusalOf(wire.send({ ...create(wire, "one"), parse }))).toBe(refusal);
    expect(carrier.count("GET")).toBe(2);
  });

  test("what the carrier shows late is found by looking again", async () => {
    const carrier = await meeting(lost);
    const clock = skippingClock();
    carrier.script("GET", json(200, { records: [] }));
    const wire = openTo(carrier.url, { clock });
    expect(await wire.send(create(wire, "one"))).toMatchObject({ settled: true });
    expect([carrier.count("GET"), clock.slept]).toEqual([2, [2_000]]);
  });

  test("a read back that fails once is retried like any read", async () => {
    const carrier = await meeting(lost);
    carrier.script("GET", status(503));
    const wire = openTo(carrier.url);
    expect(await wire.send(create(wire, "one"))).toMatchObject({ settled: true });
  });

  test("a fault of ours while reading back is still not knowing", async () => {
    const carrier = await meeting(lost);
    const wire = openTo(carrier.url);
    const settle = () => Promise.reject(new TypeError("a bug"));
    expect(await refusalOf(wire.send({ ...create(wire, "one"), settle }))).toMatchObject({ code: "outcome_unknown", applied: "unknown" });
  });
});

describe("a write is sent again only when it cannot have been done", () => {
  test("429, then room: sent twice, done once, an ordinary success", async () => {
    const carrier = await meeting(status(429, { "retry-after": "3" }));
    const clock = skippingClock();
    const wire = openTo(carrier.url, { clock });
    expect(await wire.send(create(wire, "one"))).toMatchObject({ value: { name: "one" }, settled: false });
    expect([carrier.count("POST"), carrier.records.length, clock.slept]).toEqual([2, 1, [3_000]]);
  });

  test("429 each time: three times, then rate_limited, applied false", async () => {
    const carrier = await meeting(...times(9, status(429)));
    const wire = openTo(carrier.url);
    const error = await refusalOf(wire.send(create(wire, "one")));
    expect(error).toMatchObject({ code: "rate_limited", applied: false, details: { retry_after_seconds: 60 } });
    expect([carrier.count("POST"), carrier.count("GET")]).toEqual([3, 0]);
  });

  test("429 that asks for more than 20 s: once, and the seconds are told", async () => {
    const carrier = await meeting(...times(9, status(429, { "retry-after": "21" })));
    const wire = openTo(carrier.url);
    const error = await refusalOf(wire.send(create(wire, "one")));
    expect(error).toMatchObject({ code: "rate_limited", applied: false, details: { retry_after_seconds: 21 } });
    expect([carrier.count("POST"), carrier.count("GET")]).toEqual([1, 0]);
  });

  test("429, then a lost answer: the second sending is settled, not sent a third time", async () => {
    const carrier = await meeting(status(429), lost);
    const wire = openTo(carrier.url);
    expect(await wire.send(create(wire, "one"))).toMatchObject({ settled: true });
    expect([carrier.count("POST"), carrier.records.length]).toEqual([2, 1]);
  });

  test.each([
    [400, "invalid_input"],
    [409, "conflict"],
  ])("a refusal (%i) is the answer: neither sent again nor read back", async (code, expected) => {
    const carrier = await meeting(...times(5, status(code)));
    const wire = openTo(carrier.url);
    expect(await refusalOf(wire.send(create(wire, "one")))).toMatchObject({ code: expected, applied: false });
    expect([carrier.count("POST"), carrier.count("GET")]).toEqual([1, 0]);
  });

  test("a connection that was kept and then died is a doubt like any other", async () => {
    const carrier = await startCarrier();
    const wire = openTo(carrier.url);
    await wire.send(create(wire, "zero"));
    carrier.script("POST", lost);
    expect(await wire.send(create(wire, "one"))).toMatchObject({ settled: true });
    expect([carrier.count("POST"), carrier.records.length]).toEqual([2, 2]);
  });
});
