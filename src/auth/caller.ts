import type { Effect } from "../core/tool.ts";

/** The scopes that an access token may have. */
export const accessScopes = ["trunks:read", "trunks:write", "trunks:delete"] as const;
export type AccessScope = (typeof accessScopes)[number];

/** The path of the MCP endpoint, for which access tokens are made. */
export const MCP_PATH = "/mcp";
/** RFC 9728: clients read here how to get a token. */
export const METADATA_PATH = "/.well-known/oauth-protected-resource";

/** The principal that a request speaks for, once its token was checked. */
export interface Caller {
  tenant: string;
  principal: string;
  scopes: readonly AccessScope[];
  /** Whether a form that this caller's client answers is a person's word. The operator says so; no caller can. */
  forms: boolean;
}

/** The reason why a request is not let in. */
export interface Refusal {
  /** 401: bring another token. 403: it is good, and leads nowhere here. 503: whether it is good cannot be told now. */
  status: 401 | 403 | 503;
  /** Of RFC 6750: absent when no token came at all. */
  error?: "invalid_request" | "invalid_token";
  description: string;
}

/** Decides whom a deployment lets in. */
export interface Gate {
  check(authorization: string | undefined): Promise<Caller | Refusal>;
  /** Tells clients how to get a token; absent where none is issued by an authorization server. */
  readonly metadata?: { url: string; document: object } | undefined;
}

/** The token of an `Authorization` header (RFC 6750). */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
}

export function isRefusal(access: Caller | Refusal): access is Refusal {
  return "description" in access;
}

const local: Caller = { tenant: "local", principal: "local", scopes: accessScopes, forms: true };

/** On loopback, without authentication: anybody who can open the port is taken for the person at this machine. */
export const openGate: Gate = { check: async () => local };

const scopesByEffect = {
  read: ["trunks:read"],
  create: ["trunks:read", "trunks:write"],
  change: ["trunks:read", "trunks:write"],
  destroy: ["trunks:read", "trunks:delete"],
} satisfies Record<Effect, AccessScope[]>;

/** Everything that a call of this kind needs, so that a client asks for it once. */
export function scopesFor(effect: Effect): readonly AccessScope[] {
  return scopesByEffect[effect];
}

/** `WWW-Authenticate` of a 401. */
export function challenge(gate: Gate, { error, description }: Refusal): string {
  return bearer(gate, { error, error_description: error && description, scope: accessScopes.join(" ") });
}

/** `WWW-Authenticate` of a 403: all scopes that the operation needs, not only the missing one. */
export function scopeChallenge(gate: Gate, needed: readonly AccessScope[]): string {
  const error_description = `This call needs ${needed.join(" and ")}`;
  return bearer(gate, { error: "insufficient_scope", error_description, scope: needed.join(" ") });
}

/** Characters that RFC 6750 allows in none of its parameters. */
const unquotable = /[^\x20-\x21\x23-\x5b\x5d-\x7e]/g;

function bearer(gate: Gate, parameters: Record<string, string | undefined>): string {
  const all = { ...parameters, resource_metadata: gate.metadata?.url };
  const parts = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${value.replace(unquotable, "")}"`]));
  return `Bearer ${parts.join(", ")}`;
}
