import type { Clock } from "../core/clock.ts";
import { newId } from "../core/id.ts";
import type { Secret } from "../core/secret.ts";
import type { ApprovalBinding, Approvals, Binding, Claim, Consequence, IntentRecord, Journal, Outcome, Store } from "../core/store.ts";

/** How long a person's word holds. */
const APPROVAL_MS = 10 * 60_000;
/** Old rows go when a process lives long; what must outlast it belongs into a database. */
const MAX_ROWS = 10_000;

/** State that lives as long as the process. */
export function createMemoryStore(clock: Clock): Store {
  const secrets = new Map<string, Secret>();
  const snapshots = new Map<string, unknown>();
  const memories = new Map<string, unknown>();
  return {
    journal: memoryJournal(),
    approvals: memoryApprovals(clock),
    secrets: {
      keep: async (secret) => {
        if (secret.ref !== undefined) put(secrets, secret.ref, secret);
      },
    },
    snapshots: {
      keep: async (principal, state) => {
        const id = `snap_${newId()}`;
        put(snapshots, id, { principal, state });
        return id;
      },
    },
    memory: (account) => ({
      remember: async (key, value) => put(memories, `${account}\0${key}`, value),
      recall: async (key) => memories.get(`${account}\0${key}`),
      forget: async (key) => void memories.delete(`${account}\0${key}`),
    }),
  };
}

function put<T>(rows: Map<string, T>, key: string, value: T): void {
  rows.set(key, value);
  const [oldest] = rows.keys();
  if (rows.size > MAX_ROWS && oldest !== undefined) rows.delete(oldest);
}

function memoryJournal(): Journal {
  const rows = new Map<string, IntentRecord & { outcome: Outcome | "intent" }>();
  return {
    async intend(record) {
      const id = newId();
      put(rows, id, { ...record, outcome: "intent" });
      return id;
    },
    async settle(id, outcome) {
      const row = rows.get(id);
      if (row) row.outcome = outcome;
    },
    async hasUnsettled(binding, except) {
      return [...rows].some(([id, row]) => id !== except && isUnsettled(row.outcome) && isSameCall(row, binding));
    },
  };
}

function isUnsettled(outcome: Outcome | "intent"): boolean {
  return outcome === "intent" || outcome === "unknown";
}

function isSameCall(a: Binding, b: Binding): boolean {
  return a.principal === b.principal && a.tool === b.tool && a.arguments === b.arguments;
}

interface ApprovalRow {
  binding: ApprovalBinding;
  consequence: Consequence;
  state: "pending" | "granted" | "refused" | "used";
  expiresAt: number;
}

function memoryApprovals(clock: Clock): Approvals {
  const rows = new Map<string, ApprovalRow>();
  return {
    async ask(binding, consequence, granted) {
      const id = `apr_${newId()}`;
      put(rows, id, { binding, consequence, state: granted ? "granted" : "pending", expiresAt: clock.now() + APPROVAL_MS });
      return id;
    },
    async decide(id, granted) {
      const row = rows.get(id);
      if (row?.state === "pending" && clock.now() <= row.expiresAt) row.state = granted ? "granted" : "refused";
    },
    async claim(id, binding) {
      const row = rows.get(id);
      // Another principal's approval does not exist for this one.
      if (!row || row.binding.principal !== binding.principal) return "unknown";
      const objection = objectionTo(row, binding, clock.now());
      if (objection === undefined) row.state = "used";
      return objection ?? "claimed";
    },
  };
}

function objectionTo(row: ApprovalRow, binding: ApprovalBinding, now: number): Exclude<Claim, "claimed"> | undefined {
  if (!isSameCall(row.binding, binding)) return "other_call";
  if (row.state !== "granted") return row.state;
  if (now > row.expiresAt) return "expired";
  if (row.binding.fingerprint !== binding.fingerprint) return "state_changed";
  return undefined;
}
