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
  /** Sent as JSON, a bigint as the number that it is. Absent: no body. */
  body?: unknown;
  /** In its place: a body that is no JSON. */
  text?: string;
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
  /** Tells requests that change nothing from the others; absent: they are those by GET. */
  isRead?(request: Pick<EmulatorRequest, "method" | "segments">): boolean;
  create(options?: EmulatorOptions): Emulator;
  /** Makes a few telling trunks on a new account in the first dialect; one of them may be broken. */
  seed?(emulator: Emulator): void;
}

/** Asks an emulator past HTTP. A body is sent as JSON, or as the form that it is. The emulator's refusal is a mistake of the one who asks. */
export function askEmulator(emulator: Emulator, method: string, path: string, headers: Record<string, string>, body?: unknown): unknown {
  const [route = "", search] = path.split("?");
  const text = body === undefined ? "" : body instanceof URLSearchParams ? body.toString() : JSON.stringify(body);
  const answer = emulator.handle({ method, segments: route.split("/"), query: new URLSearchParams(search), headers, body: text });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
