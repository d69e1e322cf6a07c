import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import type { JournalRow } from "../../src/core/store/journal.ts";
import { type OpenStore, openStore } from "../../src/store/open.ts";
import { initialize, request, start } from "../support/process.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "trunkline-audit-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function run(...args: string[]) {
  // This shell has no carrier's keys, as a person's mostly has none.
  const chosen = args.includes("--sandbox") || args.includes(BY_SETTINGS) ? [] : ["--live"];
  const program = start(["audit", ...chosen, ...args.filter((one) => one !== BY_SETTINGS)], { TRUNKLINE_HOME: home });
  const code = await program.exit();
  return { code, lines: program.lines(), said: program.stderr() };
}

/** In place of a flag: as the command chooses by itself. */
const BY_SETTINGS = "by settings";

const file = () => join(home, "trunkline.db");

async function journaled(write: (store: OpenStore) => Promise<void>): Promise<void> {
  const store = await openStore({ location: { file: file() }, tenant: "local", clock: systemClock });
  await write(store);
  await store.close();
}

const call = { principal: "local", tool: "exotel_create_trunk", arguments: "digest", requestId: "r1" };

async function twoWrites({ journal }: OpenStore): Promise<void> {
  const first = await journal.intend({ ...call, redacted: { trunk_name: "a" } });
  const second = await journal.intend({ ...call, tool: "exotel_delete_trunk", redacted: { trunk_sid: "t" }, approval: "apr_1" });
  await journal.settle(second, "failed", "not_found");
  await journal.settle(first, "done");
}

describe("trunkline audit", () => {
  test("prints who wrote what, and how it ended, newest last", async () => {
    await journaled(twoWrites);
    const { code, lines, said } = await run();
    expect([code, said]).toEqual([0, ""]);
    expect(lines.map((line) => line.replace(/\d\d:\d\d:\d\d/, "TIME"))).toEqual([
      expect.stringMatching(/^\w+day, \d{1,2} \w+ 20\d\d$/),
      "  TIME  ✗ Not done: Delete an Exotel trunk: trunk_sid t. A person agreed (apr_1). Because: not_found",
      "  TIME  ✓ Created an Exotel trunk: trunk_name a.",
    ]);
  });

  test("says which trunk a write found, and which words a person saw", async () => {
    const about = { provider: "exotel", trunk_id: "trmum1", trunk_name: 'prod" \u202e' };
    const record = { ...call, redacted: {}, approval: "apr_1", about, shown: "5f5f" };
    await journaled(async ({ journal }) => void (await journal.intend(record)));
    const { lines } = await run();
    expect(lines[1]).toContain(`? Outcome not known: Create an Exotel trunk, trunk "prod'" (trmum1). A person agreed (apr_1).`);
    expect(JSON.parse((await run("--json")).lines[0] ?? "")).toMatchObject({ about, shown: "5f5f" });
  });

  test("prints JSON lines for a program", async () => {
    await journaled(twoWrites);
    const rows = (await run("--json")).lines.map((line) => JSON.parse(line) as JournalRow);
    expect(rows.map(({ seq, phase }) => [seq, phase])).toEqual([
      [1, "intent"],
      [2, "intent"],
      [3, "failed"],
      [4, "done"],
    ]);
    expect(rows[1]).toMatchObject({ principal: "local", redacted: { trunk_sid: "t" }, approval: "apr_1", requestId: "r1" });
  });

  test("gives an agent's arguments no line and no colour of their own", async () => {
    const trunk_name = "a\n     9  2026-01-01 00:00:00  done     exotel_delete_trunk\u001b[31m\u202e\u009b";
    await journaled(async ({ journal }) => void (await journal.intend({ ...call, redacted: { trunk_name } })));
    const { lines, said } = await run();
    expect(lines).toHaveLength(2);
    for (const hostile of ["\u001b", "\u009b", "\u202e"]) expect(lines.join("")).not.toContain(hostile);
    expect(said).toContain("The outcome of one write is not known.");
  });

  test("says when there is nothing, and where else to look", async () => {
    expect(await run()).toEqual({
      code: 0,
      lines: [],
      said: `No write was journaled in ${file()}. --sandbox shows those of the sandbox.\n`,
    });
    expect(await run("--verify")).toMatchObject({
      code: 1,
      lines: [`No row was found in ${file()}: nothing was ever written to this journal, or all of it was removed.`],
    });
  });

  test("--expect finds rows that were cut off the end with the head changed to fit", async () => {
    await journaled(twoWrites);
    const noted = (await run("--verify")).lines[0]?.split(" ").at(-1) ?? "";
    const database = new Database(file());
    database.exec("DELETE FROM trunkline_journal WHERE seq > 2");
    database.exec("UPDATE trunkline_journal_heads SET seq = 2, hash = (SELECT hash FROM trunkline_journal WHERE seq = 2)");
    database.close();
    expect(await run("--verify")).toMatchObject({ code: 0 });
    expect(await run("--verify", "--expect", noted)).toMatchObject({
      code: 1,
      lines: [expect.stringContaining("row 4 is gone, which was expected")],
    });
  });

  test("--verify: exit 0 and a sentence when all holds, exit 1 and the row when not", async () => {
    await journaled(twoWrites);
    const good = await run("--verify");
    expect([good.code, good.lines]).toEqual([0, [expect.stringMatching(/^Tenant local: all 4 rows hold together\. .* 4:[0-9a-f]{64}$/)]]);
    expect(good.said).toContain("Without TRUNKLINE_MASTER_KEY");
    const database = new Database(file());
    database.exec("UPDATE trunkline_journal SET tool = 'other' WHERE seq = 2");
    database.close();
    const { code, lines } = await run("--verify");
    expect([code, lines]).toEqual([
      1,
      ["Tenant local: row 2 was changed, or is not the row that was written after row 1. Rows that hold together up to there: 1."],
    ]);
    const { code: again, lines: json } = await run("--verify", "--json");
    expect([again, JSON.parse(json[0] ?? "")]).toMatchObject([1, { rows: 1, problem: { seq: 2 } }]);
  });
});

describe("a served conversation", () => {
  async function createTrunk(environment: Record<string, string>): Promise<void> {
    const program = start([], { TRUNKLINE_HOME: home, ...environment });
    program.send(initialize);
    await program.answer(1);
    program.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    program.send(request(2, "tools/call", { name: "exotel_create_trunk", arguments: { trunk_name: "journaled" } }));
    await program.answer(2);
    program.child.stdin.end();
    await program.exit();
  }

  test("on the sandbox journals into the sandbox's own file", async () => {
    await createTrunk({ TRUNKLINE_SANDBOX: "true" });
    expect((await run()).lines).toEqual([]);
    const { lines } = await run("--sandbox");
    expect((await run(BY_SETTINGS)).lines).toEqual(lines);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/Created an Exotel trunk: .*trunk_name journaled/);
    expect(await run("--sandbox", "--verify")).toMatchObject({ code: 0 });
  });

  test("that cannot journal sends nothing, and says so", async () => {
    const program = start([], { TRUNKLINE_HOME: "/dev/null/nowhere", TRUNKLINE_SANDBOX: "true" });
    program.send(initialize);
    await program.answer(1);
    program.send(request(2, "tools/list"));
    await program.answer(2);
    program.send(request(3, "tools/call", { name: "exotel_create_trunk", arguments: { trunk_name: "never" } }));
    const { result } = (await program.answer(3)) as { result: { content: { text: string }[] } };
    expect(JSON.parse(result.content.at(-1)?.text ?? "")).toMatchObject({
      code: "internal",
      applied: false,
      message: "Trunkline cannot reach its own state (ENOTDIR).",
    });
    program.child.stdin.end();
    expect(await program.exit()).toBe(0);
  });
});
