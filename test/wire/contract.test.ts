import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { path, type RateLimit, type Wire, type WireOptions } from "../../src/core/carrier/wire.ts";
import { systemClock } from "../../src/core/clock.ts";
import { silentLog } from "../../src/core/log.ts";
import { toExactJson } from "../../src/wire/exact-json.ts";
import { createOpenWire } from "../../src/wire/open.ts";
import { patient } from "../support/patience.ts";
import { runs } from "../support/runs.ts";
import { type Act, account, type Carrier, closeCarriers, json, reset, skippingClock, startCarrier, times } from "./carrier.ts";

afterEach(closeCarriers);

const open = (options: Partial<WireOptions> & { baseUrl: string }) =>
  createOpenWire({ clock: skippingClock(), log: silentLog, timing: patient })({ ...account, ...options });

const read = (base?: string) => ({
  effect: "read" as const,
  method: "GET" as const,
  operation: "read a record",
  path: path`/records`,
  base,
  parse: (answer: { json: unknown }) => answer.json,
});

const write = (body: unknown) => ({
  effect: "write" as const,
  method: "POST" as const,
  operation: "write a record",
  path: path`/records`,
  body,
  parse: () => true,
  settle: async () => undefined,
});

describe("a body", () => {
  async function sent(options: Partial<WireOptions>, body: unknown) {
    const carrier = await startCarrier();
    carrier.script("POST", json(201, {}));
    await open({ ...options, baseUrl: carrier.url }).send(write(body));
    const [{ headers, body: text } = { headers: {}, body: "" }] = carrier.requests;
    return { type: headers["content-type"], text };
  }

  test("is JSON where nothing else is said", async () => {
    expect(await sent({}, { name: "a b", tags: ["x", "y"] })).toEqual({
      type: "application/json",
      text: '{"name":"a b","tags":["x","y"]}',
    });
  });

  test("is a form where the carrier takes forms: a list repeats its key, an empty string is sent, undefined is not", async () => {
    const body = { FriendlyName: "a b&c=d", Secure: true, Weight: 0, Number: "+14155550100", Clear: "", Left: undefined, Tag: ["x", "y"] };
    const { type, text } = await sent({ encoding: "form" }, body);
    expect(type).toBe("application/x-www-form-urlencoded");
    expect([...new URLSearchParams(text)]).toEqual([
      ["FriendlyName", "a b&c=d"],
      ["Secure", "true"],
      ["Weight", "0"],
      ["Number", "+14155550100"],
      ["Clear", ""],
      ["Tag", "x"],
      ["Tag", "y"],
    ]);
    expect(text).toContain("Number=%2B14155550100");
  });

  test.each([[null], [{ inner: 1 }], [[["x"]]]])("is not sent when a form has no way to write %j", async (value) => {
    const carrier = await startCarrier();
    await expect(open({ encoding: "form", baseUrl: carrier.url }).send(write({ Field: value }))).rejects.toThrow("Field");
    expect(carrier.requests).toEqual([]);
  });
});

describe("an account on two bases", () => {
  const onTwo = async (options: Partial<WireOptions> = {}) => {
    const [main, other] = await Promise.all([startCarrier(), startCarrier()]);
    const otherBases = { lists: { baseUrl: `${other.url}/api/`, baseUrlSetting: "LISTS_BASE_URL" } };
    return { main, other, wire: open({ baseUrl: main.url, otherBases, ...options }) };
  };
  const asked = ({ requests }: Carrier) => requests.map(({ url, headers }) => [url, headers["authorization"]]);

  test("asks the base that a request names, with the same credentials, the first one where none is named", async () => {
    const { main, other, wire } = await onTwo();
    await wire.send(read());
    await wire.send(read("lists"));
    expect(asked(main)).toEqual([["/records", account.headers().authorization]]);
    expect(asked(other)).toEqual([["/api/records", account.headers().authorization]]);
  });

  test("has one limit over both", async () => {
    const limit = { calls: 2, perMs: 60_000 };
    const { main, other, wire } = await onTwo({ limit });
    await Promise.all([wire.send(read()), wire.send(read("lists"))]);
    await expect(wire.send(read("lists"))).rejects.toMatchObject({ code: "rate_limited" });
    await expect(wire.send(read())).rejects.toMatchObject({ code: "rate_limited" });
    expect([main.requests.length, other.requests.length]).toEqual([1, 1]);
  });

  test("names the setting of the base that is not reached, holds every base to TLS, and knows no base of another name", async () => {
    const { other, wire } = await onTwo();
    other.script("GET", ...times(3, reset));
    await expect(wire.send(read("lists"))).rejects.toMatchObject({ details: { hint: expect.stringContaining("LISTS_BASE_URL") } });
    await expect(wire.send(read("voice"))).rejects.toThrow("no base voice");
    const unsafe = { lists: { baseUrl: "http://lists.example", baseUrlSetting: "LISTS_BASE_URL" } };
    await expect(onTwo({ otherBases: unsafe })).rejects.toThrow("LISTS_BASE_URL must be an https URL");
  });
});

describe("an integer in an answer", () => {
  const answered = async (text: string) => {
    const carrier = await startCarrier();
    carrier.script("GET", ({ response }) => response.writeHead(200, { "content-type": "application/json" }).end(text));
    return await open({ baseUrl: carrier.url }).send(read());
  };

  test("of 19 digits is exact, as a string; what a number holds stays a number", async () => {
    const text = `{"connection_id": 1293384261075731499, "n": -9007199254740993, "safe": 9007199254740991, "port": 5060,
      "list": [1293384261075731500,2], "rate": 0.12345678901234567890, "big": 1e21, "text": "a \\"1293384261075731499\\" 1293384261075731499"}`;
    expect(await answered(text)).toEqual({
      connection_id: "1293384261075731499",
      n: "-9007199254740993",
      safe: 9007199254740991,
      port: 5060,
      list: ["1293384261075731500", 2],
      rate: 0.12345678901234568,
      big: 1e21,
      text: 'a "1293384261075731499" 1293384261075731499',
    });
    // Why: this is another connection.
    expect(JSON.parse(text).connection_id.toString()).not.toBe("1293384261075731499");
  });

  test("is exact in an answer that repeats the credentials of its request, too", async () => {
    expect(await answered('{"id": 1293384261075731499, "given": "c2VjcmV0"}')).toEqual({
      id: "1293384261075731499",
      given: expect.not.stringContaining("c2VjcmV0"),
    });
  });

  test("that JSON does not allow makes the answer none", async () => {
    for (const text of ["01293384261075731499", "1293384261075731499x", '{"id": --1293384261075731499}', ""])
      expect(toExactJson(text)).toBeUndefined();
    await expect(answered('{"id": 01293384261075731499}')).resolves.toBeUndefined();
  });

  test("any text and any safe integer is what JSON.parse makes of it", () => {
    const digits = fc.stringMatching(/^["\\ ]?\d{16,20}["\\,:]?$/);
    fc.assert(
      fc.property(fc.array(fc.oneof(digits, fc.string(), fc.maxSafeInteger())), (values) => {
        expect(toExactJson(JSON.stringify(values))).toEqual(values);
      }),
      { numRuns: runs(10) },
    );
  });

  test("any number of digits, anywhere, is kept to the last one", () => {
    const value = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
    fc.assert(
      fc.property(fc.array(value), fc.string(), (integers, name) => {
        const found = toExactJson(`{${JSON.stringify(name)}:[${integers.join(" , ")}]}`) as Record<string, unknown[]>;
        expect(found[name]?.map(String)).toEqual(integers.map(String));
      }),
      { numRuns: runs(10) },
    );
  });
});

describe("calls at once", () => {
  test("are as many as the carrier permits, over every base of the account, and each is answered", async () => {
    let [underWay, most] = [0, 0];
    const busy: Act = ({ response }) => {
      most = Math.max(most, ++underWay);
      setTimeout(() => {
        underWay -= 1;
        response.writeHead(200, { "content-type": "application/json" }).end("{}");
      }, 5);
    };
    const [main, other] = await Promise.all([startCarrier(), startCarrier()]);
    for (const { script } of [main, other]) script("GET", ...times(20, busy));
    const clock = systemClock;
    const openWire = createOpenWire({ clock, log: silentLog, timing: patient });
    const otherBases = { lists: { baseUrl: other.url, baseUrlSetting: "LISTS_BASE_URL" } };
    const to = (limit: RateLimit) => openWire({ ...account, account: `${limit.atOnce}`, baseUrl: main.url, otherBases, limit });
    const readsOver = (wire: Wire) => Promise.all(times(20, 0).map((_, index) => wire.send(read(index % 2 === 0 ? undefined : "lists"))));
    expect(await readsOver(to({ ...account.limit, atOnce: 3 }))).toHaveLength(20);
    expect(most).toBe(3);
    for (const { script } of [main, other]) script("GET", ...times(20, busy));
    await readsOver(to(account.limit));
    expect(most).toBeGreaterThan(3);
  });
});
