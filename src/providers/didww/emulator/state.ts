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

export interface SandboxState {
  trunks: Map<string, TrunkEntry>;
  /** Number by id. They are bought elsewhere, so the account has some from the start. */
  dids: Map<string, string>;
}

/** One request on its way through an operation. */
export interface Call {
  request: EmulatorRequest;
  state: SandboxState;
  /** The version that the account speaks with this request's header. */
  version: string;
  nowMs: number;
}

/** The first id is that of the carrier's own sample. */
export function emptyState(): SandboxState {
  return {
    trunks: new Map(),
    dids: new Map([
      ["7a6c177d-a054-4c75-9b4c-b1596ed6fa25", "37061498222"],
      ["7de7f718-4042-4d74-9fe9-863fa1777520", "46812111133"],
      ["eeda315a-f016-4945-a3a9-bafc24302cdd", "12025550143"],
    ]),
  };
}

export function saveState({ trunks, dids }: SandboxState): string {
  return JSON.stringify({ trunks: [...trunks], dids: [...dids] });
}

export function loadState(saved: string | undefined): SandboxState {
  if (saved === undefined) return emptyState();
  const { trunks, dids } = JSON.parse(saved) as { trunks: [string, TrunkEntry][]; dids: [string, string][] };
  return { trunks: new Map(trunks), dids: new Map(dids) };
}

export function newId(): string {
  return randomUUID();
}

/** Ten characters each, as every recorded login has. Guessable by design: it opens nothing. */
export function generatedLogin(trunkId: string, serial: number): { username: string; password: string } {
  return { username: tenCharacters(`username:${trunkId}:${serial}`), password: tenCharacters(`password:${trunkId}:${serial}`) };
}

function tenCharacters(text: string): string {
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return BigInt(`0x${digest}`).toString(36).padStart(10, "0").slice(-10);
}
