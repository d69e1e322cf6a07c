import type { Secret } from "../secret.ts";
import type { Approvals } from "./approvals.ts";
import type { Journal } from "./journal.ts";
import type { Plans } from "./plans.ts";

/** A process that dies frees its locks after this long; one that lives renews them in time. */
export const LOCK_MS = 15_000;

/** Things of which there may be one at a time, whichever process asks. */
export interface Claims {
  /** True for exactly one owner until it releases the key or `ttlMs` have passed; that owner may claim again, to hold it longer. */
  claim(key: string, owner: string, ttlMs: number): Promise<boolean>;
  release(key: string, owner: string): Promise<void>;
  /**
   * The same for work that ends with its process. Where that is dead on this machine, the next inherits the key at once. A
   * claim that outlives its process, such as a code that was used, is never a lock.
   */
  lock(key: string, owner: string, ttlMs: number): Promise<"taken" | "inherited" | "busy">;
  unlock(key: string, owner: string): Promise<void>;
  /** Whether anybody has it now. Nothing may be decided on that: it may be another's a moment later. */
  isHeld(key: string): Promise<boolean>;
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

/** Facts about our own calls that a carrier does not tell back. Never a secret. */
export interface Memory {
  remember(key: string, value: unknown): Promise<void>;
  /** Undefined when nothing is remembered. */
  recall(key: string): Promise<unknown>;
  forget(key: string): Promise<void>;
}

/** The state of the sandbox's emulators, by carrier, as they save it. */
export interface EmulatorStates {
  /** Undefined when nothing was saved yet. */
  read(carrier: string): Promise<string | undefined>;
  /** Changes it in one process at a time: `work` is given the state as the process before left it. */
  change<Result>(carrier: string, work: (saved: string | undefined) => { saved: string; result: Result }): Promise<Result>;
  forgetAll(): Promise<void>;
}

/** State that outlives a call. All of it belongs to one tenant. */
export interface Store {
  journal: Journal;
  claims: Claims;
  approvals: Approvals;
  pin: Pin;
  secrets: SecretStore;
  snapshots: Snapshots;
  plans: Plans;
  emulators: EmulatorStates;
  /** One carrier account's memory. */
  memory(account: string): Memory;
}
