import { DECIDE_MS } from "../core/person-limits.ts";
import type { ApprovalBinding, Approvals, Claim, PendingApproval } from "../core/store/store.ts";
import { randomId, type Tenancy } from "./sql.ts";

interface ApprovalRow extends ApprovalBinding {
  id: string;
  confirm: string;
  sentences: string;
  state: "pending" | "granted" | "refused" | "used";
  asked_at: number;
  expires_at: number;
}

export function sqlApprovals({ sql, tenant, clock }: Tenancy): Approvals {
  const find = async (id: string): Promise<ApprovalRow | undefined> => {
    const [row] = await sql.query<ApprovalRow>("SELECT * FROM trunkline_approvals WHERE tenant = ? AND id = ?", [tenant, id]);
    return row;
  };
  return {
    async ask({ principal, tool, arguments: digest, fingerprint }, { confirm, sentences }, granted) {
      const id = randomId("apr");
      const now = clock.now();
      const about = [principal, tool, digest, fingerprint, confirm, JSON.stringify(sentences)];
      await sql.query(
        `INSERT INTO trunkline_approvals
         (tenant, id, principal, tool, arguments, fingerprint, confirm, sentences, state, asked_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [tenant, id, ...about, granted ? "granted" : "pending", now, now + DECIDE_MS],
      );
      return id;
    },
    async decide(id, granted) {
      const decided = await sql.query(
        `UPDATE trunkline_approvals SET state = ? WHERE tenant = ? AND id = ? AND state = 'pending' AND expires_at > ? RETURNING id`,
        [granted ? "granted" : "refused", tenant, id, clock.now()],
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
      return claimed.length === 1 ? "claimed" : objectionTo(await find(id), binding, clock.now());
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

function objectionTo(row: ApprovalRow | undefined, binding: ApprovalBinding, now: number): Exclude<Claim, "claimed"> {
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
  const { id, principal, tool, confirm, asked_at: askedAt, expires_at: expiresAt } = row;
  return { id, principal, tool, confirm, sentences: JSON.parse(row.sentences), askedAt, expiresAt, state: stateOf(row, now) };
}
