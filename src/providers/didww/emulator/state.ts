import { createHash, randomUUID } from "node:crypto";
import type { EmulatorRequest } from "../../../core/carrier/emulator.ts";

export interface Method {
  type: "credentials_and_ip" | "ip_only" | "twilio";
  allowed_sip_ips: string[];
  tech_prefix: string | null;
  username: string | null;
  password: string | null;
  twilio_account_sid: string | null;
}

export interface TrunkEntry {
  id: string;
  created_at: string;
  /** Of the latest version; an older one shows fewer. */
  attributes: Record<string, unknown> & { name: string };
  method: Method;
  dids: string[];
  emergency_dids: string[];
  /** How many logins it has had. */
  logins: number;
}

/** A number. Its route is a trunk, a group, or neither. */
export interface DidEntry {
  number: string;
  description: string | null;
  capacity_limit: number | null;
  blocked: boolean;
  terminated: boolean;
  awaiting_registration: boolean;
  billing_cycles_count: number | null;
  dedicated_channels_count: number;
  trunk: string | null;
  group: string | null;
}

export interface InTrunkEntry {
  id: string;
  created_at: string;
  /** Of the latest version; an older one shows fewer. */
  attributes: Record<string, unknown> & { name: string };
  configuration: { type: string; attributes: Record<string, unknown> };
  group: string | null;
  pop: string | null;
}

export interface GroupEntry {
  id: string;
  created_at: string;
  attributes: Record<string, unknown> & { name: string };
}

export interface SandboxState {
  trunks: Map<string, TrunkEntry>;
  inTrunks: Map<string, InTrunkEntry>;
  groups: Map<string, GroupEntry>;
  /** They are bought elsewhere, so the account has some from the start. */
  dids: Map<string, DidEntry>;
}

/** One request on its way through an operation. */
export interface Call {
  request: EmulatorRequest;
  state: SandboxState;
  /** The version that the account speaks with this request's header. */
  version: string;
  nowMs: number;
  /** A change of a configuration keeps what it does not name: the documents of different versions disagree. */
  merges: boolean;
}

const NUMBERS: readonly [id: string, number: string][] = [
  // The first id is that of the carrier's own sample.
  ["7a6c177d-a054-4c75-9b4c-b1596ed6fa25", "37061498222"],
  ["7de7f718-4042-4d74-9fe9-863fa1777520", "46812111133"],
  ["eeda315a-f016-4945-a3a9-bafc24302cdd", "12025550143"],
  ["9df99644-f1a5-4a3c-99a4-559d758eb96b", "4921112345678"],
];

/** The last number's papers are still to come, so it does not ring. */
function newDid(number: string, index: number): DidEntry {
  const awaits = index === NUMBERS.length - 1;
  const none = {
    description: null,
    capacity_limit: null,
    billing_cycles_count: null,
    dedicated_channels_count: 0,
    trunk: null,
    group: null,
  };
  return { number, ...none, blocked: awaits, terminated: false, awaiting_registration: awaits };
}

export function emptyState(): SandboxState {
  const dids = NUMBERS.map(([id, number], index) => [id, newDid(number, index)] as const);
  return { trunks: new Map(), inTrunks: new Map(), groups: new Map(), dids: new Map(dids) };
}

export function saveState({ trunks, inTrunks, groups, dids }: SandboxState): string {
  return JSON.stringify({ trunks: [...trunks], inTrunks: [...inTrunks], groups: [...groups], dids: [...dids] });
}

/** An account that was saved before it could have trunks for calls in has none, and its numbers are plain texts. */
export function loadState(saved: string): SandboxState {
  const { trunks, inTrunks = [], groups = [], dids } = JSON.parse(saved) as Saved;
  const whole = dids.map(([id, did], index) => [id, typeof did === "string" ? newDid(did, index) : did] as const);
  return { trunks: new Map(trunks), inTrunks: new Map(inTrunks), groups: new Map(groups), dids: new Map(whole) };
}

interface Saved {
  trunks: [string, TrunkEntry][];
  inTrunks?: [string, InTrunkEntry][];
  groups?: [string, GroupEntry][];
  dids: [string, DidEntry | string][];
}

export function newId(): string {
  return randomUUID();
}

/** Ten characters each, as every recorded login has. Guessable by design: it opens nothing. */
export function generatedLogin(trunkId: string, serial: number): { username: string; password: string } {
  return { username: tenCharacters(`username:${trunkId}:${serial}`), password: tenCharacters(`password:${trunkId}:${serial}`) };
}

/** As a recorded registration has them. */
export function registrationLogin(trunkId: string, serial: number): { username: string; password: string } {
  const sixteen = (what: string) =>
    createHash("sha256").update(`${what}:${trunkId}:${serial}`).digest("base64url").replace(/[-_]/g, "x").slice(0, 16);
  return { username: sixteen("incoming username"), password: sixteen("incoming password") };
}

function tenCharacters(text: string): string {
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return BigInt(`0x${digest}`).toString(36).padStart(10, "0").slice(-10);
}
