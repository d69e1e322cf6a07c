import * as z from "zod";
import { digest } from "../core/canonical.ts";
import type { AnyProvider } from "../core/carrier/provider.ts";
import { type Configuration, type Environment, readConfiguration, serverSettings } from "../core/config.ts";
import { TrunkError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import { cleanText } from "../core/text.ts";
import { accessScopes } from "./caller.ts";
import { isSafeUrl } from "./safe-url.ts";
import { objectionTo } from "./tenants-file-rules.ts";

const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, { error: "expected lower-case letters, digits, - and _, at most 63" });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, { error: "expected the SHA-256 of the token, 64 hex digits" });
const scopes = z.array(z.enum(accessScopes)).min(1);
const https = z.url({ error: "expected a URL" }).refine(isSafeUrl, { error: "expected an https URL" });
/** `env:NAME` or `file:/path`. */
const reference = z.string().regex(/^(env:[A-Za-z_]\w*|file:\/.+)$/, { error: "expected env:NAME or file:/path" });

const issuerSchema = z.strictObject({
  issuer: https.regex(/^[^|]+$/, { error: "expected a URL without |" }).describe("as the tokens name it in `iss`, to the letter"),
  audience: z.string().min(1).optional().describe("what tokens name in `aud` (default: this server's public URL and `/mcp`)"),
  jwks_url: https.optional().describe("where its keys are (default: what its metadata says)"),
  tenant_claim: z.string().min(1).optional().describe("a claim that picks the tenant, of those that list `issuer|*`"),
  client_id: z.string().min(1).optional().describe("as which the approval page signs a person in"),
  client_secret: reference.optional().describe("for a client that has one"),
});

const tokenSchema = z.strictObject({
  name: name.describe("who holds it"),
  sha256,
  tenant: name,
  scopes: scopes.default([...accessScopes]),
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
  reveal_secrets: z.boolean().optional(),
  allow_private_probes: z.boolean().default(false).describe("check_trunk may ask loopback and private addresses of this server's network"),
});

const fileSchema = z.strictObject({
  issuers: z.array(issuerSchema).default([]),
  tokens: z.array(tokenSchema).default([]),
  tenants: z.record(name, tenantSchema),
  metrics_sha256: sha256.optional().describe("SHA-256 of the token with which /metrics is read from elsewhere"),
});

export type TenantsFileContent = z.infer<typeof fileSchema>;
type Tenant = z.infer<typeof tenantSchema>;
export type Issuer = Omit<z.infer<typeof issuerSchema>, "client_secret"> & { client_secret?: Secret | undefined };
export type StaticToken = z.infer<typeof tokenSchema>;

/** One tenant as its file describes it, every reference followed. */
export interface TenantSetup {
  id: string;
  principals: readonly string[];
  configuration: Configuration;
  /** Another one where anything is different, the secrets behind references included. */
  fingerprint: string;
  secret(name: string): string | undefined;
}

export interface TenantsFile {
  issuers: Issuer[];
  tokens: StaticToken[];
  tenants: TenantSetup[];
  metricsSha256: string | undefined;
}

export interface FileContext {
  environment: Environment;
  providers: readonly AnyProvider[];
  readFile(path: string): string;
}

/** Reads the tenants file; what is wrong with it is one sentence that names the place. */
export function parseTenantsFile(text: string, context: FileContext): TenantsFile {
  const parsed = fileSchema.safeParse(toJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrong(`${issue?.path.map(String).join(".") || "the file"}: ${cleanText(issue?.message ?? "not understood")}`);
  }
  const { issuers, tokens, tenants, metrics_sha256: metricsSha256 } = parsed.data;
  const objection = objectionTo(parsed.data);
  if (objection !== undefined) throw wrong(objection);
  const resolve = resolver(context);
  return {
    issuers: issuers.map(({ client_secret: at, ...issuer }) => ({ ...issuer, ...(at && { client_secret: new Secret(resolve(at)) }) })),
    tokens,
    metricsSha256,
    tenants: Object.entries(tenants).map(([id, tenant]) => setupOf(id, tenant, context, resolve)),
  };
}

function setupOf(id: string, tenant: Tenant, context: FileContext, resolve: (reference: string) => string): TenantSetup {
  const secrets = Object.fromEntries(Object.entries(tenant.secrets).map(([key, value]) => [key, resolve(value)]));
  const settings = carrierSettings(id, tenant, context, resolve);
  return {
    id,
    principals: tenant.principals,
    configuration: configurationOf(id, tenant, settings, context),
    fingerprint: digest({ ...tenant, settings, secrets }),
    secret: (key) => (Object.hasOwn(secrets, key) ? secrets[key] : undefined),
  };
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong("it is not JSON");
  }
}

function resolver({ environment, readFile }: FileContext) {
  return (given: string): string => {
    const [scheme, rest = ""] = [given.slice(0, given.indexOf(":")), given.slice(given.indexOf(":") + 1)];
    const value = scheme === "env" ? environment[rest] : readReferenced(rest, readFile);
    if (value === undefined || value === "") throw wrong(`${given} is not set`);
    return value;
  };
}

function readReferenced(path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path).trim();
  } catch {
    throw wrong(`file:${path} cannot be read`);
  }
}

function carrierSettings(id: string, tenant: Tenant, { providers }: FileContext, resolve: (reference: string) => string): Environment {
  const known = providers.flatMap((provider) => Object.keys(provider.settings.shape));
  const stranger = Object.keys(tenant.carriers).find((key) => !known.includes(key));
  if (stranger !== undefined) throw wrong(`tenants.${id}.carriers.${cleanText(stranger, 64)} is no carrier's variable`);
  return Object.fromEntries(Object.entries(tenant.carriers).map(([key, value]) => [key, isReference(value) ? resolve(value) : value]));
}

function configurationOf(id: string, tenant: Tenant, settings: Environment, { providers }: FileContext): Configuration {
  const configuration = readConfiguration({ ...settings, ...policySettings(tenant) }, providers);
  if (configuration.carriers.length === 0 && !tenant.sandbox) {
    throw wrong(`tenants.${id} has no carrier; set its carriers' variables, or sandbox: true`);
  }
  for (const carrier of configuration.carriers) {
    const literal = Object.entries(carrier.settings).find(([key, value]) => value instanceof Secret && !isReference(tenant.carriers[key]));
    if (literal) throw wrong(`tenants.${id}.carriers.${literal[0]} is a secret: name it as env:NAME or file:/path`);
  }
  return configuration;
}

function isReference(value: string | undefined): boolean {
  return value !== undefined && reference.safeParse(value).success;
}

function policySettings(tenant: Tenant): Environment {
  const { sandbox, read_only, toolsets, approval, reveal_secrets, allow_private_probes } = tenant;
  return {
    TRUNKLINE_SANDBOX: String(sandbox),
    TRUNKLINE_READ_ONLY: read_only === undefined ? undefined : String(read_only),
    TRUNKLINE_TOOLSETS: toolsets?.join(","),
    TRUNKLINE_APPROVAL: approval,
    TRUNKLINE_ALLOW_PRIVATE_PROBES: String(allow_private_probes),
    TRUNKLINE_REVEAL_SECRETS: reveal_secrets === undefined ? undefined : String(reveal_secrets),
  };
}

function wrong(what: string): TrunkError {
  return new TrunkError("not_configured", `The tenants file (TRUNKLINE_TENANTS) cannot be used: ${what}.`);
}
