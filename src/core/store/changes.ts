/** A change that clients may have subscribed to. */
export interface Change {
  /** The list of trunks is another one. */
  list: boolean;
  /** Resources that show something else now. */
  uris: readonly string[];
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
