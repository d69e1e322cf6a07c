import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import Provider from "oidc-provider";
import { accessScopes } from "../../src/auth/caller.ts";

export type ClientMethod = "none" | "client_secret_basic" | "client_secret_post";

export interface IssuerOptions {
  /** After the host, where several issuers share one. */
  path?: string;
  /** No OpenID Connect: RFC 8414 metadata at its one place, with these ways in which a client says which it is. */
  plainOAuth?: { methods?: readonly ClientMethod[] };
}

/** A real authorization server on loopback, whose persons sign in with any password. */
export interface Issuer {
  url: string;
  /** Paths that were asked for. */
  asked: string[];
  /** Registers the client as which a server's pages sign persons in. */
  register(clientId: string, redirectUri: string, secret?: string, method?: ClientMethod): void;
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

export async function startIssuer({ path = "", plainOAuth }: IssuerOptions = {}): Promise<Issuer> {
  let serve: RequestListener;
  const server = createServer((request, response) => {
    issuer.asked.push(request.url ?? "");
    if (issuer.down) response.writeHead(500).end();
    else if (!answeredBefore(request, response)) serve(request, response);
  });
  let inHeader: boolean | undefined;
  /** Answers in the place of the provider, which knows no path, always speaks OpenID Connect, and takes any way that it knows. */
  const answeredBefore = (request: IncomingMessage, response: ServerResponse): boolean => {
    const asked = request.url ?? "";
    const answer = (status: number, body?: object) => response.writeHead(status).end(body && JSON.stringify(body));
    if (plainOAuth && asked === `/.well-known/oauth-authorization-server${path}`)
      return !!answer(200, rfc8414(issuer.url, plainOAuth.methods));
    if (!asked.startsWith(`${path}/`) || (plainOAuth && asked.includes("/.well-known/"))) return !!answer(404);
    const isOther = inHeader !== undefined && inHeader !== (request.headers.authorization !== undefined);
    if (asked === `${path}/token` && isOther) return !!answer(401, { error: "invalid_client" });
    Object.assign(request, { url: asked.slice(path.length), originalUrl: asked });
    return false;
  };
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const clients = new Map<string, object>();
  let key = await newKey();
  const renew = () => {
    serve = new Provider(url, configurationOf(key, [...clients.values()])).callback();
  };
  const issuer: Issuer = {
    url,
    asked: [],
    down: false,
    register: (client_id, redirectUri, secret, method = secret === undefined ? "none" : "client_secret_basic") => {
      inHeader = method === "none" ? undefined : method === "client_secret_basic";
      clients.set(client_id, {
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

/** Nothing of OpenID Connect in it. */
function rfc8414(issuer: string, methods: readonly ClientMethod[] | undefined): object {
  return {
    ...{ issuer, jwks_uri: `${issuer}/jwks`, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` },
    ...{ response_types_supported: ["code"], code_challenge_methods_supported: ["S256"], scopes_supported: accessScopes },
    ...{ token_endpoint_auth_methods_supported: methods, authorization_response_iss_parameter_supported: true },
  };
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
