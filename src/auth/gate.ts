import { createHash, timingSafeEqual } from "node:crypto";
import type { JWTPayload } from "jose";
import { invalid, SKEW_SECONDS, type TokenPorts, verifyAccessToken } from "./access-token.ts";
import { type AccessScope, accessScopes, bearerToken, type Caller, type Gate, MCP_PATH, METADATA_PATH, type Refusal } from "./caller.ts";
import { tenantOf } from "./tenant-of.ts";
import type { TenantsFile } from "./tenants-file.ts";
import type { StaticToken } from "./tenants-schema.ts";
import { createTokenCache } from "./token-cache.ts";

/** Lets in callers with a token that the tenants file knows, or one of an issuer that it trusts. */
export function createGate(file: TenantsFile, address: { origin: string }, ports: TokenPorts): Gate {
  const cache = createTokenCache(ports.clock);
  const holders = file.tokens.map(({ sha256, name, tenant, scopes, forms }) => ({
    sha256,
    caller: { tenant, principal: `token|${name}`, scopes, forms },
  }));
  const check = async (authorization: string | undefined): Promise<Caller | Refusal> => {
    const token = bearerToken(authorization);
    if (token === undefined) return { status: 401, description: "This server needs an access token: Authorization: Bearer …" };
    const hash = createHash("sha256").update(token).digest();
    const holder = holderOf(hash, holders);
    if (holder) return holder.caller;
    if (file.issuers.length === 0) return invalid("The access token is not known");
    const known = cache.find(hash);
    if (known) return known;
    const found = await signedCaller(token, file, `${address.origin}${MCP_PATH}`, ports);
    if ("description" in found) return found;
    cache.keep(hash, found.caller, found.untilMs);
    return found.caller;
  };
  return {
    check,
    // The address is known when the server listens.
    get metadata() {
      return file.issuers.length === 0 ? undefined : metadataOf(file, address.origin);
    },
  };
}

/** Compares every one: how long it takes tells nothing. */
export function holderOf<Holder extends Pick<StaticToken, "sha256">>(hash: Buffer, tokens: readonly Holder[]): Holder | undefined {
  const [found] = tokens.filter(({ sha256 }) => timingSafeEqual(Buffer.from(sha256, "hex"), hash));
  return found;
}

async function signedCaller(
  token: string,
  { issuers, tenants }: TenantsFile,
  audience: string,
  ports: TokenPorts,
): Promise<{ caller: Caller; untilMs: number } | Refusal> {
  const verified = await verifyAccessToken(token, issuers, audience, ports);
  if ("description" in verified) return verified;
  const { principal, claims, issuer } = verified;
  const tenant = tenantOf(principal, issuer, claims, tenants);
  // Not 401: another token of the same person would fare no better, and clients would go round in circles.
  if (tenant === undefined) return { status: 403, description: "This token is good, but no tenant of this server is open to its holder." };
  return {
    caller: { tenant, principal, scopes: scopesIn(claims), forms: issuer.forms },
    untilMs: ((claims.exp ?? 0) + SKEW_SECONDS) * 1_000,
  };
}

/** `scope` of RFC 9068, or `scp` as some issuers call it. */
function scopesIn({ scope, scp }: JWTPayload): AccessScope[] {
  const given = scope ?? scp;
  const names: unknown[] = typeof given === "string" ? given.split(" ") : Array.isArray(given) ? given : [];
  return accessScopes.filter((known) => names.includes(known));
}

/** The document of RFC 9728. */
function metadataOf({ issuers }: TenantsFile, origin: string) {
  return {
    url: `${origin}${METADATA_PATH}${MCP_PATH}`,
    document: {
      resource: `${origin}${MCP_PATH}`,
      resource_name: "Trunkline",
      authorization_servers: issuers.map(({ issuer }) => issuer),
      scopes_supported: accessScopes,
      bearer_methods_supported: ["header"],
    },
  };
}
