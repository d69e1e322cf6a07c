import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runAudit } from "../../src/commands/audit.ts";
import type { ProgressLine } from "../../src/commands/progress.ts";
import type { AuditOptions } from "../../src/commands/verify-journals.ts";
import { systemClock } from "../../src/core/clock.ts";
import { plainScreen } from "../../src/core/screen.ts";
import { Secret } from "../../src/core/secret.ts";
import type { Journals } from "../../src/core/store/journal.ts";
import { sqlJournals } from "../../src/store/journals.ts";
import { openDatabase } from "../../src/store/open.ts";
import type { Sql } from "../../src/store/sql.ts";
import { call } from "../store/call.ts";
import { MASTER_KEY } from "../store/place.ts";

let sql: Sql;
let journals: Journals;
beforeEach(() => open(MASTER_KEY));
afterEach(() => sql.close());

async function open(masterKey: string | undefined): Promise<void> {
  ({ sql } = await openDatabase({ file: ":memory:", masterKey: masterKey === undefined ? undefined : new Secret(masterKey) }));
  journals = sqlJournals(sql, systemClock, "/state/trunkline.db");
}

async function write(tenant: string): Promise<void> {
  const journal = journals.of(tenant);
  await journal.settle(await journal.intend({ ...call, requestId: "r", redacted: {} }), "done");
}

/** Reports of how far the last audit was. */
let told: string[] = [];
// The line is taken off before anything is printed.
const progress: ProgressLine = {
  tell: (done, total, message) => told.push(`${done} of ${total} ${message}`),
  note: () => {},
  end: () => told.push("off"),
};

async function audit(options: Partial<AuditOptions> = {}) {
  const [printed, noted]: string[][] = [[], []];
  told = [];
  const all = {
    tenant: undefined,
    verify: true,
    expect: undefined,
    seal: false,
    json: false,
    ofSandbox: false,
    screen: plainScreen,
    ...options,
  };
  const code = await runAudit(journals, all, { print: (text) => printed?.push(text), note: (text) => noted?.push(text), progress });
  return { code, lines: (printed ?? []).join("").split("\n").slice(0, -1), noted: noted ?? [] };
}

const endOf = async (tenant: string) => {
  const { end } = await journals.audit(tenant);
  return `${end?.seq}:${end?.hash}`;
};

test("audit --verify tells how far it is, and takes that off the screen before it prints", async () => {
  await write("acme");
  await write("zenith");
  const checked = (name: string) => [`2 of 2 Tenant ${name}: rows checked`, "off"];
  await audit();
  expect(told).toEqual([...checked("acme"), ...checked("zenith")]);
});

describe("audit --verify", () => {
  test("covers every tenant, and tells each end to be noted", async () => {
    await write("acme");
    await write("zenith");
    expect(await audit()).toEqual({
      code: 0,
      lines: [
        `Tenant acme: all 2 rows hold together. Note their end, for --expect: ${await endOf("acme")}`,
        `Tenant zenith: all 2 rows hold together. Note their end, for --expect: ${await endOf("zenith")}`,
      ],
      noted: [],
    });
    expect((await audit({ tenant: "zenith" })).lines).toHaveLength(1);
  });

  test("names the tenant and the row that was forged, and goes on to the others", async () => {
    for (const tenant of ["acme", "acme", "zenith"]) await write(tenant);
    await sql.query("UPDATE trunkline_journal SET tool = 'other' WHERE tenant = 'acme' AND seq = 2");
    const { code, lines } = await audit();
    expect(code).toBe(1);
    expect(lines).toEqual([
      "Tenant acme: row 2 was changed, or is not the row that was written after row 1. Rows that hold together up to there: 1.",
      expect.stringContaining("Tenant zenith: all 2 rows hold together."),
    ]);
    const json = (await audit({ json: true })).lines.map((line) => JSON.parse(line));
    expect(json).toMatchObject([
      { tenant: "acme", holds: false, rows: 1, problem: { seq: 2 }, end: { seq: 4 } },
      { tenant: "zenith", holds: true, rows: 2, sealed_from: 1, end: { seq: 2 } },
    ]);
    expect((await audit({ tenant: "zenith" })).code).toBe(0);
  });

  test("with --expect fails when that row is gone or another", async () => {
    await write("acme");
    const noted = await endOf("acme");
    await write("acme");
    expect(await audit({ expect: noted })).toMatchObject({ code: 0 });
    const other = `2:${"0".repeat(64)}`;
    expect(await audit({ expect: other })).toMatchObject({
      code: 1,
      lines: ["Tenant acme: row 2 has another hash than was expected. Rows that hold together up to there: 4."],
    });
    expect(await audit({ expect: noted.replace("2:", "9:") })).toMatchObject({
      code: 1,
      lines: [expect.stringContaining("row 9 is gone, which was expected")],
    });
    await expect(audit({ expect: "2" })).rejects.toThrow("--expect takes seq:hash");
    await write("zenith");
    await expect(audit({ expect: noted })).rejects.toThrow("--expect needs --tenant here: one of acme, zenith.");
    expect((await audit({ expect: noted, tenant: "acme" })).code).toBe(0);
  });

  test("finds no success in nothing, and says where it looked", async () => {
    const looked = "was found in /state/trunkline.db: nothing was ever written to this journal, or all of it was removed.";
    expect(await audit()).toEqual({ code: 1, lines: [`No row ${looked}`], noted: [] });
    await write("acme");
    expect(await audit({ tenant: "acmee" })).toMatchObject({ code: 1, lines: [`No row of tenant acmee ${looked}`] });
    expect((await audit({ json: true, tenant: "acmee" })).lines.map((line) => JSON.parse(line))).toMatchObject([{ rows: 0, holds: false }]);
  });

  test("of a journal that was pruned to the last row is believed only where that is sealed, and never alone", async () => {
    await write("acme");
    await journals.of("acme").prune(Date.now() + 1);
    const pruned = "Tenant acme: no row was found in /state/trunkline.db; those up to row 2 were pruned, says the sealed head.";
    expect(await audit()).toMatchObject({ code: 1, lines: [pruned] });
    await write("zenith");
    expect((await audit()).code).toBe(0);
  });

  test("says what it cannot find without a key", async () => {
    await sql.close();
    await open(undefined);
    await write("local");
    const { code, lines, noted } = await audit();
    expect([code, lines]).toEqual([0, [expect.stringMatching(/^Tenant local: all 2 rows hold together\. Note their end/)]]);
    expect(noted).toEqual([expect.stringMatching(/^Without TRUNKLINE_MASTER_KEY .* does not find rows that were cut off at either end/)]);
    await journals.of("local").prune(Date.now() + 1);
    expect(await audit()).toMatchObject({
      code: 1,
      lines: [expect.stringContaining("were pruned, or removed with the head changed to fit")],
    });
  });

  test("fails where a tenant's whole journal may be gone", async () => {
    await write("acme");
    await sql.query("DELETE FROM trunkline_journal_roll");
    expect(await audit()).toMatchObject({
      code: 1,
      lines: [expect.stringContaining("A tenant's whole journal may be gone."), expect.any(String)],
    });
  });

  test("fails under a key where the end is not sealed, until --seal", async () => {
    await write("acme");
    await sql.query("UPDATE trunkline_journal_heads SET seal = NULL");
    await sql.query("DELETE FROM trunkline_journal_roll");
    expect(await audit()).toMatchObject({
      code: 1,
      lines: [expect.stringContaining("is not sealed: it was written without TRUNKLINE_MASTER_KEY")],
    });
    expect(await audit({ seal: true })).toEqual({ code: 0, lines: ["Tenant acme: sealed as it is."], noted: [] });
    expect(await audit()).toMatchObject({ code: 0, lines: [expect.stringContaining("They are sealed since row 2.")] });
    expect(await audit({ seal: true })).toEqual({ code: 0, lines: [], noted: [] });
  });

  test("--seal seals nothing that does not hold together, and nothing without a key", async () => {
    await write("acme");
    await sql.query("UPDATE trunkline_journal SET tool = 'x' WHERE seq = 1");
    expect(await audit({ seal: true })).toMatchObject({ code: 1, lines: [expect.stringContaining("acme: not sealed")] });
    await sql.close();
    await open(undefined);
    await expect(audit({ seal: true })).rejects.toThrow("audit --seal needs TRUNKLINE_MASTER_KEY");
  });
});

describe("audit", () => {
  test("prints the writes of every tenant under its name, clean", async () => {
    await write("acme");
    await write("zen\u202eith");
    const { code, lines } = await audit({ verify: false });
    expect([code, lines.length, lines[0], lines[3]]).toEqual([0, 6, "Tenant acme:", "Tenant zenith:"]);
    expect((await audit({ verify: false, tenant: "acme" })).lines).toHaveLength(3);
    const json = (await audit({ verify: false, json: true })).lines.map((line) => JSON.parse(line));
    expect(json.map(({ tenant, seq }) => [tenant, seq]).slice(0, 2)).toEqual([
      ["acme", 1],
      ["acme", 2],
    ]);
  });
});
