import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Gate } from "../../src/auth/caller.ts";
import { createGate } from "../../src/auth/gate.ts";
import { createIssuers, type IssuerLimits } from "../../src/auth/issuers.ts";
import type { Clock } from "../../src/core/clock.ts";
import { silentLog } from "../../src/core/log.ts";
import { type Issuer, startIssuer } from "../support/issuer.ts";

let issuer: Issuer;
let ahead: number;
beforeEach(async () => {
  [issuer, ahead] = [await startIssuer(), 0];
});
afterEach(() => issuer.close());

const clock: Clock = { now: () => Date.now() + ahead, sleep: async () => {} };
const origin = "https://trunkline.example";

function gateOf(limits: Partial<IssuerLimits> = {}, url = issuer.url): Gate {
  const issuers = createIssuers({ clock, log: silentLog, limits });
  const tenants = [{ id: "acme", principals: [`${url}|alice`] }] as never;
  return createGate(
    { issuers: [{ forms: false, issuer: url }], tokens: [], tenants, metricsSha256: undefined },
    { origin },
    { issuers, clock, log: silentLog },
  );
}

const now = () => Math.floor(clock.now() / 1_000);
const bearer = async (change: object = {}, header: object = {}) =>
  `Bearer ${await issuer.sign({ iss: issuer.url, sub: "alice", aud: `${origin}/mcp`, exp: now() + 300, jti: crypto.randomUUID(), ...change }, header)}`;
const statusOf = async (gate: Gate, authorization: string) => {
  const access = await gate.check(authorization);
  return "description" in access ? access.status : 200;
};
const asked = (path: string) => issuer.asked.filter((url) => url.startsWith(path)).length;

describe("the keys of an issuer", () => {
  test("are asked for once, whatever comes at the same time", async () => {
    const gate = gateOf();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => bearer()));
    expect(await Promise.all(tokens.map((token) => statusOf(gate, token)))).toEqual(tokens.map(() => 200));
    expect(asked("/jwks")).toBe(1);
  });

  test("that are new are asked for once, and the old are good no more", async () => {
    const gate = gateOf({ cooldownMs: 0 });
    const before = await bearer();
    expect(await statusOf(gate, await bearer())).toBe(200);
    await issuer.rotate();
    expect(await statusOf(gate, await bearer())).toBe(200);
    expect(asked("/jwks")).toBe(2);
    expect(await statusOf(gate, before)).toBe(401);
  });

  test("are not asked for again by a flood of tokens that name unknown ones", async () => {
    const gate = gateOf();
    expect(await statusOf(gate, await bearer())).toBe(200);
    for (let index = 0; index < 10; index++) expect(await statusOf(gate, await bearer({}, { kid: `made up ${index}` }))).toBe(401);
    expect(asked("/jwks")).toBe(1);
  });

  test("are renewed from time to time, by nobody's waiting", async () => {
    const gate = gateOf();
    expect(await statusOf(gate, await bearer())).toBe(200);
    ahead = 11 * 60_000;
    expect(await statusOf(gate, await bearer())).toBe(200);
    await expect.poll(() => asked("/jwks")).toBe(2);
  });
});

describe("an issuer that is down", () => {
  test("stops nobody whose key is known", async () => {
    const gate = gateOf();
    expect(await statusOf(gate, await bearer())).toBe(200);
    issuer.down = true;
    for (const later of [0, 11, 60]) {
      ahead = later * 60_000;
      expect(await statusOf(gate, await bearer())).toBe(200);
    }
  });

  test("of which nothing is known leaves it open whether a token is good, is left alone for a while, and is asked again", async () => {
    const gate = gateOf();
    issuer.down = true;
    const token = await bearer();
    expect(await statusOf(gate, token)).toBe(503);
    const before = issuer.asked.length;
    for (let index = 0; index < 5; index++) expect(await statusOf(gate, token)).toBe(503);
    expect(issuer.asked.length).toBe(before);
    issuer.down = false;
    ahead = 6_000;
    expect(await statusOf(gate, token)).toBe(200);
  });

  test.each([
    ["never answers", { timeoutMs: 200 }, () => {}],
    ["never stops", { maxBytes: 10_000 }, (write: (text: string) => void) => write(`{"issuer":"${"x".repeat(20_000)}"}`)],
    [
      "says that it is another",
      {},
      // With the keys that the token is signed with: nothing but its name is wrong.
      (write: (text: string) => void) =>
        write(JSON.stringify({ forms: false, issuer: "https://evil.example", jwks_uri: `${issuer.url}/jwks` })),
    ],
    ["speaks no JSON", {}, (write: (text: string) => void) => write("<html>")],
  ])("and one that %s is no better", async (_, limits, answer) => {
    const { url, close } = await listen((_request, response) => answer((text) => response.end(text)));
    expect(await statusOf(gateOf(limits, url), await bearer({ iss: url }))).toBe(503);
    close();
  });
});

/** A server on loopback that is whatever it answers. */
async function listen(answer: RequestListener): Promise<{ url: string; close(): void }> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

describe("what an issuer publishes is found in the last of its places, where the others", () => {
  const path = "/realms/voice";
  const wellKnown = `${path}/.well-known/openid-configuration`;

  test.each<[string, RequestListener]>([
    ["have nothing", (_, response) => response.writeHead(404).end()],
    ["fail", (_, response) => response.writeHead(500).end()],
    ["lead elsewhere, where nobody follows", (_, response) => response.writeHead(302, { location: "/elsewhere" }).end()],
    ["show a page", (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>")],
    ["say something else", (_, response) => response.writeHead(200).end('{"hello":"world"}')],
  ])("%s", async (_, elsewhere) => {
    const asked: (string | undefined)[] = [];
    const { url, close } = await listen((request, response) => {
      asked.push(request.url);
      if (request.url !== wellKnown) return elsewhere(request, response);
      response.end(JSON.stringify({ forms: false, issuer: `${url}${path}`, jwks_uri: `${issuer.url}/jwks` }));
    });
    expect(await statusOf(gateOf({}, `${url}${path}`), await bearer({ iss: `${url}${path}` }))).toBe(200);
    expect(asked).toEqual([`/.well-known/oauth-authorization-server${path}`, `/.well-known/openid-configuration${path}`, wellKnown]);
    close();
  });
});

describe("a token that was found good", () => {
  test("is not good for longer than it says, half a minute aside", async () => {
    const gate = gateOf();
    const token = await bearer({ exp: now() + 20 });
    expect(await statusOf(gate, token)).toBe(200);
    ahead = 45_000;
    expect(await statusOf(gate, token)).toBe(200);
    ahead = 55_000;
    expect(await statusOf(gate, token)).toBe(401);
  });

  test("is looked at again after a minute: a key that is gone ends it", async () => {
    const gate = gateOf({ cooldownMs: 0 });
    const token = await bearer();
    expect(await statusOf(gate, token)).toBe(200);
    await issuer.rotate();
    expect(await statusOf(gate, await bearer())).toBe(200);
    expect(await statusOf(gate, token)).toBe(200);
    ahead = 61_000;
    expect(await statusOf(gate, token)).toBe(401);
  });
});
