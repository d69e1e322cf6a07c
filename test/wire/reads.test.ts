import { afterAll, describe, expect, test } from "vitest";
import { path } from "../../src/core/carrier/wire.ts";
import {
  type Act,
  type Carrier,
  closeCarriers,
  cutJson,
  html,
  json,
  openTo,
  readAll,
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
const impatient = { callMs: 1_500 };

async function meeting(...acts: Act[]): Promise<{ carrier: Carrier; clock: ReturnType<typeof skippingClock> }> {
  const carrier = await startCarrier();
  carrier.script("GET", ...acts);
  return { carrier, clock: skippingClock() };
}

describe("a read that failed once is made again", () => {
  test.each<[string, Act]>([
    ["429", status(429)],
    ["502", html(502)],
    ["503", status(503)],
    ["504", status(504)],
    ["a reset", reset],
    ["a truncated body", truncate],
  ])("after %s", async (_, act) => {
    const { carrier, clock } = await meeting(act);
    expect(await openTo(carrier.url, { clock }).send(readAll())).toEqual([]);
    expect(carrier.count("GET")).toBe(2);
  });
});

test("a read by POST is a read: its body is sent, and it is made again", async () => {
  const carrier = await startCarrier();
  carrier.script("POST", html(503), reset);
  const read = { ...readAll(), method: "POST" as const, body: { name: "one" }, parse: () => "read" };
  expect(await openTo(carrier.url).send(read)).toBe("read");
  expect(carrier.requests.map(({ body }) => body)).toEqual(Array(3).fill('{"name":"one"}'));
});

describe("a read that fails each time is made three times, and then the failure is told", () => {
  test.each<[string, Act, object]>([
    ["429", status(429), { code: "rate_limited", details: { status: 429, retry_after_seconds: 60 } }],
    ["502", html(502), { code: "provider_failed", details: { status: 502, hint: "This is temporary: call again in a minute." } }],
    [
      "503",
      status(503),
      {
        code: "provider_failed",
        details: { status: 503 },
        message: expect.stringMatching(/: it is not available for the moment \(503\)\.$/),
      },
    ],
    ["503 in JSON", json(503, { another: "shape" }), { details: { status: 503, hint: expect.stringContaining("temporary") } }],
    ["504", status(504), { code: "provider_failed", details: { status: 504 } }],
    ["a reset", reset, { code: "provider_failed", message: expect.stringContaining("the connection broke") }],
    ["a truncated body", truncate, { code: "provider_failed" }],
  ])("%s", async (_, act, expected) => {
    const { carrier, clock } = await meeting(...times(10, act));
    expect(await refusalOf(openTo(carrier.url, { clock }).send(readAll()))).toMatchObject(expected);
    expect(carrier.count("GET")).toBe(3);
  });
});

describe.concurrent("a read whose failure would only be repeated is made once", () => {
  test.each<[string, Act, string]>([
    ["500", status(500), "it answered 500."],
    ["500 in JSON", json(500, { another: "shape" }), "it answered 500."],
    ["501", status(501), "501"],
    ["HTML under 200", html(200), "not JSON (text/html)"],
    ["JSON of another shape", json(200, { another: "shape" }), "a shape that is not known"],
    ["JSON that is cut off", cutJson, "not JSON"],
    ["a stall before the headers", stall, "no complete answer came in time"],
    ["a stall in the body", stallInBody, "no complete answer came in time"],
    ["an answer above 5 MB", tooLarge, "too large"],
  ])("%s", async (_, act, named) => {
    const { carrier, clock } = await meeting(...times(10, act));
    const timing = act === stall || act === stallInBody ? impatient : {};
    const error = await refusalOf(openTo(carrier.url, { clock, timing }).send(readAll()));
    expect(error).toMatchObject({ code: "provider_failed", message: expect.stringContaining(named) });
    expect(error.message).toContain("Carrier");
    expect(error.message).toContain("list records");
    expect(carrier.count("GET")).toBe(1);
  });

  test.each([301, 302, 303, 307, 308])("a redirect (%i) is not followed, even where it would hold an answer", async (code) => {
    const { carrier } = await meeting(redirect(code));
    const error = await refusalOf(openTo(carrier.url).send(readAll()));
    expect(error).toMatchObject({ code: "provider_failed", details: { status: code }, message: expect.stringContaining("redirect") });
    expect(carrier.requests.map(({ url }) => url)).toEqual(["/records"]);
  });
});

describe("Retry-After", () => {
  test("longer than anybody is kept waiting: told", async () => {
    const { carrier } = await meeting(status(503, { "retry-after": "900" }));
    const error = await refusalOf(openTo(carrier.url).send(readAll()));
    expect(error).toMatchObject({
      details: { retry_after_seconds: 900, hint: "This is temporary: call again after retry_after_seconds." },
    });
  });

  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toUTCString();

  test.each([
    ["seconds", () => "7", 7_000, 7_000],
    ["a date", () => inSeconds(9), 7_000, 9_000],
    ["a date that has passed", () => inSeconds(-60), 0, 0],
    ["twenty seconds, the longest", () => "20", 20_000, 20_000],
  ])("%s: obeyed", async (_, header, least, most) => {
    const { carrier, clock } = await meeting((turn) => status(503, { "retry-after": header() })(turn));
    await openTo(carrier.url, { clock }).send(readAll());
    const waited = clock.slept.reduce((sum, ms) => sum + ms, 0);
    expect(waited).toBeGreaterThanOrEqual(least);
    expect(waited).toBeLessThanOrEqual(most);
  });

  test.each([
    ["21 seconds", () => "21", 21, 21],
    ["a date a minute away", () => inSeconds(60), 58, 60],
    ["a day in seconds", () => "86400", 86_400, 86_400],
  ])("%s: nobody is kept waiting, the caller is told", async (_, header, least, most) => {
    const { carrier, clock } = await meeting(...times<Act>(5, (turn) => status(429, { "retry-after": header() })(turn)));
    const error = await refusalOf(openTo(carrier.url, { clock }).send(readAll()));
    expect(error.code).toBe("rate_limited");
    expect(error.details.retry_after_seconds).toBeGreaterThanOrEqual(least);
    expect(error.details.retry_after_seconds).toBeLessThanOrEqual(most);
    expect([carrier.count("GET"), clock.slept]).toEqual([1, []]);
  });

  test.each([-3_600_000, 3_600_000])("a date is read by the carrier's clock, which is %i ms off", async (skew) => {
    const now = () => Date.now() + skew;
    const carrier = await startCarrier({ now });
    const clock = skippingClock();
    carrier.script("GET", status(429, { "retry-after": new Date(now() + 9_000).toUTCString() }));
    await openTo(carrier.url, { clock }).send(readAll());
    expect(clock.slept[0]).toBeGreaterThan(7_000);
    expect(clock.slept[0]).toBeLessThanOrEqual(10_000);
  });

  test("without one the wait is jittered, between nothing and its bound", async () => {
    const { carrier, clock } = await meeting(status(503), status(503));
    await openTo(carrier.url, { clock }).send(readAll());
    expect(clock.slept.length).toBeLessThanOrEqual(2);
    expect(Math.max(0, ...clock.slept)).toBeLessThanOrEqual(1_600);
  });
});

describe("retry budget", () => {
  test("a carrier that is down gets little more than one request a call", async () => {
    const { carrier, clock } = await meeting(...times(1_000, status(503)));
    const wire = openTo(carrier.url, { clock });
    for (let call = 0; call < 100; call++) await refusalOf(wire.send(readAll()));
    // Ten to begin with, and one for each five calls; without a budget it would be 300.
    expect(carrier.count("GET")).toBeLessThanOrEqual(100 + 10 + 20);
    expect(carrier.count("GET")).toBeGreaterThan(100);
  });
});

describe("what leaves", () => {
  test("the key is in a header, never in the URL, and a query goes out encoded", async () => {
    const { carrier } = await meeting();
    await openTo(carrier.url).send({ ...readAll(), query: { name: "a&b=c", page: 2, offset: undefined } });
    expect(carrier.requests).toMatchObject([{ url: "/records?name=a%26b%3Dc&page=2", headers: { authorization: "Basic c2VjcmV0" } }]);
  });

  test("a base URL with a path keeps it", async () => {
    const { carrier } = await meeting();
    await openTo(`${carrier.url}/v3/`).send({ ...readAll(), path: path`/records/${"a/b"}` });
    expect(carrier.requests[0]?.url).toBe("/v3/records/a%2Fb");
  });
});
