import { expect, test } from "vitest";
import { TrunkError } from "../../src/core/errors.ts";
import { createLog } from "../../src/startup/log.ts";
import { storeFailure } from "../../src/store/sql.ts";

function logged() {
  const lines: string[] = [];
  return { log: createLog("info", (line) => lines.push(line)), lines: () => lines.map((line) => JSON.parse(line)) };
}

test("work that fails again and again is said once, each kind and each tenant by itself; calls are all said", () => {
  const { log, lines } = logged();
  const away = storeFailure(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }));
  for (let time = 0; time < 50; time++) {
    log.warn({ error: away }, "the poll failed");
    log.warn({ error: away, tenant: "acme" }, "the poll failed");
    log.warn({ error: new Error("another") }, "the poll failed");
    log.error({ error: away, request_id: "r" }, "call failed");
    log.info({}, "call done");
  }
  const count = (message: string) => lines().filter((line) => line.message === message).length;
  expect([count("the poll failed"), count("call failed"), count("call done")]).toEqual([3, 50, 50]);
});

test("an error that was foreseen has no stack; one that was not has", () => {
  const { log, lines } = logged();
  const foreseen = [
    new TrunkError("not_configured", "a"),
    storeFailure(Object.assign(new Error("b"), { code: "28P01" })),
    Object.assign(new Error("c"), { code: "ECONNRESET" }),
  ];
  for (const error of [...foreseen, new TypeError("d")]) log.error({ error }, error.message);
  expect(lines().map(({ error }) => "stack" in error)).toEqual([false, false, false, true]);
});
