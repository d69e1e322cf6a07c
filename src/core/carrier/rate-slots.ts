import type { RateLimit } from "./wire.ts";

/**
 * An account's rate as slots: one call uses one slot, and there are as many as the carrier permits calls in a window.
 * A slot is free again one window after its call was *answered*: the carrier counted the call before it answered, so no
 * window of its own can hold more, however long a request was under way. That costs one latency a window, and no margin.
 */
export interface RateSlots {
  /** Takes up to `count` slots that are free now. */
  take(account: string, limit: SlotLimit, count: number): Promise<Taken>;
}

export interface SlotLimit extends Pick<RateLimit, "calls" | "perMs"> {
  /** How much longer a slot is held whose call nobody says was answered; absent: until it has surely reached the carrier. */
  unansweredMs?: number;
}

export interface RateSlot {
  /** Its call was answered, or will never be. Never fails: a slot that nobody leaves is free a little later. */
  leave(): Promise<void>;
}

export interface Taken {
  slots: RateSlot[];
  /** For those who got none: in how many milliseconds a slot may be free, soonest first. */
  waitsMs: number[];
  /** Not the rate is used up, but as many calls are under way as may be at once. */
  underWay?: boolean;
}

/** Longer than a whole call may take: one that was let through this long ago has ended. */
export const WHOLE_CALL_MS = 40_000;

/** Longer than a connection may take to stand: a call that was let through this long ago has reached the carrier. */
const ARRIVAL_MS = 10_000;

/** Polls a slot whose call is answered late this often. */
export const LATE_POLL_MS = 100;

/** A window, and a thousandth: clocks do not run equally fast, and are read in whole milliseconds. */
export function heldMs({ perMs }: SlotLimit): number {
  return perMs + Math.ceil(perMs / 1_000);
}

/** How long a slot is held whose call is not answered. */
export function heldUnansweredMs(limit: SlotLimit): number {
  return heldMs(limit) + (limit.unansweredMs ?? ARRIVAL_MS);
}
