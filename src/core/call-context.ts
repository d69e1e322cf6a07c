import { AsyncLocalStorage } from "node:async_hooks";

/** Ties together everything that one request causes: log lines, journal rows, and the calls to the carrier. */
export interface Trace {
  requestId: string;
  /** Of W3C Trace Context, as the caller sent it. */
  traceparent?: string | undefined;
  tracestate?: string | undefined;
}

/** What carrier calls that somebody does not wait for are held to. */
export interface Errand {
  /** Asked right before a write leaves, after all waiting: throws when it must not leave any more. */
  mayLeave(): void;
  /** How long a call may wait for its place in the carrier's rate; absent: as long as somebody would. */
  maxWaitMs?: number;
  /** What was read already, by its URL, where one look is to do for all. */
  looks?: Map<string, Promise<unknown>>;
}

/** What calls of carriers belong to, however many functions stand between. */
interface Ambient {
  trace?: Trace;
  errand?: Errand;
}

const ambient = new AsyncLocalStorage<Ambient>();
let running = 0;

/** Everything that `run` begins has this around it, and what was around it before. */
async function within<T>(more: Ambient, run: () => Promise<T>): Promise<T> {
  running += 1;
  try {
    return await ambient.run({ ...ambient.getStore(), ...more }, run);
  } finally {
    running -= 1;
    // Before Node 24 this slows every promise of the process down, those of answers that ask no carrier too.
    if (running === 0) ambient.disable();
  }
}

function around(): Ambient | undefined {
  return ambient.getStore();
}

export function runTraced<T>(trace: Trace, run: () => Promise<T>): Promise<T> {
  return within({ trace }, run);
}

export function currentTrace(): Trace | undefined {
  return around()?.trace;
}

/** Everything that `run` begins belongs to this errand. */
export function onErrand<T>(errand: Errand, run: () => Promise<T>): Promise<T> {
  return within({ errand }, run);
}

/** Undefined where somebody waits for the answer. */
export function currentErrand(): Errand | undefined {
  return around()?.errand;
}

/**
 * Whatever `run` reads, it reads once: for settling many writes that had all ended before. Where there is no errand, somebody
 * waits for one answer only.
 */
export function lookingOnce<T>(run: () => Promise<T>): Promise<T> {
  const errand = currentErrand();
  return errand ? onErrand({ ...errand, looks: new Map() }, run) : run();
}
