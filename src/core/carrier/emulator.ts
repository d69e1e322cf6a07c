/** A request as an emulator sees it: complete, decoded, no socket. */
export interface EmulatorRequest {
  method: string;
  /** Decoded path segments below the base URL, without empty ones. */
  segments: string[];
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  body: string;
}

export interface EmulatorAnswer {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON. Absent: no body. */
  body?: unknown;
}

/** A carrier's API in memory, faithful to the wire. */
export interface Emulator {
  handle(request: EmulatorRequest): EmulatorAnswer;
  /** All of its account as text, for another process to load. */
  save(): string;
  /** Goes on with an account that was saved; without one, with a new account. */
  load(saved: string | undefined): void;
}

export interface EmulatorOptions {
  /** One of the factory's dialects: how the carrier's documents, or its service, shape their answers. */
  dialect?: string | undefined;
  now?: () => number;
}

export interface EmulatorFactory {
  dialects: readonly string[];
  create(options?: EmulatorOptions): Emulator;
}
