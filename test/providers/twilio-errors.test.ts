import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { twilio } from "../../src/providers/twilio/index.ts";
import { needsFiles } from "../support/needs.ts";
import { agreeing, startTrunkline, type Trunkline } from "../support/trunkline.ts";

const table = resolve(import.meta.dirname, "../../../shared/fixtures/twilio/error-codes.json");
const needsTable = needsFiles([table]);

interface Row {
  code: number;
  title: string;
}

const rows: Row[] = needsTable.skip ? [] : JSON.parse(readFileSync(table, "utf8"));

/** Our word for each of the carrier's numbers; the rest are conflicts. */
const ours: Readonly<Record<number, string>> = {
  20001: "invalid_input",
  20003: "unauthorized",
  20005: "forbidden",
  20007: "invalid_input",
  20008: "not_configured",
  20404: "not_found",
  21252: "invalid_input",
  70051: "forbidden",
};
const statuses: Readonly<Record<number, number>> = { 20003: 401, 20005: 403, 20008: 403, 20404: 404, 20409: 409, 70051: 401 };

/** Those that say nothing of the request, which may have been done, and the one that is told by its status alone. */
const otherwise: readonly number[] = [20500, 20503, 20429];

let trunkline: Trunkline;
let trunk_sid: string;
beforeAll(async () => {
  trunkline = await startTrunkline({ providers: [twilio], person: agreeing, unlimited: true });
  trunk_sid = (await trunkline.call("twilio_create_trunk", { friendly_name: "one" })).value.trunk.trunk_id;
});
afterAll(() => trunkline.close());

async function refusedWith({ code, title }: Row, status: number) {
  const body = { code, message: title, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  trunkline.sandbox.script({ kind: "status", status, body, method: "POST", path: `/v1/Trunks/${trunk_sid}`, times: 10 });
  const { value } = await trunkline.call("twilio_update_trunk", { trunk_sid, friendly_name: `two ${code}` });
  trunkline.sandbox.clearFaults();
  return value;
}

describe("what Twilio's numbers mean", needsTable, () => {
  test.each(rows.filter(({ code }) => !otherwise.includes(code)))("$code $title is one clear sentence", async (row) => {
    const value = await refusedWith(row, statuses[row.code] ?? 400);
    expect(value).toMatchObject({ code: ours[row.code] ?? "conflict", applied: false, carrier_code: row.code });
    expect(value.message).toMatch(/^[A-Z].*\.$/);
    expect(value.message).not.toContain(row.title);
    expect(value.carrier_message).toContain(row.title);
    expect(value.hint).toMatch(/\w/);
  });

  test("too many calls are told as that", async () => {
    expect(await refusedWith({ code: 20429, title: "Too Many Requests" }, 429)).toMatchObject({ code: "rate_limited", applied: false });
  });

  test("the codes of the table were read", () => expect(rows.length).toBeGreaterThan(25));
});

describe("what a person has to set", () => {
  test.each<[string, number, number, RegExp]>([
    ["a wrong key or one of another region", 20003, 401, /TWILIO_API_KEY and TWILIO_API_SECRET.*TWILIO_REGION/],
    ["a test credential", 20008, 403, /TWILIO_API_KEY/],
    ["a permission that is missing", 70051, 403, /TWILIO_API_KEY.*permission/],
    ["a trunk of another region", 20404, 404, /TWILIO_REGION/],
    ["the limit of a trial account", 21244, 400, /trial/],
  ])("%s (%i) names it", async (_, code, status, named) => {
    const { message, hint } = await refusedWith({ code, title: "A title" }, status);
    expect(`${message} ${hint}`).toMatch(named);
  });

  test("a region without its edge is refused before anything is sent", async () => {
    const other = await startTrunkline({ providers: [twilio], settings: { TWILIO_REGION: "au1" } });
    try {
      const { value } = await other.call("list_trunks", { provider: "twilio" });
      expect(JSON.stringify(value)).toMatch(/TWILIO_REGION needs TWILIO_EDGE/);
      expect(other.sandbox.seen).toEqual([]);
    } finally {
      await other.close();
    }
  });
});
