import type { Log } from "../log.ts";

/** A change that clients may have subscribed to. */
export interface Change {
  /** The list of trunks is another one. */
  list: boolean;
  uri: string | undefined;
}

export type ChangeListener = (change: Change) => void;

/** Tells the clients of one tenant what changed, whichever replica they are connected to. */
export interface ChangeBus {
  /** Reaches every subscriber of the tenant once. Never fails: the call that made the change is not concerned. */
  publish(tenant: string, change: Change): Promise<void>;
  /** Ends when the returned function is called. */
  subscribe(tenant: string, listener: ChangeListener): () => void;
  close(): Promise<void>;
}

/** The same for one tenant. */
export interface Changes {
  publish(change: Change): Promise<void>;
  subscribe(listener: ChangeListener): () => void;
}

export function changesOf(bus: ChangeBus, tenant: string): Changes {
  return { publish: (change) => bus.publish(tenant, change), subscribe: (listener) => bus.subscribe(tenant, listener) };
}

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
