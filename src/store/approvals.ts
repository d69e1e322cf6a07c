import type { Consequence } from "../core/consequence.ts";
import { DECIDE_MS } from "../core/person-limits.ts";
import type { ApprovalBinding, Approvals, Claim, DecidedBy, PendingApproval } from "../core/store/approvals.ts";
import { dropOldQuestions } from "./left-limits.ts";
import { randomId, type Tenancy } from "./sql.ts";

interface ApprovalRow extends ApprovalBinding {
  id: string;
  confirm: string;
  /** The rest of the consequence, as JSON. */
  shown: string;
  state: "pending" | "granted" | "refused" | "used";
  decided_by: DecidedBy | null;
  asked_at: number;
  expires_at: number;
}

export function sqlApprovals({ sql, tenant, clock }: Tenancy): Approvals {
  const find = async (id: string): Promise<ApprovalRow | undefined> => {
    const [row] = await sql.query<ApprovalRow>("SELECT * FROM trunkline_approvals WHERE tenant = ? AND id = ?", [tenant, id]);
    return row;
  };
  return {
    async ask({ principal, tool, arguments: digest, fingerprint }, { state: _, confirm, ...shown }, granted) {
      const id = randomId("apr");
      const now = clock.now();
      const about = [principal, tool, digest, fingerprint, confirm, JSON.stringify(shown)];
      await sql.query(
        `INSERT INTO trunkline_approvals
         (tenant, id, principal, tool, arguments, fingerprint, confirm, shown, state, asked_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [tenant, id, ...about, granted ? "granted" : "pending", now, now + DECIDE_MS],
      );
      await dropOldQuestions(sql, tenant, principal, id);
      return id;
    },
    async decide(id, granted, by) {
      const decided = await sql.query(
        `UPDATE trunkline_approvals SET state = ?, decided_by = ? WHERE tenant = ? AND id = ? AND state = 'pending' AND expires_at > ? RETURNING id`,
        [granted ? "granted" : "refused", by, tenant, id, clock.now()],
      );
      return decided.length === 1;
    },
    async claim(id, binding) {
      const { principal, tool, arguments: digest, fingerprint } = binding;
      const claimed = await sql.query(
        `UPDATE trunkline_approvals SET state = 'used' WHERE tenant = ? AND id = ? AND principal = ? AND tool = ? AND arguments = ?
         AND fingerprint = ? AND state = 'granted' AND expires_at > ? RETURNING id`,
        [tenant, id, principal, tool, digest, fingerprint, clock.now()],
      );
      // Only now is it read, to say why not: nothing is decided on what was read.
      return claimed.length === 1 ? "claimed" : claimRefusal(await find(id), binding, clock.now());
    },
    async find(id) {
      const row = await find(id);
      return row && toPending(row, clock.now());
    },
    async pending() {
      const now = clock.now();
      const rows = await sql.query<ApprovalRow>(
        "SELECT * FROM trunkline_approvals WHERE tenant = ? AND state = 'pending' AND expires_at > ? ORDER BY asked_at, id",
        [tenant, now],
      );
      return rows.map((row) => toPending(row, now));
    },
  };
}

function claimRefusal(row: ApprovalRow | undefined, binding: ApprovalBinding, now: number): Exclude<Claim, "claimed"> {
  // Another principal's approval does not exist for this one.
  if (!row || row.principal !== binding.principal) return "unknown";
  if (row.tool !== binding.tool || row.arguments !== binding.arguments) return "other_call";
  const state = stateOf(row, now);
  if (state !== "granted") return state;
  // With nothing to object to, the person agreed after the claim was made.
  return row.fingerprint === binding.fingerprint ? "pending" : "state_changed";
}

function stateOf({ state, expires_at }: ApprovalRow, now: number): PendingApproval["state"] {
  return (state === "pending" || state === "granted") && expires_at <= now ? "expired" : state;
}

function toPending(row: ApprovalRow, now: number): PendingApproval {
  const { id, principal, tool, confirm, asked_at: askedAt, expires_at: expiresAt, decided_by } = row;
  const shown = JSON.parse(row.shown) as Omit<Consequence, "state" | "confirm">;
  return {
    ...shown,
    id,
    principal,
    tool,
    confirm,
    askedAt,
    expiresAt,
    state: stateOf(row, now),
    ...(decided_by ? { decidedBy: decided_by } : {}),
  };
}
