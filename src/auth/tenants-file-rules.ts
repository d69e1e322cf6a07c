import { createHash } from "node:crypto";
import { cleanText, quoteText } from "../core/text.ts";
import type { TenantsFileContent } from "./tenants-schema.ts";

/** The first contradiction between parts of a tenants file, each of which is right by itself. */
export function contradictionIn(content: TenantsFileContent): string | undefined {
  return strayToken(content) ?? strayPrincipal(content) ?? duplicate(content) ?? weakSignIn(content) ?? guessable(content);
}

function strayToken({ tokens, tenants }: TenantsFileContent): string | undefined {
  const stray = tokens.find(({ tenant }) => !Object.hasOwn(tenants, tenant));
  return stray && `the token ${stray.name} names the tenant ${stray.tenant}, which is not there`;
}

/** A principal whose issuer is misspelt would let nobody in, and nobody would know why. */
function strayPrincipal(content: TenantsFileContent): string | undefined {
  const stray = principalsOf(content).find((principal) => !content.issuers.some(({ issuer }) => isOf(principal, issuer)));
  if (stray !== undefined) return `the principal ${quoteText(stray)} begins with no issuer of the file and |`;
  const star = principalsOf(content).find((name) => name.endsWith("|*") && !content.issuers.some(({ issuer }) => name === `${issuer}|*`));
  return star && `the principal ${quoteText(star)} ends in |*, which stands for nobody but all of an issuer`;
}

/** One principal belongs to one tenant; all of an issuer to several only where a claim picks one. */
function duplicate(content: TenantsFileContent): string | undefined {
  const { issuers, tokens } = content;
  const picked = issuers.filter((issuer) => issuer.tenant_claim !== undefined).map(({ issuer }) => `${issuer}|*`);
  const lists = {
    issuer: issuers.map(({ issuer }) => issuer),
    principal: principalsOf(content).filter((principal) => !picked.includes(principal)),
    token: tokens.map(({ name }) => name),
    "token's sha256": tokens.map(({ sha256 }) => sha256),
  };
  for (const [what, values] of Object.entries(lists)) {
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) return `the ${what} ${quoteText(twice)} is there twice`;
  }
  return undefined;
}

/** Refuses a file that would let an agent, which holds an access token, sign in as the person. */
function weakSignIn({ issuers, tokens }: TenantsFileContent): string | undefined {
  const known = tokens.map(({ sha256 }) => sha256);
  const same = tokens.find(({ approval_sha256: passphrase }) => passphrase !== undefined && known.includes(passphrase));
  if (same) return `the approval_sha256 of the token ${same.name} is that of a token: a passphrase of its own is needed`;
  const unclear = issuers.find(({ client_id, audience }) => client_id !== undefined && client_id === audience);
  if (unclear) return `the issuer ${cleanText(unclear.issuer, 128)} has an audience that is its client_id: they must differ`;
  const lone = issuers.find(({ client_id, client_secret }) => client_secret !== undefined && client_id === undefined);
  return lone && `the issuer ${cleanText(lone.issuer, 128)} has a client_secret without a client_id`;
}

/** Words of examples and of the first attempt. A file with the SHA-256 of one of them lets everybody in. */
const WORDS = ["", "test", "test2", "secret", "password", "passphrase", "changeme", "example"];
const guessableHashes = new Set(
  WORDS.flatMap((word) => [word, `${word}\n`]).map((word) => createHash("sha256").update(word).digest("hex")),
);

function guessable({ tokens, metrics_sha256 }: TenantsFileContent): string | undefined {
  const way = "make one with openssl rand -hex 32";
  const weak = tokens.find(({ sha256 }) => guessableHashes.has(sha256));
  if (weak) return `the sha256 of the token ${weak.name} is that of an example, which everybody knows: ${way}`;
  const open = tokens.find(({ approval_sha256 }) => approval_sha256 !== undefined && guessableHashes.has(approval_sha256));
  if (open) return `the approval_sha256 of the token ${open.name} is that of an example, which everybody knows: ${way}`;
  return metrics_sha256 !== undefined && guessableHashes.has(metrics_sha256) ? `metrics_sha256 is that of an example: ${way}` : undefined;
}

function principalsOf({ tenants }: TenantsFileContent): string[] {
  return Object.values(tenants).flatMap((tenant) => tenant.principals);
}

function isOf(principal: string, issuer: string): boolean {
  return principal.startsWith(`${issuer}|`) && principal.length > issuer.length + 1;
}
