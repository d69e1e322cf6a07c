import { TrunkError } from "../core/errors.ts";
import { rollOf } from "./journal-seal.ts";
import type { Sealing } from "./sealing.ts";
import type { Queries, Seal } from "./sql.ts";

/**
 * Refuses a master key with which this state was not sealed. Otherwise the first use of a password would tell, and new
 * ones would lie beside the old under another key. The journals' roll is asked first: `audit --seal`, with which an
 * operator accepts a changed key, seals it anew.
 */
export async function checkKey(queries: Queries, seal: Seal | undefined, sealing: Sealing): Promise<void> {
  if (!seal) return;
  const [roll] = await queries.query<{ tenants: string; seal: string }>("SELECT tenants, seal FROM trunkline_journal_roll");
  if (roll && roll.seal !== "") {
    if (!rollOf(roll, seal).holds) throw wrongKey();
    return;
  }
  const [kept] = await queries.query<{ tenant: string; ref: string; content: string }>(
    "SELECT tenant, ref, content FROM trunkline_secrets LIMIT 1",
  );
  if (kept) sealing.open(kept.tenant, kept.ref, kept.content);
}

function wrongKey(): TrunkError {
  return new TrunkError(
    "not_configured",
    "TRUNKLINE_MASTER_KEY is not the key with which this state was sealed, or the state was changed past Trunkline. Give it the former key. If the key was changed on purpose, look at `trunkline audit --verify`, then run `trunkline audit --seal`; passwords that were kept under the former key stay closed.",
  );
}
