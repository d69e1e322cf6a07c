import type { Journal, Verification } from "./store.ts";

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
  audit(tenant: string, noted?: RowHash): Promise<JournalAudit>;
  /** Seals the journal of a tenant as it is; false when its rows do not hold together. */
  seal(tenant: string): Promise<boolean>;
}
