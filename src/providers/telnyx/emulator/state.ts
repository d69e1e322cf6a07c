import type { EmulatorCall } from "../../../core/carrier/emulator.ts";
import { notFound, Refusal } from "./answers.ts";
import type { Dialect } from "./dialect.ts";

export type Row = Record<string, unknown> & { id: string };

const tables = ["connections", "ips", "fqdns", "profiles", "numbers"] as const;
export type Table = (typeof tables)[number];

/** Rows by id, as they were made. */
export type SandboxState = Record<Table, Map<string, Row>> & { serial: number };

/** One request on its way through an operation. */
export interface Call extends EmulatorCall<Dialect, SandboxState> {
  /** Of the path; empty where it has none. */
  id: string;
}

/** Ids begin with that of the carrier's own samples; neighbours differ beyond what a number can hold. */
const FIRST_ID = 1293384261075731499n;

const bought = "2026-11-02T09:00:00.000Z";

/** Numbers are bought elsewhere and applications are no trunks: the account has both from the start. */
export function emptyState(): SandboxState {
  const numbers = ["+13125550141", "+13125550142", "+442079460143", "+4930901820144"].map((phone_number, index) => ({
    id: String(FIRST_ID + BigInt(index)),
    phone_number,
    status: "active",
    connection_id: null,
    tags: [],
    created_at: bought,
    updated_at: bought,
  }));
  const application = {
    id: String(FIRST_ID + 9n),
    record_type: "call_control_application",
    active: true,
    connection_name: "ivr application",
    tags: [],
    created_at: bought,
    updated_at: bought,
  };
  return {
    connections: new Map([[application.id, application]]),
    ips: new Map(),
    fqdns: new Map(),
    profiles: new Map(),
    numbers: new Map(numbers.map((row) => [row.id, row])),
    serial: 10,
  };
}

export function saveState(state: SandboxState): string {
  return JSON.stringify({ ...Object.fromEntries(tables.map((name) => [name, [...state[name]]])), serial: state.serial });
}

export function loadState(saved: string): SandboxState {
  const { serial, ...rows } = JSON.parse(saved) as Record<Table, [string, Row][]> & { serial: number };
  return { ...(Object.fromEntries(tables.map((name) => [name, new Map(rows[name])])) as Record<Table, Map<string, Row>>), serial };
}

/** 19 digits. The time is in them, so that a sandbox that was restarted reuses none. */
export function newId({ state, nowMs }: Call): string {
  return String(FIRST_ID + BigInt(nowMs) * 4096n + BigInt(state.serial++));
}

export function timestamp({ nowMs }: Call): string {
  return new Date(nowMs).toISOString();
}

export function rowOf({ state, id }: Call, table: Table): Row {
  const row = state[table].get(id);
  if (!row) throw notFound();
  return row;
}

export function attachedTo(connectionId: string, rows: Map<string, Row>): Row[] {
  return [...rows.values()].filter((row) => row["connection_id"] === connectionId);
}

/** The body as an object. OpenAPI has a connection's id as a string, clients send a number too: both are read, digit by digit. */
export function bodyOf({ request }: Call): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(request.body.replace(/("connection_id"\s*:\s*)(\d+)/g, '$1"$2"'));
    if (isObject(body)) return body;
  } catch {
    // Refused below.
  }
  throw new Refusal(400, { code: "10015", detail: "The request failed because it was not well-formed.", pointer: "/" });
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
