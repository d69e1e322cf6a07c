import { TrunkError } from "../../core/errors.ts";
import type { Lease, Plans } from "../../core/store/plans.ts";

/** When a process dies, another resumes its plan after this long: the goal is five seconds. */
export const LEASE_MS = 3_000;
const RENEW_MS = 750;
/** Stop this long before the lease ends, so that no other runner takes it while a request is on its way. */
const MARGIN_MS = 1_000;

/** Nothing more may be done: another runner has the plan, or will have it in a moment. */
export class LeaseLost extends TrunkError {
  constructor() {
    super("conflict", "Another process runs this plan now. This one sent nothing more.", { applied: false });
  }
}

export interface HeldLease {
  lease: Lease;
  /** Throws unless the lease stands long enough for a request to go out; once it has thrown, it always does. */
  check(): void;
  /** It was renewed beside the store's other work, which was asked for then. */
  extended(askedAt: number): void;
  /** Aborted once a caller asked for the plan to stop. */
  readonly cancelled: AbortSignal;
  end(): void;
}

/** Keeps a lease as long as this process lives. How long it has, it measures by a clock that nobody sets. */
export function holdLease(lease: Lease, plans: Plans, takenAt: number): HeldLease {
  let until = takenAt + LEASE_MS;
  const cancelled = new AbortController();
  let lost = false;
  const renew = async () => {
    const askedAt = performance.now();
    const answer = await plans.renew(lease, LEASE_MS).catch(() => undefined);
    if (answer === "lost") lost = true;
    if (answer === "cancelled") cancelled.abort();
    // A store that did not answer may answer again before the lease ends.
    if (answer === "held" || answer === "cancelled") extended(askedAt);
  };
  // From when it was asked: a process that was stopped until the answer came has held nothing in between.
  const extended = (askedAt: number) => {
    until = Math.max(until, askedAt + LEASE_MS);
  };
  const renewing = setInterval(() => void renew(), RENEW_MS);
  return {
    lease,
    check: () => {
      lost ||= performance.now() > until - MARGIN_MS;
      if (lost) throw new LeaseLost();
    },
    extended,
    cancelled: cancelled.signal,
    end: () => clearInterval(renewing),
  };
}
