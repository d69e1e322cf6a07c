import type { RateLimit } from "./wire.ts";

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

/** One request on its way through an emulator. */
export interface EmulatorCall<Dialect, State> {
  request: EmulatorRequest;
  dialect: Dialect;
  state: State;
  nowMs: number;
}

interface EmulatorSpec<Dialect, State, Refusal extends Error> extends Pick<EmulatorFactory, "isRead" | "seed"> {
  title: string;
  /** The first one is spoken where none is asked for. */
  dialects: Readonly<Record<string, Dialect>>;
  /** One account: as it begins, as text, and from that text. */
  state: { empty(): State; save(state: State): string; load(saved: string): State };
  /** Absent: the gate lets every call through. */
  limit?: RateLimit;
  answer(call: EmulatorCall<Dialect, State>, gate: RateGate): EmulatorAnswer;
  /** The class of what `answer` throws to refuse a request. */
  Refusal: abstract new (
    ...values: never[]
  ) => Refusal;
  refuse(refusal: Refusal, call: EmulatorCall<Dialect, State>, gate: RateGate): EmulatorAnswer;
}

/** An emulator as data: its dialects, its account, and how it answers. */
export function defineEmulator<Dialect, State, Refusal extends Error>(spec: EmulatorSpec<Dialect, State, Refusal>): EmulatorFactory {
  const dialects = new Map(Object.entries(spec.dialects));
  const names = [...dialects.keys()];
  return {
    ...spec,
    dialects: names,
    create({ dialect: name = names[0] ?? "", now = Date.now } = {}) {
      const dialect = dialects.get(name);
      if (!dialect) throw new Error(`The ${spec.title} sandbox has no dialect "${name}". It has: ${names.join(", ")}.`);
      let state = spec.state.empty();
      const gate = rateGate(spec.limit);
      return {
        save: () => spec.state.save(state),
        load: (saved) => {
          state = saved === undefined ? spec.state.empty() : spec.state.load(saved);
        },
        handle(request) {
          const call = { request, dialect, state, nowMs: now() };
          try {
            // A copy: an answer must not change when its rows later do.
            return structuredClone(spec.answer(call, gate));
          } catch (error) {
            if (error instanceof spec.Refusal) return spec.refuse(error, call, gate);
            throw error;
          }
        },
      };
    },
  };
}

export type RateGate = ReturnType<typeof rateGate>;

/** At most so many calls in any such time, wherever it begins. A refused call is not counted. */
function rateGate({ calls, perMs }: RateLimit = { calls: Number.POSITIVE_INFINITY, perMs: 0 }) {
  const admitted: number[] = [];
  return {
    /** In how many milliseconds a call would be let through; 0: this one is. */
    admit(nowMs: number): number {
      while (admitted[0] !== undefined && admitted[0] <= nowMs - perMs) admitted.shift();
      if (admitted[0] !== undefined && admitted.length >= calls) return admitted[0] + perMs - nowMs;
      admitted.push(nowMs);
      return 0;
    },
    /** How many more calls would be let through right after the last one. */
    left: () => calls - admitted.length,
  };
}

/** A star in the path is any one segment. */
export type EmulatorRoute<Run> = readonly [method: string, path: string, run: Run];

/** The operation that a request asks for, and the segments in the place of stars. */
export function routeOf<Run>(
  routes: readonly EmulatorRoute<Run>[],
  { method, segments }: Pick<EmulatorRequest, "method" | "segments">,
  refusals: { noPath(): Error; noMethod(): Error },
): { run: Run; stars: string[] } {
  const fitting = routes
    .map(([allowed, path, run]) => ({ allowed, run, parts: path.split("/") }))
    .filter(({ parts }) => fits(parts, segments));
  if (fitting.length === 0) throw refusals.noPath();
  const found = fitting.find(({ allowed }) => allowed === method);
  if (!found) throw refusals.noMethod();
  return { run: found.run, stars: segments.filter((_, index) => found.parts[index] === "*") };
}

function fits(parts: readonly string[], segments: readonly string[]): boolean {
  return parts.length === segments.length && parts.every((part, index) => part === "*" || part === segments[index]);
}

/** Asks an emulator past HTTP. A body is sent as JSON, or as the form that it is. The emulator's refusal is a mistake of the one who asks. */
export function askEmulator(emulator: Emulator, method: string, path: string, headers: Record<string, string>, body?: unknown): unknown {
  const [route = "", search] = path.split("?");
  const text = body === undefined ? "" : body instanceof URLSearchParams ? body.toString() : JSON.stringify(body);
  const answer = emulator.handle({ method, segments: route.split("/"), query: new URLSearchParams(search), headers, body: text });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
