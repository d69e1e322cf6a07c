import type { ErrorCode } from "../errors.ts";

/** How a call ended. Closed, as all that becomes a label of a metric must be. */
export type CallOutcome = "done" | "asked" | "cancelled" | ErrorCode;
export type ApprovalEvent = "asked" | "granted" | "refused" | "used";

/** Counts one tenant's calls. It never sees an argument, a name or an id. */
export interface CallObserver {
  call(call: { tool: string; outcome: CallOutcome; ms: number }): void;
  approval(event: ApprovalEvent): void;
}

/** Counts calls to carriers, of all tenants. */
export interface CarrierObserver {
  /**
   * `outcome`: the answer's status as `2xx`, 429 as itself, or why there was no answer. `clockMs`: the carrier's clock minus
   * ours, where the answer told the time.
   */
  carrierCall(call: { carrier: string; operation: string; outcome: string; ms: number; clockMs?: number | undefined }): void;
  retried(carrier: string): void;
  /** A call waited for its place in the account's rate. */
  waited(carrier: string, ms: number): void;
}
