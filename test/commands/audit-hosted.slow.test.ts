import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import { openStore } from "../../src/store/open.ts";
import { call } from "../store/call.ts";
import { MASTER_KEY } from "../store/place.ts";
import { onServer, type Postgres, startPostgres } from "../support/postgres.ts";
import { start } from "../support/process.ts";

let server: Postgres;
let url: string;
beforeAll(async () => {
  server = await startPostgres();
  url = await server.database();
});
afterAll(() => server.stop());

async function verify(...args: string[]) {
  const program = start(["audit", "--verify", ...args], { TRUNKLINE_STORE: url, TRUNKLINE_MASTER_KEY: MASTER_KEY });
  const code = await program.exit();
  return { code, lines: program.lines(), said: program.stderr() };
}

async function write(tenant: string): Promise<void> {
  const store = await openStore({ location: { url: new Secret(url), masterKey: new Secret(MASTER_KEY) }, tenant, clock: systemClock });
  await store.journal.settle(await store.journal.intend({ ...call, requestId: "r", redacted: {} }), "done");
  await store.close();
}

test("audit --verify with a hosted server's settings looks at every tenant", async () => {
  expect(await verify()).toEqual({
    code: 1,
    lines: [expect.stringMatching(/^No row was found in the database of TRUNKLINE_STORE/)],
    said: "",
  });
  await write("acme");
  await write("zenith");
  const good = await verify();
  expect([good.code, good.lines.length, good.said]).toEqual([0, 2, ""]);
  const noted = good.lines[0]?.split(" ").at(-1) ?? "";
  expect(await verify("--tenant", "acme", "--expect", noted)).toMatchObject({ code: 0 });
  await onServer(url, "UPDATE trunkline_journal SET redacted = '{\"forged\":true}' WHERE tenant = 'acme' AND seq = 1");
  const { code, lines } = await verify();
  expect([code, lines[0]]).toEqual([1, "Tenant acme: row 1 was changed. Rows that hold together up to there: 0."]);
  expect(await verify("--tenant", "zenith")).toMatchObject({ code: 0 });
});
