import type { AuthInfo, ServerContext } from "@modelcontextprotocol/server";
import type { Scope } from "../pipeline/scope.ts";

const SCOPE = "scope";

/** The SDK hands this to the server that answers the request. The token itself stays behind. */
export function authInfoOf(scope: Scope, more: Record<string, unknown> = {}): AuthInfo {
  return { token: "", clientId: scope.principal, scopes: [], extra: { ...more, [SCOPE]: scope } };
}

export function scopeIn(authInfo: AuthInfo | undefined): Scope | undefined {
  return authInfo?.extra?.[SCOPE] as Scope | undefined;
}

/** A session lives on when its caller's rights have changed: over HTTP each request brings its own scope. */
export type ScopeOf = (ctx: Pick<ServerContext, "http">) => Scope;
