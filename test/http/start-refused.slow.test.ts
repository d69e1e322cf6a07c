import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import { openStore } from "../../src/store/open.ts";
import { call } from "../store/call.ts";
import { token } from "../support/hosted.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { start } from "../support/process.ts";

let postgres: Postgres;
let folder: string;
let tenants: string;

beforeAll(async () => {
  postgres = await startPostgres();
  folder = mkdtempSync(join(tmpdir(), "trunkline-refused-"));
  tenants = join(folder, "tenants.json");
  writeFileSync(tenants, JSON.stringify({ tokens: [token("alice", "acme")], tenants: { acme: { sandbox: true } } }));
});
afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true });
});

const key = () => randomBytes(32).toString("base64");
const settings = (own: Record<string, string>) => ({
  TRUNKLINE_HOME: folder,
  TRUNKLINE_LISTEN: "127.0.0.1:0",
  TRUNKLINE_TENANTS: tenants,
  ...own,
});

/** Output of a process that ended by itself. */
async function refusal(environment: Record<string, string>, args = ["http"]): Promise<string> {
  const running = start(args, environment);
  expect(await running.exit()).toBe(1);
  expect(running.stderr().trim().split("\n")).toHaveLength(1);
  return running.stderr();
}

/** A state in which a password is kept and a write is journaled, both under this key. */
async function stateUnder(masterKey: string): Promise<string> {
  const url = await postgres.database();
  const location = { url: new Secret(url), masterKey: new Secret(masterKey) };
  const store = await openStore({ location, tenant: "acme", clock: systemClock });
  await store.secrets.keep(new Secret("canary-password", "exotel/1"));
  await store.journal.settle(await store.journal.intend({ ...call, requestId: "r", redacted: {} }), "done");
  await store.close();
  return url;
}

describe.each([["http"], ["stdio"]])("trunkline %s does not start", (command) => {
  test("with a password that Postgres refuses", async () => {
    const url = new URL(await postgres.database());
    url.password = "canary";
    const said = await refusal(settings({ TRUNKLINE_STORE: url.href, TRUNKLINE_MASTER_KEY: key() }), [command]);
    expect(said).toContain("Postgres refused the password of TRUNKLINE_STORE (28P01)");
    expect(said).not.toContain("canary");
  });

  test("with a database that is not there", async () => {
    const url = new URL(await postgres.database());
    url.pathname = "/nowhere";
    const said = await refusal(settings({ TRUNKLINE_STORE: url.href, TRUNKLINE_MASTER_KEY: key() }), [command]);
    expect(said).toContain("Postgres has no database of the name in TRUNKLINE_STORE (3D000)");
  });

  test("with another master key than the state was sealed with; with that one it does", async () => {
    const masterKey = key();
    const url = await stateUnder(masterKey);
    const said = await refusal(settings({ TRUNKLINE_STORE: url, TRUNKLINE_MASTER_KEY: key() }), [command]);
    expect(said).toContain("TRUNKLINE_MASTER_KEY is not the key with which this state was sealed");
    const right = start([command], settings({ TRUNKLINE_STORE: url, TRUNKLINE_MASTER_KEY: masterKey }));
    if (command === "http") {
      await expect.poll(() => right.stderr()).toContain("serves MCP at");
      right.child.kill("SIGTERM");
    } else right.child.stdin.end();
    expect(await right.exit()).toBe(0);
  });
});

test("a key that was changed on purpose is accepted after audit --seal", async () => {
  const [url, fresh] = [await stateUnder(key()), key()];
  const environment = settings({ TRUNKLINE_STORE: url, TRUNKLINE_MASTER_KEY: fresh });
  expect(await start(["audit", "--seal"], environment).exit()).toBe(0);
  const running = start(["http"], environment);
  await expect.poll(() => running.stderr()).toContain("serves MCP at");
  running.child.kill("SIGTERM");
  expect(await running.exit()).toBe(0);
});

test("a Postgres that is away for now is waited for", async () => {
  const away = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => away.once("listening", resolve));
  const { port } = away.address() as AddressInfo;
  await new Promise((resolve) => away.close(resolve));
  const running = start(["http"], settings({ TRUNKLINE_STORE: `postgres://u:p@127.0.0.1:${port}/t`, TRUNKLINE_MASTER_KEY: key() }));
  await expect.poll(() => running.stderr()).toContain("serves MCP at");
  running.child.kill("SIGTERM");
  expect(await running.exit()).toBe(0);
});

test("a port that is taken, and a tenants file that is not there, are named with the way out", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const listen = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  const taken = await refusal(settings({ TRUNKLINE_LISTEN: listen }));
  other.close();
  expect(taken).toContain(`cannot listen on ${listen}: another program listens there`);
  expect(await refusal(settings({ TRUNKLINE_TENANTS: "/nope.json" }))).toBe(
    "The tenants file (TRUNKLINE_TENANTS) cannot be used: /nope.json is not there.\n",
  );
});
