import { createHash } from "node:crypto";
import type { EmulatorCall } from "../../../core/carrier/emulator.ts";
import { type Dialect, Refusal, type Row } from "./dialect.ts";

interface Dates {
  date_created: string;
  date_updated: string;
}

// Types, not interfaces: only these may stand where a Row is asked for.
export type TrunkRow = Row & Dates & { trunk_name: string; trunk_sid: string };
export type PhoneNumberRow = Row & Dates & { id: string; phone_number: string; mode: string | null };
export type WhitelistedIpRow = Row & Dates & { id: string; ip: string; mask: number };
export type DestinationRow = Row & Dates & { id: string; destination: string };
export type CredentialRow = Row & Dates & { id: string; user_name: string };
export type SettingRow = Row & Dates & { name: string; value: string };

/** Keyed by the segment under which the carrier serves each list. */
export interface TrunkLists {
  "phone-numbers": PhoneNumberRow[];
  "whitelisted-ips": WhitelistedIpRow[];
  "destination-uris": DestinationRow[];
  credentials: CredentialRow[];
  settings: SettingRow[];
}

export interface TrunkEntry {
  row: TrunkRow;
  /** They go with the trunk when it is deleted. */
  lists: TrunkLists;
}

type Counted = Exclude<keyof TrunkLists, "settings"> | "requests" | "trunks";

export interface SandboxState {
  trunks: Map<string, TrunkEntry>;
  serials: Record<Counted, number>;
}

/** One request on its way through an operation. */
export interface Call extends EmulatorCall<Dialect, SandboxState> {
  account: string;
  /** `{trunk_sid}` and `{id}` of the path, empty where the path has none. */
  trunkSid: string;
  id: string;
}

/** The first ids are those of the carrier's own samples. */
export function emptyState(): SandboxState {
  return {
    trunks: new Map(),
    serials: {
      requests: 1,
      trunks: 1,
      "phone-numbers": 41512,
      "whitelisted-ips": 1153,
      "destination-uris": 1,
      credentials: 1234,
    },
  };
}

export function saveState({ trunks, serials }: SandboxState): string {
  return JSON.stringify({ trunks: [...trunks], serials });
}

export function loadState(saved: string): SandboxState {
  const { trunks, serials } = JSON.parse(saved) as { trunks: [string, TrunkEntry][]; serials: SandboxState["serials"] };
  return { trunks: new Map(trunks), serials };
}

export function nextSerial(state: SandboxState, kind: Counted): number {
  return state.serials[kind]++;
}

export function trunkOf({ state, trunkSid }: Call): TrunkEntry {
  return findTrunk(state, trunkSid);
}

export function findTrunk(state: SandboxState, trunkSid: string): TrunkEntry {
  const trunk = state.trunks.get(trunkSid);
  // The same answer for an unknown and a foreign trunk: the carrier does not let sids be guessed.
  if (!trunk) throw new Refusal("unknown_trunk", "Authorization failed", `Trunk '${trunkSid}' does not exist`);
  return trunk;
}

export function rowById<T extends { id: string }>(rows: readonly T[], id: string): T {
  const row = rows.find((candidate) => candidate.id === id);
  if (!row) throw notFound(`Resource '${id}' does not exist`);
  return row;
}

export function notFound(documented: string): Refusal {
  return new Refusal("not_found", "Not Found", documented);
}

export function newDates(call: Call): Dates {
  return { date_created: timestamp(call), date_updated: timestamp(call) };
}

/** Whole seconds with a Z, as all of the carrier's dates. */
export function timestamp({ nowMs }: Call): string {
  return new Date(nowMs).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** 28 characters like the samples. The time is in it, so that a sandbox that was restarted reuses no sid. */
export function newTrunkSid(call: Call): string {
  return `trmum1${hash(`trunk:${nextSerial(call.state, "trunks")}:${call.nowMs}`).slice(0, 18)}1a1n`;
}

export function newRequestId(state: SandboxState, nowMs: number): string {
  return hash(`request:${nextSerial(state, "requests")}:${nowMs}`).slice(0, 32);
}

/** Guessable by design: it opens nothing. */
export function generatedPassword(trunkSid: string): string {
  const text = createHash("sha256").update(`password:${trunkSid}`).digest("base64");
  return text.replace(/[^A-Za-z0-9]/g, "").slice(0, 16);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
