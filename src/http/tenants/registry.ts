import { setTimeout as delay } from "node:timers/promises";
import type { TenantSetup } from "../../auth/tenants-file.ts";
import type { TenantCounts } from "../../core/carrier/where.ts";
import { createTenant, type Tenant, type TenantPorts } from "./tenant.ts";

export interface Registry {
  find(id: string): Tenant | undefined;
  all(): Tenant[];
  /** Takes over what the file says now. Tenants that are described as before go on undisturbed. */
  replace(setups: readonly TenantSetup[]): void;
  close(): Promise<void>;
}

/** Cuts off requests that are open by then; the longest are calls to a carrier that are tried again and read back. */
const RETIRE_MS = 120_000;

/** `allSent` resolves when a tenant's last request was answered. */
export function createRegistry(ports: TenantPorts, allSent: (tenant: Tenant) => Promise<void>): Registry {
  let tenants = new Map<string, Tenant>();
  const retire = async (tenant: Tenant) => {
    await Promise.race([allSent(tenant), delay(RETIRE_MS, undefined, { ref: false })]);
    await tenant.close();
  };
  return {
    find: (id) => tenants.get(id),
    all: () => [...tenants.values()],
    replace: (setups) => {
      const before = tenants;
      tenants = new Map(setups.map((setup) => [setup.id, kept(before.get(setup.id), setup) ?? createTenant(setup, ports)]));
      // Requests that are being answered hold their tenant and finish; sessions and subscriptions end, and clients begin new ones.
      const staying = new Set(tenants.values());
      const leaving = [...before.values()].filter((tenant) => !staying.has(tenant));
      for (const tenant of leaving) retire(tenant).catch((error: unknown) => ports.log.warn({ error }, "a tenant could not be closed"));
    },
    close: async () => void (await Promise.all([...tenants.values()].map((tenant) => tenant.close()))),
  };
}

/** Tells how many tenants have live accounts. */
export function countTenants(tenants: readonly Pick<Tenant, "setup">[]): TenantCounts {
  const sandbox = tenants.filter(({ setup }) => setup.configuration.sandbox).length;
  return { live: tenants.length - sandbox, sandbox };
}

function kept(tenant: Tenant | undefined, setup: TenantSetup): Tenant | undefined {
  return tenant?.setup.fingerprint === setup.fingerprint ? tenant : undefined;
}
