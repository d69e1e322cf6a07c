import { createHash, randomBytes } from "node:crypto";
import * as z from "zod";
import { type TokenPorts, verifyJwt } from "../../auth/access-token.ts";
import { type Gate, isRefusal, MCP_PATH } from "../../auth/caller.ts";
import type { IssuerMetadata } from "../../auth/issuers.ts";
import { tenantOf } from "../../auth/tenant-of.ts";
import type { TenantsFile } from "../../auth/tenants-file.ts";
import type { Issuer } from "../../auth/tenants-schema.ts";
import { paths } from "../paths.ts";
import { isOpenId, tokensFor } from "./code-exchange.ts";
import type { Person } from "./signed-in.ts";

/** Kept by the browser, sealed, between leaving for the issuer and coming back. */
export const flowSchema = z.object({
  issuer: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  to: z.string().optional(),
});
export type Flow = z.infer<typeof flowSchema>;

export interface FlowPorts extends TokenPorts {
  file(): TenantsFile;
  gate(): Gate;
  origin(): string;
}

/** The reason why nobody was signed in, for the person to read. */
export interface Failure {
  status: 400 | 403 | 503;
  why: string;
}

/** Authorization code with PKCE: where the person goes, and what must be there when they come back. */
export async function beginFlow(issuer: Issuer, to: string | undefined, ports: FlowPorts): Promise<{ url: string; flow: Flow } | Failure> {
  const metadata = await metadataOf(issuer, ports);
  if ("why" in metadata) return metadata;
  const [state, nonce, verifier] = [random(), random(), random()];
  const url = new URL(metadata.authorization_endpoint ?? "");
  const parameters = {
    response_type: "code",
    client_id: issuer.client_id ?? "",
    redirect_uri: redirectUri(ports),
    state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...(isOpenId(metadata) ? { scope: "openid", nonce } : { scope: "trunks:read", resource: `${ports.origin()}${MCP_PATH}` }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, flow: { issuer: issuer.issuer, state, nonce, verifier, to } };
}

/** The person who came back. `query` is sent along by the issuer, and anybody could have sent it. */
export async function finishFlow(flow: Flow, query: URLSearchParams, ports: FlowPorts): Promise<Person | Failure> {
  const issuer = ports.file().issuers.find((known) => known.issuer === flow.issuer && known.client_id !== undefined);
  const metadata = issuer && (await metadataOf(issuer, ports));
  if (!metadata) return { status: 400, why: "This server no longer signs you in at that issuer." };
  if ("why" in metadata) return metadata;
  if (!isFrom(query, metadata)) return { status: 400, why: "The answer came from another issuer than the one that was asked." };
  const code = query.get("code");
  if (code === null) return { status: 403, why: "The issuer did not sign you in." };
  const asked = { code, verifier: flow.verifier, redirectUri: redirectUri(ports), resource: `${ports.origin()}${MCP_PATH}` };
  try {
    const tokens = await tokensFor(issuer, metadata, asked, ports.issuers.of(issuer));
    return await personIn(tokens, issuer, flow, ports);
  } catch (error) {
    ports.log.warn({ error, issuer: issuer.issuer }, "the issuer gave no token for a sign-in");
    return { status: 503, why: "The issuer gave no answer that can be used. The log of this server has the details." };
  }
}

/** RFC 9207: where several issuers are used, one of them could pass another's answer off as its own. */
function isFrom(query: URLSearchParams, metadata: IssuerMetadata): boolean {
  const named = query.get("iss");
  return named === null ? metadata.authorization_response_iss_parameter_supported !== true : named === metadata.issuer;
}

async function personIn(
  { id_token, access_token }: { id_token?: string | undefined; access_token?: string | undefined },
  issuer: Issuer,
  { nonce }: Flow,
  ports: FlowPorts,
): Promise<Person | Failure> {
  if (id_token === undefined) return await personOfAccess(access_token ?? "", issuer, ports.gate());
  const clientId = issuer.client_id ?? "";
  const verified = await verifyJwt(id_token, issuer, clientId, ports);
  if ("description" in verified) return notUsable();
  const { claims, principal } = verified;
  const forOthersToo = Array.isArray(claims.aud) && claims.aud.length > 1 && claims["azp"] !== clientId;
  if (claims["nonce"] !== nonce || forOthersToo) return notUsable();
  const tenant = tenantOf(principal, issuer, claims, ports.file().tenants);
  return tenant === undefined ? strange() : { tenant, principal };
}

/** An issuer without OpenID Connect says who came in its access token, which it made for this server. */
async function personOfAccess(accessToken: string, issuer: Issuer, gate: Gate): Promise<Person | Failure> {
  const access = await gate.check(`Bearer ${accessToken}`);
  if (isRefusal(access)) return access.status === 403 ? strange() : notUsable();
  const { tenant, principal } = access;
  return principal.startsWith(`${issuer.issuer}|`) ? { tenant, principal } : notUsable();
}

function notUsable(): Failure {
  return { status: 403, why: "This server cannot use the issuer's answer about you." };
}

function strange(): Failure {
  return { status: 403, why: "You are known at the issuer, but this server is not open to you." };
}

async function metadataOf(issuer: Issuer, { issuers, log }: FlowPorts): Promise<IssuerMetadata | Failure> {
  try {
    const metadata = await issuers.of(issuer).metadata();
    if (metadata.authorization_endpoint !== undefined && metadata.token_endpoint !== undefined) return metadata;
    log.warn({ issuer: issuer.issuer }, "the issuer's metadata names no endpoints for signing in");
  } catch (error) {
    log.warn({ error, issuer: issuer.issuer }, "the issuer's metadata could not be read");
  }
  return { status: 503, why: "The issuer does not answer. Try again in a minute." };
}

function redirectUri({ origin }: FlowPorts): string {
  return `${origin()}${paths.signInCallback}`;
}

function random(): string {
  return randomBytes(32).toString("base64url");
}
