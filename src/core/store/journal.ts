/** A caller and its call: the key under which an intent or an approval is found again. */
export interface Binding {
  principal: string;
  tool: string;
  /** Digest of the exact arguments, ids resolved, `approval` left out. */
  arguments: string;
}

export type WriteOutcome = "done" | "failed" | "unknown";

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
  phase: "intent" | WriteOutcome;
  principal: string;
  tool: string;
  redacted: Record<string, unknown>;
  approval: string | undefined;
  about: TrunkSeen | undefined;
  shown: string | undefined;
  requestId: string;
  detail: string | undefined;
}

/** The answer of `verify`: how many rows hold together, and the first that does not. */
export interface Verification {
  rows: number;
  problem: { seq: number; what: string } | undefined;
}

/** Every write leaves a row before the carrier is called and another after it answered; nothing is ever changed. */
export interface Journal {
  intend(record: IntentRecord): Promise<string>;
  settle(intent: string, outcome: WriteOutcome, detail?: string): Promise<void>;
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

/** A row's number and its hash, which covers every row before it: somebody who notes both can ask later whether they still hold. */
export interface RowHash {
  seq: number;
  hash: string;
}

/** One tenant's journal as an audit found it. */
export interface JournalAudit extends Verification {
  /** The last row that was ever written; undefined where there is none. */
  end: RowHash | undefined;
  /** The first row of which a key outside the database says that it is the right one; undefined where none does. */
  sealedFrom: number | undefined;
}

/** Told while rows are checked: how many are, and of how many. */
export type RowsChecked = (done: number, total: number) => void;

/** The journals of all tenants of one store. */
export interface Journals {
  /** The store, in words for a person. */
  where: string;
  /** Whether there is a key outside the database. */
  keyed: boolean;
  /** Tenants that have rows, a head, or had a sealed journal; and whether the list of the latter is as Trunkline wrote it. */
  list(): Promise<{ tenants: string[]; holds: boolean }>;
  of(tenant: string): Journal;
  /** With `noted`, that row must be there too, with that hash. */
  audit(tenant: string, noted?: RowHash, told?: RowsChecked): Promise<JournalAudit>;
  /** Seals the journal of a tenant as it is; false when its rows do not hold together. */
  seal(tenant: string): Promise<boolean>;
}
