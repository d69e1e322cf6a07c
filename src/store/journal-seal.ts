import { createHmac, hkdfSync } from "node:crypto";
import { canonicalJson } from "../core/canonical.ts";
import { TrunkError } from "../core/errors.ts";
import { readMasterKey } from "../core/master-key.ts";
import type { Secret } from "../core/secret.ts";
import type { Queries, Seal } from "./sql.ts";

/** A place in the chain: the next row has the next number, and its hash covers this one. */
export interface Link {
  seq: number;
  hash: string;
}

/** The end of a tenant's chain, the row after which it begins, and the seal of both where there is a key. */
export interface Head extends Link {
  anchor_seq: number;
  anchor_hash: string;
  seal: string | null;
}

export function sealWith(masterKey: Secret): Seal {
  // A key of its own: the master key itself seals the passwords.
  const key = Buffer.from(hkdfSync("sha256", readMasterKey(masterKey), "", "trunkline journal", 32));
  return (...parts) => createHmac("sha256", key).update(canonicalJson(parts)).digest("base64url");
}

/** Both ends, and with them how many rows there are between. */
export function sealOf(seal: Seal, tenant: string, { seq, hash, anchor_seq, anchor_hash }: Omit<Head, "seal">): string {
  return seal("head", tenant, seq, hash, anchor_seq, anchor_hash);
}

/**
 * The seal of a head that moved. A head that was not sealed rightly before is not sealed now: a cut would be healed by the
 * next write, and evidence lost.
 */
export async function resealed(inside: Queries, tenant: string, before: Head, after: Omit<Head, "seal">, seal: Seal | undefined) {
  if (!seal && before.seal !== null) throw keyMissing();
  if (!seal) return null;
  const vouched = before.seq === 0 ? await enrol(inside, tenant, seal) : before.seal === sealOf(seal, tenant, before);
  return vouched ? sealOf(seal, tenant, after) : before.seal;
}

function keyMissing(): TrunkError {
  return new TrunkError(
    "not_configured",
    "The journal is sealed with TRUNKLINE_MASTER_KEY: give this process the same key. Without it nothing can be written here.",
  );
}

/** The tenants whose journals are sealed, each with its first sealed row: a journal that is removed as a whole is missed. */
export interface Roll {
  tenants: Record<string, number>;
  /** False when the roll was changed or removed past Trunkline. */
  holds: boolean;
}

interface RollRow {
  tenants: string;
  seal: string;
}

const ROLL = "trunkline_journal_roll";

export async function readRoll(queries: Queries, seal: Seal): Promise<Roll> {
  // Before the roll: a head that is sealed meanwhile has its place on the roll by then.
  const sealed = await sealedTenants(queries);
  const [row] = await queries.query<RollRow>(`SELECT tenants, seal FROM ${ROLL}`);
  return row || sealed.length > 0 ? rollOf(row, seal) : { tenants: {}, holds: true };
}

export function rollOf(row: RollRow | undefined, seal: Seal): Roll {
  const tenants = JSON.parse(row?.tenants ?? "{}") as Record<string, number>;
  return row?.seal === seal("roll", tenants) ? { tenants, holds: true } : { tenants: {}, holds: false };
}

async function sealedTenants(queries: Queries): Promise<string[]> {
  const rows = await queries.query<{ tenant: string }>("SELECT tenant FROM trunkline_journal_heads WHERE seal IS NOT NULL");
  return rows.map(({ tenant }) => tenant);
}

/** Puts a tenant that begins its journal on the roll; false when it had one already, or the roll does not hold. */
async function enrol(inside: Queries, tenant: string, seal: Seal): Promise<boolean> {
  const row = await lockRoll(inside);
  const begins = row.seal === "" && (await sealedTenants(inside)).length === 0;
  const { tenants, holds } = begins ? { tenants: {}, holds: true } : rollOf(row, seal);
  if (!holds || Object.hasOwn(tenants, tenant)) return false;
  await writeRoll(inside, { ...tenants, [tenant]: 1 }, seal);
  return true;
}

/** Two tenants that begin at once wait for each other here. */
async function lockRoll(inside: Queries): Promise<RollRow> {
  const [row] = await inside.query<RollRow>(
    `INSERT INTO ${ROLL} (name, tenants, seal) VALUES ('roll', '{}', '') ON CONFLICT (name) DO UPDATE SET seal = ${ROLL}.seal RETURNING tenants, seal`,
  );
  if (!row) throw new Error("the roll of the journals was not returned");
  return row;
}

async function writeRoll(inside: Queries, tenants: Record<string, number>, seal: Seal): Promise<void> {
  await inside.query(`UPDATE ${ROLL} SET tenants = ?, seal = ?`, [canonicalJson(tenants), seal("roll", tenants)]);
}

/** Seals a head as it is, as somebody decided who looked at it: rows from before the key, or under a key that was changed. */
export async function sealAsItIs(inside: Queries, tenant: string, head: Head | undefined, seal: Seal): Promise<void> {
  const { [tenant]: _, ...others } = rollOf(await lockRoll(inside), seal).tenants;
  await writeRoll(inside, head ? { ...others, [tenant]: head.seq } : others, seal);
  if (head) await inside.query("UPDATE trunkline_journal_heads SET seal = ? WHERE tenant = ?", [sealOf(seal, tenant, head), tenant]);
}
