import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { type Environment, readConfiguration, serverSettings, settingRows } from "../../src/core/config.ts";
import { TrunkError } from "../../src/core/errors.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { providers } from "../../src/providers/index.ts";

const account = { EXOTEL_ACCOUNT_SID: "acme1", EXOTEL_API_KEY: "~canary~key", EXOTEL_API_TOKEN: "~canary~token" };
const read = (environment: Environment) => readConfiguration(environment, [exotel]);

function complaint(environment: Environment): string {
  try {
    read(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(TrunkError);
    expect(error).toMatchObject({ code: "not_configured" });
    return (error as TrunkError).message;
  }
  throw new Error("it was accepted");
}

describe("readConfiguration", () => {
  test("nothing set: no carrier, and the careful defaults", () => {
    const { carriers, server } = read({});
    expect(carriers).toEqual([]);
    expect(server).toMatchObject({ TRUNKLINE_SANDBOX: false, TRUNKLINE_APPROVAL: "ask", TRUNKLINE_REVEAL_SECRETS: false });
  });

  test("a complete group configures its carrier, keys as secrets", () => {
    const { carriers } = read(account);
    expect(carriers.map(({ provider }) => provider.id)).toEqual(["exotel"]);
    expect(carriers[0]?.settings).toMatchObject({ EXOTEL_ACCOUNT_SID: "acme1", EXOTEL_REGION: "in" });
    expect(inspect(carriers, { depth: null, showHidden: true })).not.toContain("canary");
    expect(JSON.stringify(carriers)).not.toContain("canary");
  });

  test("a variable left blank is one that is not set", () => {
    const blank = { EXOTEL_ACCOUNT_SID: "", EXOTEL_API_KEY: "", EXOTEL_API_TOKEN: "", TRUNKLINE_APPROVAL: "", EXOTEL_BASE_URL: "" };
    expect(read(blank).carriers).toEqual([]);
    expect(read({ ...account, EXOTEL_REGION: "" }).carriers[0]?.settings).toMatchObject({ EXOTEL_REGION: "in" });
  });

  test("variables of others are none of our business", () => {
    expect(read({ PATH: "/bin", DIDWW_SOMETHING: "1", EXOTELS: "1", TRUNKLINE_SECRET_SIP: "1" }).carriers).toEqual([]);
  });

  test("a variable that the tenants file refers to may have any name", () => {
    const folder = mkdtempSync(join(tmpdir(), "trunkline-config-"));
    const file = join(folder, "tenants.json");
    writeFileSync(file, JSON.stringify({ issuers: [{ client_secret: "env:TRUNKLINE_CLIENT_SECRET" }] }));
    const given = { TRUNKLINE_TENANTS: file, TRUNKLINE_CLIENT_SECRET: "1" };
    expect(read(given).carriers).toEqual([]);
    expect(complaint({ ...given, TRUNKLINE_CLIENT_SECRETS: "1" })).toContain("TRUNKLINE_CLIENT_SECRETS is not a setting");
    rmSync(folder, { recursive: true });
  });

  test("a store and its key may stand in files, as container platforms hand them over", () => {
    const folder = mkdtempSync(join(tmpdir(), "trunkline-config-"));
    const [store, key] = [join(folder, "store"), join(folder, "key")];
    writeFileSync(store, "postgres://u:p@db/t\n");
    writeFileSync(key, `${"ab".repeat(32)}\n`);
    const { server } = read({ TRUNKLINE_STORE: `file:${store}`, TRUNKLINE_MASTER_KEY: `file:${key}` });
    rmSync(folder, { recursive: true });
    expect([server.TRUNKLINE_STORE?.reveal(), server.TRUNKLINE_MASTER_KEY?.reveal()]).toEqual(["postgres://u:p@db/t", "ab".repeat(32)]);
  });

  test("a store and its key are secrets", () => {
    const TRUNKLINE_MASTER_KEY = Buffer.from("canary".padEnd(32)).toString("hex");
    const { server } = read({ TRUNKLINE_STORE: "postgres://u:~canary~@db/t", TRUNKLINE_MASTER_KEY });
    expect(server.TRUNKLINE_STORE?.reveal()).toContain("canary");
    const printed = inspect(server, { depth: null, showHidden: true }) + JSON.stringify(server);
    expect(printed).not.toContain("canary");
    expect(printed).not.toContain(TRUNKLINE_MASTER_KEY);
  });

  test("toolsets are names with commas between", () => {
    expect(read({ TRUNKLINE_TOOLSETS: "exotel, trunks" }).server.TRUNKLINE_TOOLSETS).toEqual(["exotel", "trunks"]);
  });

  test.each<[string, Environment, string]>([
    [
      "a misspelt setting",
      { TRUNKLINE_READONLY: "true" },
      "TRUNKLINE_READONLY is not a setting of Trunkline. Did you mean TRUNKLINE_READ_ONLY?",
    ],
    ["a misspelt key", { EXOTEL_API_KYE: "~canary~" }, "Did you mean EXOTEL_API_KEY?"],
    ["a setting like no other", { TRUNKLINE_UNHEARD_OF: "1" }, "TRUNKLINE_UNHEARD_OF is not a setting of Trunkline. Unset it"],
    ["one of three set", { EXOTEL_API_KEY: "~canary~" }, "EXOTEL_ACCOUNT_SID is missing"],
    ["two of three set", { ...account, EXOTEL_API_TOKEN: undefined }, "EXOTEL_API_TOKEN is missing"],
    ["two set, one blank", { ...account, EXOTEL_API_KEY: "" }, "EXOTEL_API_KEY is missing"],
    ["a region, and no key", { EXOTEL_REGION: "sg" }, "EXOTEL_ACCOUNT_SID is missing, and EXOTEL_REGION is set"],
    ["a region that is none", { ...account, EXOTEL_REGION: "~canary~" }, "EXOTEL_REGION"],
    ["a base URL that is none", { ...account, EXOTEL_BASE_URL: "~canary~" }, "EXOTEL_BASE_URL"],
    ["a sid that would be a path", { ...account, EXOTEL_ACCOUNT_SID: "a/../~canary~" }, "EXOTEL_ACCOUNT_SID"],
    ["a flag that is neither", { TRUNKLINE_READ_ONLY: "~canary~" }, "TRUNKLINE_READ_ONLY"],
    ["a flag in another spelling, which must not read as false", { TRUNKLINE_READ_ONLY: "True" }, "TRUNKLINE_READ_ONLY"],
    ["an approval that is none", { TRUNKLINE_APPROVAL: "never" }, "TRUNKLINE_APPROVAL"],
    ["a dialect that is none", { TRUNKLINE_SANDBOX_DIALECT: "~canary~" }, "TRUNKLINE_SANDBOX_DIALECT"],
    ["a home that depends on where it is started", { TRUNKLINE_HOME: "~/canary" }, "TRUNKLINE_HOME"],
    ["a store that is no Postgres", { TRUNKLINE_STORE: "mysql://~canary~@db" }, "TRUNKLINE_STORE"],
    ["a Postgres without a key", { TRUNKLINE_STORE: "postgres://u:~canary~@db/t" }, "TRUNKLINE_MASTER_KEY"],
    ["a store in a file that is not there", { TRUNKLINE_STORE: "file:/nowhere/~canary~" }, "TRUNKLINE_STORE"],
    ["a key too short", { TRUNKLINE_STORE: "postgres://db/t", TRUNKLINE_MASTER_KEY: "~canary~" }, "openssl rand -base64 32"],
    ["a public URL that is read on the way", { TRUNKLINE_PUBLIC_URL: "http://canary.example" }, "TRUNKLINE_PUBLIC_URL"],
    ["a public URL that hides its host", { TRUNKLINE_PUBLIC_URL: "http://localhost:canary@evil.example" }, "TRUNKLINE_PUBLIC_URL"],
    ["days that are none", { TRUNKLINE_KEEP_DAYS: "~canary~" }, "TRUNKLINE_KEEP_DAYS"],
    ["no days at all", { TRUNKLINE_KEEP_DAYS: "0" }, "TRUNKLINE_KEEP_DAYS"],
    ["a toolset that is none", { TRUNKLINE_TOOLSETS: "exotel,nothing" }, 'names "nothing"'],
  ])("%s: one sentence that names the variable and repeats no value of it", (_, environment, named) => {
    const message = complaint(environment);
    expect(message).toContain(named);
    expect(message).toMatch(/^\S.*\.$/);
    expect(message).not.toContain("canary");
    expect(message).not.toMatch(/undefined|\n/);
  });
});

test("each variable of each carrier, set without its keys, stops the start and names the key that is missing", () => {
  let seen = 0;
  for (const { settings, required } of providers) {
    for (const name of Object.keys(settings.shape)) {
      if (required.length === 1 && required[0] === name) continue;
      const missing = required.find((key: string) => key !== name);
      expect(() => readConfiguration({ [name]: "x" }, providers), name).toThrow(`${missing} is missing, and ${name} is set.`);
      seen += 1;
    }
  }
  expect(seen).toBeGreaterThan(6);
});

describe("the README's table", () => {
  test.each([
    ["the server", serverSettings],
    ["Exotel", exotel.settings],
  ])("has a meaning for each variable of %s", (_, schema) => {
    const rows = settingRows(schema);
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter(({ name, meaning }) => !/^[A-Z][A-Z_]+$/.test(name) || meaning === "")).toEqual([]);
  });
});
