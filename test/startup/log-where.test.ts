import { expect, test } from "vitest";
import { kindsOf, whereOfAll } from "../../src/core/carrier/where.ts";
import { withFields } from "../../src/core/log.ts";
import { configurationOf, logOf } from "../../src/startup/local.ts";

const keys = { VYOM_API_KEY: "key" };

function lineOf(environment: Record<string, string>, sandbox?: boolean): Record<string, unknown> {
  const written: string[] = [];
  const stderr = { write: (line: string) => written.push(line) > 0 };
  const log = logOf(configurationOf({ environment }), { stderr }, sandbox);
  log.warn({ operation: "any" }, "carrier call is tried again");
  return JSON.parse(written.join(""));
}

test("every line of the log says whether it is about the sandbox or live accounts", () => {
  expect(lineOf({})).toMatchObject({ where: "sandbox" });
  expect(lineOf(keys)).toMatchObject({ where: "live" });
  // A command that was told --sandbox, where keys are set.
  expect(lineOf(keys, true)).toMatchObject({ where: "sandbox" });
  // Of tenants only the server knows, once it has read their file.
  expect(lineOf({ TRUNKLINE_TENANTS: "/tenants.json" })).not.toHaveProperty("where");
});

test("fields that change are said as they are at each line, and one's own go before them", () => {
  const lines: object[] = [];
  const keep = (fields: object) => void lines.push(fields);
  let live = 0;
  const log = withFields({ debug: keep, info: keep, warn: keep, error: keep }, () => ({ where: kindsOf({ live, sandbox: 1 }) }));
  log.info({}, "a");
  live = 1;
  log.error({}, "b");
  withFields(log, { tenant: "acme", where: "live" }).warn({}, "c");
  expect(lines).toEqual([{ where: "sandbox" }, { where: "live and sandbox" }, { tenant: "acme", where: "live" }]);
});

test.each([
  [{ live: 0, sandbox: 2 }, true, "SANDBOX: no carrier is touched"],
  [{ live: 2, sandbox: 0 }, false, "LIVE: accounts at carriers"],
  [{ live: 1, sandbox: 1 }, false, "LIVE and SANDBOX: it depends on who signs in"],
])("somebody who is not signed in is told of %j", (counts, sandbox, text) => {
  expect(whereOfAll(counts)).toEqual({ sandbox, text });
});
