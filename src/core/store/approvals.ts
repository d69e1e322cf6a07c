import type { Consequence } from "../consequence.ts";
import type { Binding } from "./journal.ts";

export interface ApprovalBinding extends Binding {
  fingerprint: string;
}

export type Claim = "claimed" | "unknown" | "pending" | "expired" | "used" | "other_call" | "state_changed" | "refused";

/** The place at which a person decided. */
export type DecidedBy = "form" | "page" | "command";

/** An approval as a person sees it. */
export interface PendingApproval extends Omit<Consequence, "state"> {
  id: string;
  principal: string;
  tool: string;
  askedAt: number;
  expiresAt: number;
  state: "pending" | "granted" | "refused" | "used" | "expired";
  decidedBy?: DecidedBy | undefined;
}

/** One person's word for one call. */
export interface Approvals {
  /** Asks; `granted` is for the rung where carrying the code back is the agreement. */
  ask(binding: ApprovalBinding, consequence: Consequence, granted: boolean): Promise<string>;
  /** A person agreed to, or refused, what `ask` described; false when there was nothing left to decide. */
  decide(id: string, granted: boolean, by: DecidedBy): Promise<boolean>;
  /** Takes the approval for this very call, once. */
  claim(id: string, binding: ApprovalBinding): Promise<Claim>;
  find(id: string): Promise<PendingApproval | undefined>;
  /** Undecided approvals, oldest first. */
  pending(): Promise<PendingApproval[]>;
}
