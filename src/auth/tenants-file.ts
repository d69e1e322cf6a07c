import { brokenRule } from "../core/broken-rule.ts";
import { digest } from "../core/canonical.ts";
import type { AnyProvider } from "../core/carrier/provider.ts";
import { type Configuration, type Environment, readConfiguration } from "../core/config.ts";
import { TrunkError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import { cleanText } from "../core/text.ts";
import { contradictionIn } from "./tenants-file-rules.ts";
import { fileSchema, type Issuer, reference, type StaticToken, type TenantContent, type TenantsFileContent } from "./tenants-schema.ts";

/** One tenant as its file describes it, every reference followed. */
export interface TenantSetup {
  id: string;
  principals: readonly string[];
  configuration: Configuration;
  /** Different where anything is different, the secrets behind references included. */
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

/** Reads the tenants file; an error is one sentence that names the place. */
export function parseTenantsFile(text: string, context: FileContext): TenantsFile {
  const { issuers, tokens, tenants, metrics_sha256: metricsSha256 } = readContent(text);
  const resolve = resolver(context);
  return {
    issuers: issuers.map(({ client_secret: at, ...issuer }) => ({ ...issuer, ...(at && { client_secret: new Secret(resolve(at)) }) })),
    tokens,
    metricsSha256,
    tenants: Object.entries(tenants).map(([id, tenant]) => setupOf(id, tenant, context, resolve)),
  };
}

/** Reads the file's content; references in it are not followed yet. */
export function readContent(text: string): TenantsFileContent {
  const parsed = fileSchema.safeParse(toJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw unusable(`${issue?.path.map(String).join(".") || "the file"}: ${cleanText(brokenRule(issue?.message ?? "not understood"))}`);
  }
  const contradiction = contradictionIn(parsed.data);
  if (contradiction !== undefined) throw unusable(contradiction);
  return parsed.data;
}

function setupOf(id: string, tenant: TenantContent, context: FileContext, resolve: (reference: string) => string): TenantSetup {
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
    throw unusable("it is not JSON");
  }
}

function resolver({ environment, readFile }: FileContext) {
  return (given: string): string => {
    const [scheme, rest = ""] = [given.slice(0, given.indexOf(":")), given.slice(given.indexOf(":") + 1)];
    const value = scheme === "env" ? environment[rest] : readReferenced(rest, readFile);
    if (value === undefined || value === "") throw unusable(`${given} is not set`);
    return value;
  };
}

function readReferenced(path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path).trim();
  } catch {
    throw unusable(`file:${path} cannot be read`);
  }
}

function carrierSettings(
  id: string,
  tenant: TenantContent,
  { providers }: FileContext,
  resolve: (reference: string) => string,
): Environment {
  const known = providers.flatMap((provider) => Object.keys(provider.settings.shape));
  const stranger = Object.keys(tenant.carriers).find((key) => !known.includes(key));
  if (stranger !== undefined) throw unusable(`tenants.${id}.carriers.${cleanText(stranger, 64)} is no carrier's variable`);
  return Object.fromEntries(Object.entries(tenant.carriers).map(([key, value]) => [key, isReference(value) ? resolve(value) : value]));
}

function configurationOf(id: string, tenant: TenantContent, settings: Environment, { providers }: FileContext): Configuration {
  const configuration = readConfiguration({ ...settings, ...policySettings(tenant) }, providers);
  if (configuration.carriers.length === 0 && !tenant.sandbox) {
    throw unusable(`tenants.${id} has no carrier; set its carriers' variables, or sandbox: true`);
  }
  for (const carrier of configuration.carriers) {
    const literal = Object.entries(carrier.settings).find(([key, value]) => value instanceof Secret && !isReference(tenant.carriers[key]));
    if (literal) throw unusable(`tenants.${id}.carriers.${literal[0]} is a secret: name it as env:NAME or file:/path`);
  }
  return configuration;
}

function isReference(value: string | undefined): boolean {
  return value !== undefined && reference.safeParse(value).success;
}

function policySettings(tenant: TenantContent): Environment {
  const { sandbox, read_only, toolsets, approval, ask_for, allowance, plain_passwords, reveal_secrets, allow_private_probes } = tenant;
  return {
    TRUNKLINE_SANDBOX: String(sandbox),
    TRUNKLINE_READ_ONLY: read_only === undefined ? undefined : String(read_only),
    TRUNKLINE_TOOLSETS: toolsets?.join(","),
    TRUNKLINE_APPROVAL: approval,
    TRUNKLINE_ASK_FOR: ask_for,
    TRUNKLINE_ALLOWANCE: allowance?.toString(),
    TRUNKLINE_PLAIN_PASSWORDS: plain_passwords,
    TRUNKLINE_ALLOW_PRIVATE_PROBES: String(allow_private_probes),
    TRUNKLINE_REVEAL_SECRETS: reveal_secrets === undefined ? undefined : String(reveal_secrets),
  };
}

export function unusable(what: string): TrunkError {
  return new TrunkError("not_configured", `The tenants file (TRUNKLINE_TENANTS) cannot be used: ${what}.`);
}
