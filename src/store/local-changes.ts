import type { Log } from "../core/log.ts";
import type { ChangeBus, ChangeListener } from "../core/store/changes.ts";

/** The subscribers in this process. */
export function localChanges(log: Log): ChangeBus & { tenants(): string[] } {
  const listeners = new Map<string, Set<ChangeListener>>();
  return {
    async publish(tenant, change) {
      for (const listener of listeners.get(tenant) ?? []) {
        try {
          listener(change);
        } catch (error) {
          log.warn({ error }, "a subscriber could not be told of a change");
        }
      }
    },
    subscribe(tenant, listener) {
      const own = listeners.get(tenant) ?? new Set();
      listeners.set(tenant, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(tenant) === own) listeners.delete(tenant);
      };
    },
    tenants: () => [...listeners.keys()],
    close: async () => listeners.clear(),
  };
}
