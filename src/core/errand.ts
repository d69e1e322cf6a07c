import { around, within } from "./call-context.ts";

/** What carrier calls that somebody does not wait for are held to. */
export interface Errand {
  /** Asked right before a write leaves, after all waiting: throws when it must not leave any more. */
  mayLeave(): void;
  /** How long a call may wait for its place in the carrier's rate; absent: as long as somebody would. */
  maxWaitMs?: number;
  /** What was read already, by its URL, where one look is to do for all. */
  looks?: Map<string, Promise<unknown>>;
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
