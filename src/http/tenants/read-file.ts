import { readFileSync } from "node:fs";
import { parseTenantsFile, type TenantsFile, unusable } from "../../auth/tenants-file.ts";
import type { AnyProvider } from "../../core/carrier/provider.ts";
import type { Configuration, Environment } from "../../core/config.ts";

export interface TenantsPorts {
  configuration: Configuration;
  /** Variables that the tenants file refers to. */
  environment: Environment;
  providers: readonly AnyProvider[];
}

/** The tenants file that the settings name, as it is now. */
export function readTenants({ configuration, environment, providers }: TenantsPorts): TenantsFile | undefined {
  const path = configuration.server.TRUNKLINE_TENANTS;
  if (path === undefined) return undefined;
  const readFile = (name: string) => readFileSync(name, "utf8");
  return parseTenantsFile(textAt(path, readFile), { environment, providers, readFile });
}

function textAt(path: string, readFile: (name: string) => string): string {
  try {
    return readFile(path);
  } catch (error) {
    const isThere = !(error instanceof Error && "code" in error && error.code === "ENOENT");
    throw unusable(isThere ? `${path} cannot be read` : `${path} is not there`);
  }
}
