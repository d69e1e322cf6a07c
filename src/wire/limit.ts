import { setMaxListeners } from "node:events";
import type { RateSlot, RateSlots, Taken } from "../core/carrier/rate-slots.ts";
import type { RateLimit } from "../core/carrier/wire.ts";
import type { Clock } from "../core/clock.ts";
import { TrunkError } from "../core/errors.ts";
import { takeBoth } from "./at-once.ts";
import { memorySlots } from "./rate-slots.ts";

/** Waits for a slot in an account's rate. The caller leaves it once its call was answered. */
export interface Limiter {
  acquire(account: string, limit: RateLimit, signal?: AbortSignal, maxWaitMs?: number): Promise<RateSlot>;
}

const MAX_WAIT_MS = 20_000;
/** The time of the next free slot is unknown while every one is being given out. */
const SOON_MS = 20;

/**
 * At most `calls` in any window of `perMs`, and `atOnce` at any moment, wherever that window begins. A fixed window, which is what limiters count,
 * would let twice as many through around its edge and earn a 429; so callers wait for slots, first come, first served.
 */
export function createLimiter(clock: Clock, slots: RateSlots = memorySlots(clock), usualWaitMs = MAX_WAIT_MS): Limiter {
  const queues = new Map<string, Queue>();
  return {
    acquire(account, limit, signal, maxWaitMs = usualWaitMs) {
      const queue = queues.get(account) ?? new Queue(account, limit, { clock, slots });
      queues.set(account, queue);
      return queue.join(clock.now() + maxWaitMs, signal);
    },
  };
}

interface Waiting {
  deadline: number;
  admit(slot: RateSlot): void;
  refuse(error: unknown): void;
}

/** The calls of this process that wait for one account. One of them asks for all: slots are few, and may be a network away. */
class Queue {
  readonly #account: string;
  readonly #limit: RateLimit;
  readonly #ports: { clock: Clock; slots: RateSlots };
  #waiting: Waiting[] = [];
  #asking = false;
  #joined = false;
  #alarm: AbortController | undefined;

  constructor(account: string, limit: RateLimit, ports: { clock: Clock; slots: RateSlots }) {
    this.#account = account;
    this.#limit = limit;
    this.#ports = ports;
  }

  join(deadline: number, signal: AbortSignal | undefined): Promise<RateSlot> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      // One call reads many things at once, all of them under its signal. Each takes its listener off again.
      if (signal) setMaxListeners(0, signal);
      const goAway = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(signal?.reason);
      };
      const served =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener("abort", goAway);
          settle(value);
        };
      const waiting: Waiting = { deadline, admit: served<RateSlot>(resolve), refuse: served<unknown>(reject) };
      signal?.addEventListener("abort", goAway, { once: true });
      this.#waiting.push(waiting);
      void this.#serve();
    });
  }

  async #serve(): Promise<void> {
    this.#joined = true;
    if (this.#asking) return;
    this.#asking = true;
    this.#alarm?.abort();
    let soonestMs = 0;
    while (this.#joined && this.#waiting.length > 0) {
      this.#joined = false;
      soonestMs = await this.#ask().catch((error: unknown) => this.#refuseAll(error));
    }
    this.#asking = false;
    if (this.#waiting.length > 0) this.#wake(soonestMs);
  }

  /** In how many milliseconds to ask again. */
  async #ask(): Promise<number> {
    const { clock, slots } = this.#ports;
    const askedFor = new Set(this.#waiting);
    const taken = await takeBoth(slots, this.#account, this.#limit, askedFor.size);
    for (const slot of taken.slots) {
      const next = this.#waiting.shift();
      // A caller that went away meanwhile leaves a slot that nobody will use.
      if (next) next.admit(this.#thenServing(slot));
      else await slot.leave();
    }
    const now = clock.now();
    const left = this.#waiting;
    this.#waiting = [];
    for (const waiting of left) {
      const waitMs = this.#waitOf(this.#waiting.length, taken);
      // For those who came meanwhile nobody asked yet.
      if (now + waitMs > waiting.deadline && askedFor.has(waiting)) waiting.refuse(taken.underWay ? tooManyAtOnce() : tooManyCalls(waitMs));
      else this.#waiting.push(waiting);
    }
    return this.#waitOf(0, taken);
  }

  /** A call that was answered makes room for the next at once, where the number of calls under way is limited. */
  #thenServing(slot: RateSlot): RateSlot {
    if (this.#limit.atOnce === undefined) return slot;
    const leave = async () => {
      await slot.leave();
      void this.#serve();
    };
    return { leave };
  }

  /** The next in the queue waits for the next slot, and so on; a slot serves one more each window. */
  #waitOf(position: number, { waitsMs, underWay }: Taken): number {
    const { calls, perMs } = this.#limit;
    // How soon calls are answered nobody knows.
    if (underWay) return waitsMs[0] ?? SOON_MS;
    const waitMs = waitsMs[Math.min(position % calls, waitsMs.length - 1)] ?? SOON_MS;
    return waitMs + Math.floor(position / calls) * perMs;
  }

  #refuseAll(error: unknown): number {
    for (const { refuse } of this.#waiting.splice(0)) refuse(error);
    return 0;
  }

  #wake(afterMs: number): void {
    const alarm = new AbortController();
    this.#alarm = alarm;
    this.#ports.clock.sleep(afterMs, alarm.signal).then(
      () => this.#serve(),
      // Somebody else asked before, and set another.
      () => {},
    );
  }
}

function tooManyAtOnce(): TrunkError {
  const message = "The carrier permits no more calls of this account at once, and those under way are not answered. Nothing was sent.";
  return new TrunkError("rate_limited", message, { retry_after_seconds: 1, applied: false });
}

function tooManyCalls(waitMs: number): TrunkError {
  // Rounded down: whoever comes back a little early waits for the rest.
  const seconds = Math.floor(waitMs / 1000);
  return new TrunkError("rate_limited", `The carrier's rate for this account is used up for ${seconds} s. Nothing was sent.`, {
    retry_after_seconds: seconds,
    applied: false,
  });
}
