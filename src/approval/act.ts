import type { Consequence } from "../core/consequence.ts";
import { cleanText, quoteText } from "../core/text.ts";

type Described = Pick<Consequence, "heading" | "trunks" | "items">;

/** As a tool's title names its trunk: an article, the carrier, and the word. */
const A_TRUNK = anyOf("trunk");
/** The trunk's own line names the carrier. */
const ON_CARRIER = / on \p{Lu}\S*$/u;

function anyOf(what: string): RegExp {
  return new RegExp(`\\ban? (?:[\\w-]+ )*?${what}\\b`, "i");
}

/** Asks for the act: `Delete trunk "callcentre"?`. */
export function questionOf({ heading, trunks, items }: Described): string {
  const [only, ...others] = askedTrunks({ trunks, items });
  const act = cleanText(heading);
  if (!only || others.length > 0) return `${act}${others.length > 0 ? ` for ${others.length + 1} trunks` : ""}?`;
  const named = `${only.what ?? "trunk"} ${quoteText(only.trunk_name)}`;
  if (only.what !== undefined) return `${act.replace(anyOf(only.what), () => named)}?`;
  return A_TRUNK.test(act) ? `${act.replace(A_TRUNK, () => named)}?` : `${act} for ${named}?`;
}

/** The trunks about which somebody has to agree, or all where none says so. */
function askedTrunks({ trunks, items }: Pick<Described, "trunks" | "items">): Consequence["trunks"] {
  const asked = new Set(items.filter(({ asks }) => asks).map(({ trunk }) => trunk));
  const found = trunks.filter((about) => asked.has(about.trunk_id ?? about.trunk_name));
  return found.length > 0 ? found : trunks;
}

/** The act on a button: "Delete trunk". */
export function buttonOf({ heading, trunks = [] }: Pick<Described, "heading"> & Partial<Described>): string {
  const what = trunks[0]?.what ?? "trunk";
  return cleanText(heading).replace(ON_CARRIER, "").replace(anyOf(what), what);
}

/** Something ends, or somebody is let in. */
export function isDangerous({ items }: Pick<Described, "items">): boolean {
  return items.some(({ gravity }) => gravity === "lost" || gravity === "opened");
}
