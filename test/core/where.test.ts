import { expect, test } from "vitest";
import { accountOf, whereOf } from "../../src/core/carrier/where.ts";
import { readConfiguration } from "../../src/core/config.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { exotel } from "../../src/providers/exotel/index.ts";
import { providers } from "../../src/providers/index.ts";
import { whereOfConfigured } from "../../src/startup/carriers.ts";
import { startTrunkline } from "../support/trunkline.ts";

const keys = { EXOTEL_ACCOUNT_SID: "acme1", EXOTEL_API_KEY: "~canary~", EXOTEL_API_TOKEN: "~canary~" };
const at = (environment: Record<string, string>) => whereOfConfigured(readConfiguration(environment, providers)).text;

test("the sandbox is named as such, and a live account by its name where the settings tell one", () => {
  expect(at({})).toBe("SANDBOX: no carrier is touched");
  expect(at({ ...keys, TRUNKLINE_SANDBOX: "true" })).toBe("SANDBOX: no carrier is touched");
  expect(at(keys)).toBe("LIVE: Exotel account acme1");
  expect(at({ ...keys, DIDWW_API_KEY: "~canary~" })).toBe("LIVE: Exotel account acme1, DIDWW account");
});

test("emulators on a port of this machine are no account of a carrier's, and are named so", () => {
  expect(at({ ...keys, EXOTEL_BASE_URL: "http://127.0.0.1:4400/exotel" })).toBe("LIVE: Exotel account acme1 at 127.0.0.1:4400");
  expect(accountOf(exotel, { EXOTEL_ACCOUNT_SID: "a", EXOTEL_BASE_URL: "https://api.example.com" })).toBe("a");
});

test("of several carriers, those that are spoken of", () => {
  const carriers = [{ provider: exotel, account: "acme1" }, { provider: didww }];
  expect(whereOf({ sandbox: false, carriers }, ["DIDWW"]).text).toBe("LIVE: DIDWW account");
  expect(whereOf({ sandbox: false, carriers }, []).text).toBe("LIVE: Exotel account acme1, DIDWW account");
});

test.each([true, false])("results and errors say it; sandbox: %s", async (sandbox) => {
  const trunkline = await startTrunkline({ sandboxRules: sandbox });
  try {
    for (const carrier of trunkline.scope.carriers) carrier.account = "acme1";
    const marks = sandbox ? { sandbox: true } : { account: "acme1" };
    const made = await trunkline.call("exotel_create_trunk", { trunk_name: "here" });
    expect(made).toMatchObject({ isError: false, value: marks });
    const again = await trunkline.call("exotel_create_trunk", { trunk_name: "here" });
    expect(again).toMatchObject({ isError: true, value: marks });
  } finally {
    await trunkline.close();
  }
});
