import { createHmac, randomBytes } from "node:crypto";
import { exportSPKI, importJWK, type JWTPayload, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Hosted, startHosted, token } from "../support/hosted.ts";
import { type Issuer, startIssuer } from "../support/issuer.ts";

let issuer: Issuer;
let other: Issuer;
let hosted: Hosted;
let file: { tenants: Record<string, object> };
beforeAll(async () => {
  [issuer, other] = [await startIssuer(), await startIssuer()];
  file = {
    ...{ issuers: [{ issuer: issuer.url }, { issuer: other.url, tenant_claim: "org" }], tokens: [token("amir", "acme")] },
    tenants: {
      acme: { sandbox: true, principals: [`${issuer.url}|alice`] },
      beta: { sandbox: true, principals: [`${other.url}|*`] },
      gamma: { sandbox: true, principals: [`${other.url}|*`, `${issuer.url}|carol`] },
    },
  };
  hosted = await startHosted(file);
});
afterAll(async () => {
  await hosted.close();
  await Promise.all([issuer.close(), other.close()]);
});

const now = () => Math.floor(Date.now() / 1_000);
const scope = "trunks:read trunks:write trunks:delete";

function claims(change: JWTPayload = {}): JWTPayload {
  return { iss: issuer.url, sub: "alice", aud: hosted.serving.url, exp: now() + 300, scope, ...change };
}

const modern = {
  "mcp-protocol-version": "2026-07-28",
  _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} },
};

/** One raw call, in the later era unless said otherwise. */
async function call(bearer: string | undefined, tool = "list_trunks", args: object = {}, { era = "v2", query = "" } = {}) {
  const { _meta, ...version } = modern;
  const response = await fetch(`${hosted.serving.url}${query}`, {
    method: "POST",
    headers: {
      ...{ "content-type": "application/json", accept: "application/json, text/event-stream" },
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(era === "v2" ? { ...version, "mcp-method": "tools/call", "mcp-name": tool } : {}),
    },
    body: JSON.stringify({
      ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
      params: { name: tool, arguments: args, ...(era === "v2" ? { _meta } : {}) },
    }),
  });
  return {
    status: response.status,
    challenge: response.headers.get("www-authenticate"),
    headers: response.headers,
    text: await response.text(),
  };
}

/** HS256 with what everybody knows, the public key, as the secret. */
async function forged(): Promise<string> {
  const pem = await exportSPKI((await importJWK({ ...issuer.publicKey(), alg: "RS256" }, "RS256")) as never);
  const body = [{ alg: "HS256", typ: "JWT" }, claims()].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${body}.${createHmac("sha256", pem).update(body).digest("base64url")}`;
}

describe("an access token", () => {
  test("that is good is let in, by scope and by scp, and once more from memory", async () => {
    const bearer = await issuer.sign(claims());
    expect((await call(bearer)).status).toBe(200);
    expect((await call(bearer)).status).toBe(200);
    const { scope: _, ...rest } = claims();
    expect((await call(await issuer.sign({ ...rest, scp: ["trunks:read"] }))).status).toBe(200);
    expect((await call(await issuer.sign(claims({ aud: ["https://else.example", hosted.serving.url] })))).status).toBe(200);
  });

  test.each<[string, () => Promise<string> | string, string]>([
    ["for another server", () => issuer.sign(claims({ aud: "https://else.example/mcp" })), "meant for another server"],
    [
      "for this host, but not this endpoint",
      () => issuer.sign(claims({ aud: new URL(hosted.serving.url).origin })),
      "meant for another server",
    ],
    ["for nobody in particular", () => issuer.sign({ ...claims(), aud: undefined as never }), "meant for another server"],
    ["of an issuer that is not trusted", () => issuer.sign(claims({ iss: "https://evil.example" })), "not known"],
    ["of an issuer spelt otherwise", () => issuer.sign(claims({ iss: `${issuer.url}/` })), "not known"],
    ["that names an issuer whose keys did not sign it", () => other.sign(claims()), "not acceptable"],
    ["that has expired", () => issuer.sign(claims({ exp: now() - 31 })), "expired"],
    ["that never expires", () => issuer.sign({ ...claims(), exp: undefined as never }), "not acceptable"],
    ["that is not valid yet", () => issuer.sign(claims({ nbf: now() + 60 })), "not valid yet"],
    ["that names nobody", () => issuer.sign(claims({ sub: "" })), "names nobody"],
    ["whose subject is no text", () => issuer.sign(claims({ sub: 7 as never })), ""],
    ["whose subject is endless", () => issuer.sign(claims({ sub: "a".repeat(300) })), "names nobody"],
    ["that is not signed", () => new UnsecuredJWT(claims()).encode(), "not acceptable"],
    ["that is signed with the public key as a secret", forged, "not acceptable"],
    ["that names an unknown key", () => issuer.sign(claims(), { kid: "unknown" }), "not acceptable"],
    [
      "that was changed on the way",
      async () =>
        (await issuer.sign(claims({ sub: "mallory" }))).replace(
          /\.[^.]+\./,
          `.${Buffer.from(JSON.stringify(claims())).toString("base64url")}.`,
        ),
      "not acceptable",
    ],
    ["that is noise", () => randomBytes(32).toString("base64url"), "not known"],
    ["that is almost one", () => "a.b.c", "not known"],
  ])("%s is answered 401 invalid_token, and says so", async (_, make, said) => {
    const { status, challenge, text } = await call(await make());
    expect(status).toBe(401);
    expect(challenge).toContain('error="invalid_token"');
    expect(challenge).toContain(said);
    expect(challenge).toContain(`resource_metadata="${new URL(hosted.serving.url).origin}/.well-known/oauth-protected-resource/mcp"`);
    expect(challenge).toMatch(/^Bearer [\x20-\x7e]+$/);
    expect(text).not.toContain("eyJ");
  });

  test("that expired less than half a minute ago, or begins in less, is good: clocks differ", async () => {
    expect((await call(await issuer.sign(claims({ exp: now() - 10 })))).status).toBe(200);
    expect((await call(await issuer.sign(claims({ nbf: now() + 20 })))).status).toBe(200);
  });

  test("in the address is not read, and no token at all has no error", async () => {
    const { status, challenge } = await call(undefined, "list_trunks", {}, { query: `?access_token=${await issuer.sign(claims())}` });
    expect(status).toBe(401);
    expect(challenge).not.toContain("error");
    expect(challenge).toContain(`scope="${scope}"`);
  });

  test.each(["v1", "v2"])("without the scope is answered 403 with all that the call needs, era of %s", async (era) => {
    const bearer = await issuer.sign(claims({ scope: "openid trunks:read" }));
    const { status, challenge } = await call(bearer, "exotel_delete_trunk", { trunk_sid: "x" }, { era });
    expect(status).toBe(403);
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain('scope="trunks:read trunks:delete"');
    expect(challenge).toContain("resource_metadata=");
    const none = await call(await issuer.sign(claims({ scope: "trunks:readonly" })), "list_trunks", {}, { era });
    expect([none.status, none.challenge]).toEqual([403, expect.stringContaining('scope="trunks:read"')]);
  });
});

describe("the tenant of a token", () => {
  const names = async (bearer: string) =>
    JSON.parse((await call(bearer)).text.replace(/^[^{]*/, "")).result.structuredContent.trunks.length;

  test.each<[string, string, JWTPayload, number]>([
    ["picked by the claim, of those open to all of the issuer", "other", { sub: "dora", org: "beta" }, 200],
    ["named by the claim, but not open to the issuer", "other", { sub: "dora", org: "acme" }, 403],
    ["named by nothing", "other", { sub: "dora" }, 403],
    ["named by a claim that is no text", "other", { sub: "dora", org: ["beta"] }, 403],
    ["named by a claim of an issuer that has no say in it", "issuer", { sub: "mallory", org: "beta" }, 403],
    ["another issuer's, whose person has the same name", "other", { sub: "alice" }, 403],
    ["named by the file, and the claim has no say", "issuer", { sub: "alice", org: "gamma" }, 200],
    ["a star, which is nobody's name", "issuer", { sub: "*" }, 403],
  ])("%s", async (_, by, change, status) => {
    const from = by === "other" ? other : issuer;
    const answer = await call(await from.sign(claims({ iss: from.url, ...change })));
    expect(answer.status).toBe(status);
    // 401 would send the person round in circles, and insufficient_scope would have the client ask for more.
    if (status === 403) expect(answer.challenge).toBeNull();
  });

  test("is where its trunks are, and nowhere else", async () => {
    const dora = await other.sign(claims({ iss: other.url, sub: "dora", org: "beta" }));
    await call(dora, "exotel_create_trunk", { trunk_name: "doras" });
    expect(await names(dora)).toBe(1);
    expect(await names(await other.sign(claims({ iss: other.url, sub: "dora", org: "gamma" })))).toBe(0);
  });

  test("is gone at once when the file names its principal no more", async () => {
    const carol = await issuer.sign(claims({ sub: "carol" }));
    expect((await call(carol)).status).toBe(200);
    hosted.write({ ...file, tenants: { ...file.tenants, gamma: { sandbox: true, principals: [`${other.url}|*`] } } });
    await hosted.serving.reload();
    expect((await call(carol)).status).toBe(403);
    expect((await call(await issuer.sign(claims()))).status).toBe(200);
  });
});

test("an issuer of which nothing is known yet, and that is down, makes clients wait instead of signing in anew", async () => {
  const down = await startIssuer();
  down.down = true;
  const waiting = await startHosted({ issuers: [{ issuer: down.url }], tenants: { acme: { sandbox: true } } });
  const bearer = await down.sign(claims({ iss: down.url }));
  const response = await fetch(waiting.serving.url, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: "{}",
  });
  expect([response.status, response.headers.get("retry-after"), response.headers.get("www-authenticate")]).toEqual([503, "5", null]);
  await waiting.close();
  await down.close();
});

describe("what is published about tokens", () => {
  test.each(["/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"])(
    "stands at %s, for every site",
    async (path) => {
      const url = new URL(path, hosted.serving.url);
      const response = await fetch(url, { headers: { origin: "https://inspector.example" } });
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
      expect(await response.json()).toEqual({
        resource: hosted.serving.url,
        resource_name: "Trunkline",
        authorization_servers: [issuer.url, other.url],
        scopes_supported: ["trunks:read", "trunks:write", "trunks:delete"],
        bearer_methods_supported: ["header"],
      });
      expect((await fetch(url, { method: "OPTIONS" })).status).toBe(204);
      expect((await fetch(url, { method: "POST" })).status).toBe(405);
    },
  );

  test("is nothing where the file names no issuer", async () => {
    const alone = await startHosted({ tokens: [token("amir", "acme")], tenants: { acme: { sandbox: true } } });
    expect((await fetch(new URL("/.well-known/oauth-protected-resource", alone.serving.url))).status).toBe(404);
    await alone.close();
  });
});
