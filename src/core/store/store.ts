import type { Consequence } from "../consequence.ts";
import type { Secret } from "../secret.ts";
import type { Plans } from "./plans.ts";

/** Who calls, and what: the key under which an intent or an approval is found again. */
export interface Binding {
  principal: string;
  tool: string;
  /** Digest of the exact arguments, ids resolved, `approval` left out. */
  arguments: string;
}

export type Outcome = "done" | "failed" | "unknown";

/** A trunk as it was read before a write. */
export interface TrunkSeen {
  provider: string;
  trunk_id: string;
  trunk_name: string;
}

export interface IntentRecord extends Binding {
  requestId: string;
  /** Arguments for a person to read later, secrets redacted. */
  redacted: Record<string, unknown>;
  approval?: string | undefined;
  about?: TrunkSeen | undefined;
  /** Hex digest of the sentences that a person saw; absent where nobody was asked. */
  shown?: string | undefined;
}

/** A write that began and whose end is not known: its process died, or its answer was lost and could not be settled. */
export interface UnsettledIntent extends IntentRecord {
  id: string;
  at: number;
}

/** One row as `trunkline audit` prints it. */
export interface JournalRow {
  seq: number;
  at: number;
  intent: string;
  phase: "intent" | Outcome;
  principal: string;
  tool: string;
  redacted: Record<string, unknown>;
  approval: string | undefined;
  about: TrunkSeen | undefined;
  shown: string | undefined;
  requestId: string;
  detail: string | undefined;
}

/** What `verify` says: how many rows hold together, and the first that does not. */
export interface Verification {
  rows: number;
  problem: { seq: number; what: string } | undefined;
}

/** Every write leaves a row before the carrier is called and another after it answered; nothing is ever changed. */
export interface Journal {
  intend(record: IntentRecord): Promise<string>;
  settle(intent: string, outcome: Outcome, detail?: string): Promise<void>;
  /** Intents without an outcome, or with `unknown`, oldest first; of one binding, or of all. */
  unsettled(binding?: Binding): Promise<UnsettledIntent[]>;
  /** Rows after `seq`, in their order. */
  rows(after: number, limit: number): Promise<JournalRow[]>;
  /** Names under which writes since then found this trunk, each with the time of its last write, newest first; the present one too. */
  earlierNames(provider: string, trunkId: string, since: number): Promise<{ name: string; until: number }[]>;
  verify(): Promise<Verification>;
  /** Removes settled rows from before `at` from the beginning of the chain, which stays verifiable. */
  prune(at: number): Promise<number>;
}

/** Things of which there may be one at a time, whichever process asks. */
export interface Claims {
  /** True for exactly one owner until it releases the key or `ttlMs` have passed; that owner may claim again, to hold it longer. */
  claim(key: string, owner: string, ttlMs: number): Promise<boolean>;
  release(key: string, owner: string): Promise<void>;
  /** Whether anybody has it now. Nothing may be decided on that: it may be another's a moment later. */
  isHeld(key: string): Promise<boolean>;
}

export interface ApprovalBinding extends Binding {
  fingerprint: string;
}

export type Claim = "claimed" | "unknown" | "pending" | "expired" | "used" | "other_call" | "state_changed" | "refused";

/** Where a person decided. */
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
  /** What waits for a person now, oldest first. */
  pending(): Promise<PendingApproval[]>;
}

export type PinCheck = "ok" | "wrong" | "locked" | "not_set";

/** The PIN that page and command ask for, where agents share a person's machine. Stored hashed. */
export interface Pin {
  set(pin: string | undefined): Promise<void>;
  isSet(): Promise<boolean>;
  /** Five wrong tries lock it for 15 minutes, whichever process they came from. */
  check(pin: string): Promise<PinCheck>;
}

/** Passwords that are shown to a person outside the chat. */
export interface SecretStore {
  /** Keeps a secret that has a `ref` under it. */
  keep(secret: Secret): Promise<void>;
  find(ref: string): Promise<Secret | undefined>;
  forget(ref: string): Promise<void>;
}

/** A copy of what a removal took away, so that the same setup can be planned again. */
export interface Snapshots {
  keep(principal: string, state: unknown): Promise<string>;
  find(principal: string, id: string): Promise<unknown>;
}

/** What a carrier does not tell back about our own calls. Never a secret. */
export interface Memory {
  remember(key: string, value: unknown): Promise<void>;
  /** Undefined when nothing is remembered. */
  recall(key: string): Promise<unknown>;
  forget(key: string): Promise<void>;
}

/** What outlives a call. Everything in it belongs to one tenant. */
export interface Store {
  journal: Journal;
  claims: Claims;
  approvals: Approvals;
  pin: Pin;
  secrets: SecretStore;
  snapshots: Snapshots;
  plans: Plans;
  /** One carrier account's memory. */
  memory(account: string): Memory;
}
