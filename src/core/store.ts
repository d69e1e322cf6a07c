import type { Secret } from "./secret.ts";

/** Who calls, and what: the key under which an intent or an approval is found again. */
export interface Binding {
  principal: string;
  tool: string;
  /** Digest of the exact arguments, ids resolved, `approval` left out. */
  arguments: string;
}

export type Outcome = "done" | "failed" | "unknown";

export interface IntentRecord extends Binding {
  requestId: string;
  /** Arguments for a person to read later, secrets redacted. */
  redacted: unknown;
  approval?: string | undefined;
}

/** Every write leaves a row before the carrier is called and another after it answered. */
export interface Journal {
  intend(record: IntentRecord): Promise<string>;
  settle(intent: string, outcome: Outcome, detail: unknown): Promise<void>;
  /** Whether an equal call of ours began and its outcome is not known: then a duplicate answer is our own doing. */
  hasUnsettled(binding: Binding, except: string): Promise<boolean>;
}

/** What a person is asked to agree to, read live before asking. */
export interface Consequence {
  /** What the person types to agree: the trunk's name, as the carrier has it. */
  confirm: string;
  /** One sentence each, foreign names quoted. The first says what will happen. */
  sentences: string[];
  /** The live state that the sentences describe. The approval is void once it changed. */
  state: unknown;
}

export interface ApprovalBinding extends Binding {
  fingerprint: string;
}

export type Claim = "claimed" | "unknown" | "pending" | "expired" | "used" | "other_call" | "state_changed" | "refused";

/** One person's word for one call. */
export interface Approvals {
  /** Asks; `granted` is for the rung where carrying the code back is the agreement. */
  ask(binding: ApprovalBinding, consequence: Consequence, granted: boolean): Promise<string>;
  /** A person agreed to, or refused, what `ask` described. */
  decide(id: string, granted: boolean): Promise<void>;
  /** Takes the approval for this very call, once. */
  claim(id: string, binding: ApprovalBinding): Promise<Claim>;
}

/** Passwords that a carrier told us once, kept so that a person can fetch them outside the chat. */
export interface SecretStore {
  keep(secret: Secret): Promise<void>;
}

/** A copy of what a removal took away, so that the same setup can be planned again. */
export interface Snapshots {
  keep(principal: string, state: unknown): Promise<string>;
}

/** What a carrier does not tell back about our own calls. Never a secret. */
export interface Memory {
  remember(key: string, value: unknown): Promise<void>;
  /** Undefined when nothing is remembered. */
  recall(key: string): Promise<unknown>;
  forget(key: string): Promise<void>;
}

export interface Store {
  journal: Journal;
  approvals: Approvals;
  secrets: SecretStore;
  snapshots: Snapshots;
  /** One carrier account's memory. */
  memory(account: string): Memory;
}
