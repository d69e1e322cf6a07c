import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import * as z from "zod";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import { isSafeUrl } from "../core/loopback.ts";
import { once } from "../core/once.ts";
import { type FetchLimits, fetchText } from "./bounded-fetch.ts";
import type { Issuer } from "./tenants-schema.ts";

export interface IssuerLimits extends FetchLimits {
  /** Known keys and metadata are asked for again after this, while the old ones go on. */
  cacheMs: number;
  /** Keys that could not be asked for again end after this. */
  staleMs: number;
  /** Tokens that name unknown keys make us ask once in this time. */
  cooldownMs: number;
  /** An issuer that failed is left alone for this long. */
  retryMs: number;
}

const defaultLimits: IssuerLimits = {
  timeoutMs: 5_000,
  maxBytes: 256 * 1024,
  cacheMs: 10 * 60_000,
  staleMs: 24 * 3_600_000,
  cooldownMs: 30_000,
  retryMs: 5_000,
};

const safeUrl = z.string().refine(isSafeUrl);
/** RFC 8414, as far as it is read here. */
const metadataSchema = z.object({
  issuer: z.string(),
  jwks_uri: safeUrl.optional(),
  authorization_endpoint: safeUrl.optional(),
  token_endpoint: safeUrl.optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
  id_token_signing_alg_values_supported: z.array(z.string()).optional(),
});
export type IssuerMetadata = z.infer<typeof metadataSchema>;

/** One authorization server, as its tokens are checked and its sign-in is used. */
export interface Authority {
  keys: JWTVerifyGetKey;
  metadata(): Promise<IssuerMetadata>;
  /** Within the limits that hold for everything that is asked of it. */
  fetch(url: string, init: RequestInit): ReturnType<typeof fetchText>;
}

/** The authorization servers of a process; knowledge of them outlives a tenants file that is read again. */
export interface Issuers {
  of(issuer: Issuer): Authority;
}

export interface IssuerPorts {
  clock: Clock;
  log: Log;
  limits?: Partial<IssuerLimits> | undefined;
}

export function createIssuers({ clock, log, limits }: IssuerPorts): Issuers {
  const known = new Map<string, Authority>();
  return {
    of: ({ issuer, jwks_url }) => {
      const name = JSON.stringify([issuer, jwks_url]);
      const authority = known.get(name) ?? createAuthority(issuer, jwks_url, { clock, log, limits: { ...defaultLimits, ...limits } });
      known.set(name, authority);
      return authority;
    },
  };
}

type Ports = Omit<IssuerPorts, "limits"> & { limits: IssuerLimits };

function createAuthority(issuer: string, jwksUrl: string | undefined, ports: Ports): Authority {
  const { limits, clock } = ports;
  const metadata = refreshed(
    pausing(() => discover(issuer, limits), ports),
    ports,
  );
  const keySet = once(async () => createKeySet(jwksUrl ?? keysIn(await metadata()), ports));
  let askedAt = clock.now();
  return {
    metadata,
    fetch: (url, init) => fetchText(url, init, limits),
    keys: async (header, token) => {
      const set = await keySet();
      if (set.jwks() !== undefined && clock.now() - askedAt > limits.cacheMs) {
        askedAt = clock.now();
        // Nobody waits for it, and an issuer that is down stops nobody whose key is known.
        set.reload().catch((error: unknown) => ports.log.warn({ error, issuer }, "the issuer's keys could not be asked for again"));
      }
      return await set(header, token);
    },
  };
}

function createKeySet(url: string, ports: Ports) {
  const { limits } = ports;
  const ask = pausing(() => fetchText(url, { headers: { accept: "application/json" } }, limits), ports);
  return createRemoteJWKSet(new URL(url), {
    timeoutDuration: limits.timeoutMs,
    cooldownDuration: limits.cooldownMs,
    cacheMaxAge: limits.staleMs,
    [customFetch]: async () => {
      const { status, text } = await ask();
      return new Response(text, { status });
    },
  });
}

/** Repeats a failure for a while: callers neither wait for another's trouble nor add to it. */
function pausing<T>(run: () => Promise<T>, { clock, limits: { retryMs } }: Ports): () => Promise<T> {
  let failed: { error: unknown; at: number } | undefined;
  return async () => {
    if (failed && clock.now() - failed.at < retryMs) throw failed.error;
    try {
      return await run();
    } catch (error) {
      failed = { error, at: clock.now() };
      throw error;
    }
  };
}

/** Goes on with the last answer, and asks again from time to time. */
function refreshed<T>(run: () => Promise<T>, { clock, limits: { cacheMs } }: Ports): () => Promise<T> {
  let last: { value: T; at: number } | undefined;
  let asking: Promise<T> | undefined;
  return async () => {
    if (last && clock.now() - last.at < cacheMs) return last.value;
    asking ??= run().finally(() => {
      asking = undefined;
    });
    try {
      last = { value: await asking, at: clock.now() };
      return last.value;
    } catch (error) {
      if (last) return last.value;
      throw error;
    }
  };
}

function keysIn({ issuer, jwks_uri }: IssuerMetadata): string {
  if (jwks_uri === undefined) throw new Error(`the metadata of ${issuer} names no keys; set jwks_url in the tenants file`);
  return jwks_uri;
}

async function discover(issuer: string, limits: IssuerLimits): Promise<IssuerMetadata> {
  for (const url of wellKnown(issuer)) {
    const { status, text } = await fetchText(url, { headers: { accept: "application/json" } }, limits);
    const metadata = status === 200 ? metadataIn(text) : undefined;
    // Another program at that host may answer for a place that the issuer does not use.
    if (!metadata) continue;
    // Else one authorization server could stand in for another.
    if (metadata.issuer !== issuer) throw new Error(`${url} describes another issuer than ${issuer}`);
    return metadata;
  }
  throw new Error(`${issuer} publishes no metadata that can be used`);
}

function metadataIn(text: string): IssuerMetadata | undefined {
  try {
    return metadataSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** RFC 8414 first, then OpenID Connect Discovery in both of its spellings. */
function wellKnown(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  return [
    ...new Set([
      `${origin}/.well-known/oauth-authorization-server${path}`,
      `${origin}/.well-known/openid-configuration${path}`,
      `${origin}${path}/.well-known/openid-configuration`,
    ]),
  ];
}
