import type { Store } from "../core/store/store.ts";
import { sqlApprovals } from "./approvals.ts";
import { sqlClaims } from "./claims.ts";
import { sqlEmulators } from "./emulators.ts";
import { sqlJournal } from "./journal.ts";
import { sqlPin } from "./pin.ts";
import { sqlPlans } from "./plans.ts";
import { sqlMemory, sqlSecrets, sqlSnapshots } from "./records.ts";
import type { Sealing } from "./sealing.ts";
import type { Tenancy } from "./sql.ts";

/** One tenant's store in an open database. */
export function createStore(tenancy: Tenancy, sealing: Sealing): Store {
  return {
    journal: sqlJournal(tenancy),
    claims: sqlClaims(tenancy),
    approvals: sqlApprovals(tenancy),
    pin: sqlPin(tenancy),
    secrets: sqlSecrets(tenancy, sealing),
    snapshots: sqlSnapshots(tenancy),
    plans: sqlPlans(tenancy),
    emulators: sqlEmulators(tenancy),
    memory: (account) => sqlMemory(tenancy, account),
  };
}
