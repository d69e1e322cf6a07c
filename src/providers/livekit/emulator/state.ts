import { randomBytes } from "node:crypto";

export type Json = Record<string, unknown>;

/** Points in which the two kinds of server differ. */
export interface Dialect {
  /** Records have a time. */
  stamps: boolean;
  keepsLimit: boolean;
  /** A removal of what is not there is refused. */
  looksBeforeDelete: boolean;
  /** An update whose result breaks a rule is a failure rather than a refusal, where a plain error comes up. */
  failsOnBadUpdate: boolean;
  /** An update to wholly other numbers is compared with the trunks that have those [livekit/livekit, August 2026: it is not]. */
  comparesMoved: boolean;
}

export type Kind = "inbound" | "outbound" | "rules";

export type SandboxState = Record<Kind, Map<string, Json>>;

/** One request on its way through a method. */
export interface Call {
  body: Json;
  state: SandboxState;
  dialect: Dialect;
  nowMs: number;
}

export function emptyState(): SandboxState {
  return { inbound: new Map(), outbound: new Map(), rules: new Map() };
}

export function saveState(state: SandboxState): string {
  return JSON.stringify(Object.fromEntries(Object.entries(state).map(([kind, rows]) => [kind, [...rows]])));
}

export function loadState(saved: string): SandboxState {
  const rows = JSON.parse(saved) as Record<Kind, [string, Json][]>;
  return { inbound: new Map(rows.inbound), outbound: new Map(rows.outbound), rules: new Map(rows.rules) };
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export function newId(prefix: "ST" | "SDR"): string {
  return `${prefix}_${[...randomBytes(12)].map((byte) => LETTERS[byte % LETTERS.length]).join("")}`;
}

export function stampsOf({ dialect, nowMs }: Call, kept?: Json): Json {
  if (!dialect.stamps) return { created_at: null, updated_at: null };
  const now = new Date(nowMs).toISOString();
  return { created_at: kept?.["created_at"] ?? now, updated_at: now };
}
