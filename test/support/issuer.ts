import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import Provider from "oidc-provider";
import { accessScopes } from "../../src/serve/http/caller.ts";

/** A real authorization server on loopback, whose persons sign in with any password. */
export interface Issuer {
  url: string;
  /** Paths that were asked for. */
  asked: string[];
  /** Registers the client as which a server's pages sign persons in. */
  register(clientId: string, redirectUri: string, secret?: string): void;
  /** Another key from now on; the one before is forgotten. */
  rotate(): Promise<void>;
  /** A token that the provider did not make, with its own key. */
  sign(claims: JWTPayload, header?: { kid?: string; alg?: string }): Promise<string>;
  publicKey(): Record<string, unknown>;
  /** Answers nothing but errors. */
  down: boolean;
  close(): Promise<void>;
}

async function newKey() {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: crypto.randomUUID() };
}

export async function startIssuer(): Promise<Issuer> {
  let serve: RequestListener;
  const server = createServer((request, response) => {
    issuer.asked.push(request.url ?? "");
    if (issuer.down) response.writeHead(500).end();
    else serve(request, response);
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: object[] = [];
  let key = await newKey();
  const renew = () => {
    serve = new Provider(url, configurationOf(key, clients)).callback();
  };
  const issuer: Issuer = {
    url,
    asked: [],
    down: false,
    register: (client_id, redirectUri, secret) => {
      const method = secret === undefined ? "none" : "client_secret_basic";
      clients.push({
        ...{ client_id, redirect_uris: [redirectUri], token_endpoint_auth_method: method, id_token_signed_response_alg: "RS256" },
        ...(secret === undefined ? {} : { client_secret: secret }),
      });
      renew();
    },
    rotate: async () => {
      key = await newKey();
      renew();
    },
    sign: async (claims, header = {}) =>
      await new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", kid: key.kid, ...header })
        .sign(await import("jose").then((jose) => jose.importJWK(key))),
    publicKey: () => ({ kty: key.kty, n: key.n, e: key.e }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  renew();
  return issuer;
}

function configurationOf(key: object, clients: readonly object[]): object {
  return {
    jwks: { keys: [key] },
    clients,
    scopes: ["openid", ...accessScopes],
    pkce: { required: () => true },
    cookies: { keys: ["only a test"] },
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: async () => ({ sub: accountId }) }),
    features: {
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_: unknown, audience: string) => ({
          ...{ scope: accessScopes.join(" "), audience, accessTokenFormat: "jwt", accessTokenTTL: 600 },
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
  };
}
