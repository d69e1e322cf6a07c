import * as z from "zod";
import { serverSettings } from "../core/config.ts";
import { isSafeUrl } from "../core/loopback.ts";
import type { Secret } from "../core/secret.ts";
import { accessScopes } from "./caller.ts";

const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, { error: "expected lower-case letters, digits, - and _, at most 63" });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, { error: "expected the SHA-256 of the token, 64 hex digits" });
const scopes = z.array(z.enum(accessScopes)).min(1);
const https = z.url({ error: "expected a URL" }).refine(isSafeUrl, { error: "expected an https URL" });
/** `env:NAME` or `file:/path`. */
export const reference = z.string().regex(/^(env:[A-Za-z_]\w*|file:\/.+)$/, { error: "expected env:NAME or file:/path" });

const forms = z
  .boolean()
  .default(false)
  .describe("the holder's client is trusted to put forms before a person; otherwise approvals are given on the page");

const issuerSchema = z.strictObject({
  issuer: https.regex(/^[^|]+$/, { error: "expected a URL without |" }).describe("as the tokens name it in `iss`, to the letter"),
  audience: z.string().min(1).optional().describe("what tokens name in `aud` (default: this server's public URL and `/mcp`)"),
  jwks_url: https.optional().describe("where its keys are (default: what its metadata says)"),
  tenant_claim: z.string().min(1).optional().describe("a claim that picks the tenant, of those that list `issuer|*`"),
  client_id: z.string().min(1).optional().describe("as which the approval page signs a person in"),
  client_secret: reference.optional().describe("for a client that has one"),
  forms,
});

const tokenSchema = z.strictObject({
  name: name.describe("who holds it"),
  sha256,
  tenant: name,
  scopes: scopes.default([...accessScopes]),
  forms,
  approval_sha256: sha256.optional().describe("SHA-256 of the passphrase with which its holder signs in on the approval page"),
});

const tenantSchema = z.strictObject({
  principals: z.array(z.string().min(1)).default([]).describe("who may come in: `issuer|subject`, or `issuer|*` for all of an issuer"),
  carriers: z.record(z.string(), z.string()).default({}).describe("the carriers' variables; secrets as env: or file: references"),
  secrets: z
    .record(z.string().regex(/^TRUNKLINE_SECRET_\w+$/), reference)
    .default({})
    .describe("what `env:TRUNKLINE_SECRET_…` stands for"),
  sandbox: z.boolean().default(false),
  read_only: z.boolean().optional(),
  toolsets: z.array(z.string()).optional(),
  approval: serverSettings.shape.TRUNKLINE_APPROVAL.unwrap().optional(),
  ask_for: serverSettings.shape.TRUNKLINE_ASK_FOR.unwrap().optional(),
  allowance: z.int().min(0).max(16).optional().describe("addresses that a trunk may let in without a person"),
  plain_passwords: serverSettings.shape.TRUNKLINE_PLAIN_PASSWORDS.unwrap().optional(),
  reveal_secrets: z.boolean().optional(),
  allow_private_probes: z.boolean().default(false).describe("check_trunk may ask loopback and private addresses of this server's network"),
});

export const fileSchema = z.strictObject({
  issuers: z.array(issuerSchema).default([]),
  tokens: z.array(tokenSchema).default([]),
  tenants: z.record(name, tenantSchema),
  metrics_sha256: sha256.optional().describe("SHA-256 of the token with which /metrics is read from elsewhere"),
});

export type TenantsFileContent = z.infer<typeof fileSchema>;
export type TenantContent = z.infer<typeof tenantSchema>;
export type Issuer = Omit<z.infer<typeof issuerSchema>, "client_secret"> & { client_secret?: Secret | undefined };
export type StaticToken = z.infer<typeof tokenSchema>;
