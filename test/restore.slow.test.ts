import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { systemClock } from "../src/core/clock.ts";
import { Secret } from "../src/core/secret.ts";
import { openStore } from "../src/store/open.ts";
import { call } from "./store/call.ts";
import { MASTER_KEY } from "./store/place.ts";
import { needs } from "./support/needs.ts";
import { installedPostgres, onServer, type Postgres, startPostgres } from "./support/postgres.ts";

const read = (file: string) => readFileSync(resolve(import.meta.dirname, "..", file), "utf8");

/** The runbook's lines for the Postgres of compose.yaml, as they run inside its container. */
function runbookLines(): string[] {
  const [, block = ""] = /```sh elsewhere\n(docker compose exec -T postgres pg_dump[^`]*)```/.exec(read("docs/runbook.md")) ?? [];
  return block.split("\n").flatMap((line) => /^docker compose exec -T postgres (.+)$/.exec(line)?.[1] ?? []);
}

/** The line of the profile `backup`, in which compose.yaml doubles each dollar. */
function backupLine(): string {
  const { services } = parse(read("compose.yaml"), { merge: true }) as { services: { backup: { entrypoint: string[] } } };
  const [shell, flag, line = ""] = services.backup.entrypoint;
  expect([shell, flag]).toEqual(["sh", "-c"]);
  return line.replaceAll("$$", "$");
}

// pg_dump refuses a server that is newer than itself, and the one of the tests comes without it.
const bin = installedPostgres();

describe("the Postgres of compose.yaml, dumped and restored", needs({ "postgres with pg_dump": bin }), () => {
  let server: Postgres;
  let folder: string;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres(bin);
    folder = mkdtempSync(join(tmpdir(), "trunkline-restore-"));
    const admin = await server.database();
    // As the image makes them for POSTGRES_USER and POSTGRES_DB.
    await onServer(admin, "CREATE ROLE trunkline LOGIN SUPERUSER PASSWORD 'of_the_tests'");
    await onServer(admin, "CREATE DATABASE trunkline OWNER trunkline");
    url = `postgres://trunkline:of_the_tests@127.0.0.1:${server.port}/trunkline`;
    writeFileSync(join(folder, "store_url"), url);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  function run(line: string): void {
    const environment = { PGHOST: "127.0.0.1", PGPORT: String(server.port), PGPASSWORD: "of_the_tests", STORE: join(folder, "store_url") };
    const env = { ...environment, PATH: `${bin}${delimiter}${process.env["PATH"]}` };
    const { status, stderr } = spawnSync("sh", ["-c", line], { cwd: folder, env, encoding: "utf8" });
    expect([status, stderr], line).toEqual([0, ""]);
  }

  const open = () =>
    openStore({ location: { url: new Secret(url), masterKey: new Secret(MASTER_KEY) }, tenant: "acme", clock: systemClock });
  const rowsOf = () => onServer(url, "SELECT intent, phase, hash FROM trunkline_journal ORDER BY seq");

  async function write(password: string): Promise<void> {
    const store = await open();
    await store.journal.settle(await store.journal.intend({ ...call, requestId: password, redacted: {} }), "done");
    await store.secrets.keep(new Secret(password, "exotel/a/sip"));
    await store.close();
  }

  const [dump = "", restore = "", ...more] = runbookLines();

  test("the runbook has one line that dumps and one that restores", () => {
    expect([dump.split(" ")[0], restore.split(" ")[0], more]).toEqual(["pg_dump", "pg_restore", []]);
  });

  test.each([
    ["the runbook", () => dump],
    ["the profile backup", () => `(${backupLine()}) > trunkline.dump`],
  ])("what %s dumped is what there is again: journal, seal and passwords", async (_, line) => {
    await write("before_the_dump");
    const before = await rowsOf();
    run(line());
    await write("after_the_dump");
    await onServer(url, "UPDATE trunkline_journal SET redacted = '{\"forged\":true}' WHERE seq = 1");
    run(restore);
    expect(await rowsOf()).toEqual(before);
    const store = await open();
    expect((await store.secrets.find("exotel/a/sip"))?.reveal()).toBe("before_the_dump");
    expect(await store.journal.verify()).toMatchObject({ rows: before.length, problem: undefined });
    await store.close();
    // It goes on where it was, and a row that is changed is noticed as ever.
    await write("after_the_restore");
    await onServer(url, "UPDATE trunkline_journal SET redacted = '{\"forged\":true}' WHERE seq = 1");
    const changed = await open();
    expect(await changed.journal.verify()).toMatchObject({ problem: expect.anything() });
    await changed.close();
    await onServer(url, "DROP SCHEMA public CASCADE");
    await onServer(url, "CREATE SCHEMA public");
  });
});
