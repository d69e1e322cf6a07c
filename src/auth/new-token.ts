import { createHash, randomBytes } from "node:crypto";
import { TrunkError } from "../core/errors.ts";
import { cleanText } from "../core/text.ts";
import { readContent } from "./tenants-file.ts";

export interface NewToken {
  /** The file with the token's hashes in it; all else in it stays. */
  text: string;
  name: string;
  token: string;
  /** With which its holder signs in on the approval page; the agent has the token, and must not have this. */
  passphrase: string;
  /** The tenant was not there before, and works on the sandbox until carriers are set. */
  isNewTenant: boolean;
}

/** Adds a token to a tenants file. Only hashes are written: a reader of the file can use neither. */
export function withNewToken(text: string, tenant: string, wished: string | undefined, scopes: readonly string[] | undefined): NewToken {
  const { tokens, tenants } = readContent(text);
  // As it is written: the content read has every default in it.
  const given = JSON.parse(text) as { tokens?: object[]; tenants?: Record<string, object> };
  const taken = new Set(tokens.map(({ name }) => name));
  if (wished !== undefined && taken.has(wished)) {
    throw new TrunkError("conflict", `There is a token ${cleanText(wished)} already. Nothing was written. Pass another --name.`);
  }
  const name = wished ?? freeName(tenant, taken);
  const isNewTenant = !Object.hasOwn(tenants, tenant);
  const [token, passphrase] = [randomBytes(32).toString("hex"), randomBytes(16).toString("hex")];
  const row = { name, sha256: sha256(token), tenant, ...(scopes ? { scopes } : {}), approval_sha256: sha256(passphrase) };
  const content = {
    ...given,
    tokens: [...(given.tokens ?? []), row],
    tenants: isNewTenant ? { ...given.tenants, [tenant]: { sandbox: true } } : given.tenants,
  };
  const written = `${JSON.stringify(content, null, 2)}\n`;
  // A name that the schema refuses must not reach the file.
  readContent(written);
  return { text: written, name, token, passphrase, isNewTenant };
}

function freeName(tenant: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) if (!taken.has(`${tenant}-${n}`)) return `${tenant}-${n}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
