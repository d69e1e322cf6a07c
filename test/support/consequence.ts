import type { Consequence } from "../../src/core/consequence.ts";

/** The deletion of a trunk of this name, with these losses. */
export function deletionOf(name: string, losses: readonly string[] = []): Consequence {
  const items = losses.map((detail) => ({ gravity: "lost" as const, trunk: "trmum1", what: name, detail, asks: true }));
  const about = { carrier: "Exotel", trunk_id: "trmum1", trunk_name: name, facts: ["active"] };
  return { heading: "Delete an Exotel trunk", trunks: [about], items, remarks: ["This cannot be undone."], confirm: name, state: {} };
}
