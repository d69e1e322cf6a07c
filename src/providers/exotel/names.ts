import type { Memory } from "../../core/store/store.ts";

/** As many names as are kept in memory; those that were looked for are kept for longer. */
const MAX_SEEN = 5_000;

export type ExotelNames = ReturnType<typeof exotelNames>;

/**
 * The ids under which trunks were seen. Exotel has no filter for names and refuses a name that is taken (measured, 2026-01): a
 * trunk that still has the name is the only one, so reading it saves the walk over the account.
 */
export function exotelNames(memory: Memory) {
  const seen = new Map<string, string>();
  const keyOf = (name: string) => `name:${name}`;
  /** A store that fails costs requests, not the answer. */
  const ignore = () => undefined;
  return {
    see(rows: readonly { trunk_name: string; trunk_id: string }[]): void {
      if (seen.size + rows.length > MAX_SEEN) seen.clear();
      for (const { trunk_name, trunk_id } of rows) seen.set(trunk_name, trunk_id);
    },
    async idOf(name: string): Promise<string | undefined> {
      const id = seen.get(name) ?? (await memory.recall(keyOf(name)).catch(ignore));
      return typeof id === "string" ? id : undefined;
    },
    async keep(name: string, id: string): Promise<void> {
      await memory.remember(keyOf(name), id).catch(ignore);
    },
  };
}
