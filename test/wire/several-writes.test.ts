import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { WriteOperation } from "../../src/core/carrier/operation.ts";
import { severalWrites } from "../../src/core/carrier/several-writes.ts";
import type { Wire } from "../../src/core/carrier/wire.ts";
import {
  behave,
  type Carrier,
  closeCarriers,
  create,
  lost,
  openTo,
  readAll,
  refusalOf,
  type Stored,
  startCarrier,
  status,
  times,
} from "./carrier.ts";

let carrier: Carrier;
let wire: Wire;
beforeEach(async () => {
  carrier = await startCarrier();
  wire = openTo(carrier.url, { settleAfterMs: [0] });
});
afterEach(closeCarriers);

/** Makes each of the named records that is not there. */
function makeAll(): WriteOperation<string[], Stored[]> {
  const one = { send: (name: string, signal?: AbortSignal) => wire.send(create(wire, name, signal)) };
  const allOf = (names: string[], records: Stored[]) => records.filter(({ name }) => names.includes(name));
  return severalWrites({
    async settle(names) {
      const found = allOf(names, await wire.send(readAll()));
      return found.length === names.length ? found : undefined;
    },
    async run(names, requests) {
      const there = (await wire.send(readAll(requests.signal))).map(({ name }) => name);
      for (const name of names) if (!there.includes(name)) await requests.make(one, name, `${name} was made`);
      return allOf(names, await wire.send(readAll(requests.signal)));
    },
  });
}

const namesOf = (records: { name: string }[]) => records.map(({ name }) => name);

describe("a write of several requests", () => {
  test("sends each once, in order, and answers once", async () => {
    const { value, settled } = await makeAll().send(["a", "b", "c"]);
    expect([namesOf(value), settled, carrier.count("POST")]).toEqual([["a", "b", "c"], false, 3]);
    expect(namesOf((await makeAll().settle(["a", "b"])) ?? [])).toEqual(["a", "b"]);
    expect(await makeAll().settle(["a", "d"])).toBeUndefined();
  });

  test("goes on after an answer that got lost, and says that it was settled", async () => {
    carrier.script("POST", behave, lost);
    const { value, settled } = await makeAll().send(["a", "b", "c"]);
    expect([namesOf(value), settled, carrier.count("POST")]).toEqual([["a", "b", "c"], true, 3]);
  });

  test("that fails at its first request changed nothing, and says so", async () => {
    carrier.script("POST", status(400));
    const error = await refusalOf(makeAll().send(["a", "b"]));
    expect([error.code, error.applied, error.message]).toEqual(["invalid_input", false, "The carrier refused a value."]);
  });

  test.each([
    [1, "a was made"],
    [2, "a was made, b was made"],
  ])("that fails after %i of them tells what was done, and the same call again does the rest", async (count, done) => {
    carrier.script("POST", ...times(count, behave), status(429), status(429), status(429));
    const error = await refusalOf(makeAll().send(["a", "b", "c"]));
    expect([error.code, error.applied]).toEqual(["rate_limited", "unknown"]);
    expect(error.message).toContain(`Before that, this was done: ${done}.`);
    // True of the last request only.
    expect(error.message).not.toContain("Nothing was changed");
    const before = carrier.count("POST");
    expect(namesOf((await makeAll().send(["a", "b", "c"])).value)).toEqual(["a", "b", "c"]);
    expect(carrier.count("POST") - before).toBe(3 - count);
  });

  test("is cancelled before its first request, and followed to its end after it", async () => {
    const early = new AbortController();
    early.abort(new Error("gone"));
    await expect(makeAll().send(["a"], early.signal)).rejects.toThrow("gone");
    expect(carrier.count("POST")).toBe(0);
    const late = new AbortController();
    carrier.script("POST", (turn) => {
      late.abort(new Error("gone"));
      behave(turn);
    });
    expect(namesOf((await makeAll().send(["a", "b"], late.signal)).value)).toEqual(["a", "b"]);
  });

  test("leaves an error that is no refusal as it is", async () => {
    const broken = severalWrites<string, void>({
      settle: async () => undefined,
      run: async (name, requests) => {
        await requests.make({ send: (given: string) => wire.send(create(wire, given)) }, name, "it was made");
        throw new RangeError("a fault of ours");
      },
    });
    await expect(broken.send("a")).rejects.toThrow(RangeError);
  });
});
