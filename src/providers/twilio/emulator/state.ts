import { createHash } from "node:crypto";
import type { EmulatorCall } from "../../../core/carrier/emulator.ts";
import type { Dialect } from "./dialect.ts";
import { notFound } from "./refusal.ts";

/** Each API writes dates in a way of its own, so they are kept as numbers. */
export interface Row {
  sid: string;
  createdMs: number;
  updatedMs: number;
  /** Under the names of the carrier's answers. */
  values: Record<string, string | number | boolean | null>;
}

export const listKinds = ["IpAccessControlLists", "CredentialLists"] as const;
export type ListKind = (typeof listKinds)[number];

export interface TrunkEntry extends Row {
  recording: { mode: string; trim: string };
  originationUrls: Row[];
  lists: Record<ListKind, Row[]>;
  /** Shown until then. */
  authTypeBefore?: { value: string; untilMs: number };
}

export interface ListEntry extends Row {
  kind: ListKind;
  account: string;
  /** Addresses or credentials. */
  rows: Row[];
}

export interface NumberEntry extends Row {
  account: string;
}

export interface SandboxState {
  trunks: Map<string, TrunkEntry>;
  lists: Map<string, ListEntry>;
  numbers: Map<string, NumberEntry>;
  serial: number;
}

/** One request on its way through an operation. */
export interface Call extends EmulatorCall<Dialect, SandboxState> {
  /** Of the path, or of the key where the path has none. */
  account: string;
  /** The path as the carrier has it. */
  path: string;
}

type Entries = [string, never][];

export function saveState({ trunks, lists, numbers, serial }: SandboxState): string {
  return JSON.stringify({ trunks: [...trunks], lists: [...lists], numbers: [...numbers], serial });
}

export function loadState(saved: string): SandboxState {
  const { trunks, lists, numbers, serial } = JSON.parse(saved) as Record<"trunks" | "lists" | "numbers", Entries> & { serial: number };
  return { trunks: new Map(trunks), lists: new Map(lists), numbers: new Map(numbers), serial };
}

/** The time is in its sid, so that a sandbox that was restarted reuses none. */
export function newRow({ state, nowMs }: Call, prefix: string, values: Row["values"]): Row {
  return { sid: sidOf(prefix, `${state.serial++}:${nowMs}`), createdMs: nowMs, updatedMs: nowMs, values };
}

export function sidOf(prefix: string, seed: string): string {
  return prefix + createHash("sha256").update(`${prefix}:${seed}`).digest("hex").slice(0, 32);
}

export function change(row: Row, values: Row["values"], nowMs: number): void {
  Object.assign(row.values, values);
  row.updatedMs = nowMs;
}

/** The row of this sid; a foreign one is as unknown as one that never was. */
export function found<T>(row: T | undefined, call: Call): T {
  if (row === undefined) throw notFound(call.path);
  return row;
}

export function trunkOf(call: Call, sid: string): TrunkEntry {
  return found(call.state.trunks.get(sid), call);
}

export function isoDate(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}

export function mailDate(ms: number): string {
  return new Date(ms).toUTCString().replace("GMT", "+0000");
}
