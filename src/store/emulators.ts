import type { EmulatorStates } from "../core/store/store.ts";
import type { Tenancy } from "./sql.ts";

interface Content {
  content: string;
}

export function sqlEmulators({ sql, tenant }: Omit<Tenancy, "clock">): EmulatorStates {
  return {
    async read(carrier) {
      const [row] = await sql.query<Content>("SELECT content FROM trunkline_emulators WHERE tenant = ? AND carrier = ?", [tenant, carrier]);
      return row?.content || undefined;
    },
    change: (carrier, work) =>
      sql.transaction(async ({ query }) => {
        // Writes first: Postgres then lets nobody else in, and gives the row as the one before left it.
        const [row] = await query<Content>(
          `INSERT INTO trunkline_emulators (tenant, carrier, content, changes) VALUES (?, ?, '', 1)
           ON CONFLICT (tenant, carrier) DO UPDATE SET changes = trunkline_emulators.changes + 1 RETURNING content`,
          [tenant, carrier],
        );
        const { saved, result } = work(row?.content || undefined);
        await query("UPDATE trunkline_emulators SET content = ? WHERE tenant = ? AND carrier = ?", [saved, tenant, carrier]);
        return result;
      }),
    async forgetAll() {
      await sql.query("DELETE FROM trunkline_emulators WHERE tenant = ?", [tenant]);
    },
  };
}
