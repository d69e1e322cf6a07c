import type { JWTPayload } from "jose";
import type { TenantSetup, TenantsFile } from "./tenants-file.ts";
import type { Issuer } from "./tenants-schema.ts";

type Listing = Pick<TenantSetup, "id" | "principals">;

/**
 * The tenant of a principal. A token reaches only a tenant that names its issuer, whatever it claims: a principal by name,
 * or all of them as `issuer|*`, of which the claim then picks one.
 */
export function tenantOf(principal: string, issuer: Issuer, claims: JWTPayload, tenants: readonly Listing[]): string | undefined {
  const listed = tenants.find(({ principals }) => isNamed(principal, principals));
  if (listed) return listed.id;
  const open = tenants.filter(({ principals }) => principals.includes(`${issuer.issuer}|*`));
  const { tenant_claim: claim } = issuer;
  return (claim === undefined ? open[0] : open.find(({ id }) => id === claims[claim]))?.id;
}

/** The wildcard names nobody: a subject that is a star is not everybody. */
function isNamed(principal: string, principals: readonly string[]): boolean {
  return !principal.endsWith("|*") && principals.includes(principal);
}

/** True if somebody who came in before would still be let in, as far as the file can tell without the token. */
export function isStillIn(file: TenantsFile, tenant: string, principal: string): boolean {
  if (file.tokens.some((token) => token.tenant === tenant && `token|${token.name}` === principal)) return true;
  const setup = file.tenants.find(({ id }) => id === tenant);
  const issuer = file.issuers.find((known) => principal.startsWith(`${known.issuer}|`));
  if (!issuer || !setup) return false;
  return isNamed(principal, setup.principals) || setup.principals.includes(`${issuer.issuer}|*`);
}
