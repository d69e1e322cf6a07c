import { createTenant, type House, type Tenant } from "./tenants.ts";
import type { TenantSetup } from "./tenants-file.ts";

export interface Registry {
  find(id: string): Tenant | undefined;
  all(): Tenant[];
  /** Takes over what the file says now. Tenants that are described as before go on undisturbed. */
  replace(setups: readonly TenantSetup[]): Promise<void>;
  close(): Promise<void>;
}

export function createRegistry(house: House): Registry {
  let tenants = new Map<string, Tenant>();
  const close = async (closing: Iterable<Tenant>) => void (await Promise.all([...closing].map((tenant) => tenant.close())));
  return {
    find: (id) => tenants.get(id),
    all: () => [...tenants.values()],
    replace: async (setups) => {
      const before = tenants;
      tenants = new Map(setups.map((setup) => [setup.id, kept(before.get(setup.id), setup) ?? createTenant(setup, house)]));
      // Requests that are being answered hold their tenant and finish; sessions and subscriptions end, and clients begin new ones.
      const staying = new Set(tenants.values());
      await close([...before.values()].filter((tenant) => !staying.has(tenant)));
    },
    close: () => close(tenants.values()),
  };
}

function kept(tenant: Tenant | undefined, setup: TenantSetup): Tenant | undefined {
  return tenant?.setup.fingerprint === setup.fingerprint ? tenant : undefined;
}
