/** Results of earlier calls, by name. `trunk_name` is also what the person types when asked. */
export type Scene = Readonly<Record<string, string>>;

/** A call that has to be made before the one that is looked at, and what of its result is needed later. */
export interface Step {
  tool: string;
  arguments(scene: Scene): Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: what a client receives, whatever it is.
  keep?(value: any): Record<string, string>;
}

export interface Operation {
  tool: string;
  scene?: readonly Step[];
  arguments(scene: Scene): Record<string, unknown>;
  /** The request that must reach the carrier: the path below the base URL, the query and the body complete. */
  request(scene: Scene): { method: string; path: string; query?: Record<string, string>; body?: unknown };
  /** Whether that request changes nothing; absent: as its method says. */
  reads?: boolean;
  /** The least that the caller must be told. */
  result(scene: Scene): Record<string, unknown>;
  /** For a write: a read that looks one way once it has happened, once, and another way while it has not. */
  proof?: {
    tool: string;
    arguments(scene: Scene): Record<string, unknown>;
    done(scene: Scene): Record<string, unknown>;
    undone(scene: Scene): Record<string, unknown>;
  };
  /** False: this dialect's answers do not show afterwards whether the write took effect. */
  readsBack?: boolean;
  /** The answer where the carrier says 404: the call asks about something that may not be there. */
  absent?: Record<string, unknown>;
  /** Values in the carrier's answers that nobody else may hear. Passwords that are sent are found without this. */
  secrets?(scene: Scene): string[];
}

/** One carrier's operations, as data. `dialect` is one of its emulator's. */
export interface Contract {
  operations(dialect: string): readonly Operation[];
}

export function defineContract(contract: Contract): Contract {
  return contract;
}
