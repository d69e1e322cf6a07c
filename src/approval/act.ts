import type { Consequence } from "../core/consequence.ts";
import { cleanText, quoteText } from "../core/text.ts";

type Described = Pick<Consequence, "heading" | "trunks" | "items">;

/** As a tool's title names its trunk: an article, the carrier, and the word. */
const A_TRUNK = /\ban? (?:[\w-]+ )*?trunk\b/i;
/** The trunk's own line names the carrier. */
const ON_CARRIER = / on \p{Lu}\S*$/u;

/** Asks for the act: `Delete trunk "callcentre"?`. */
export function questionOf({ heading, trunks, items }: Described): string {
  const [only, ...others] = askedTrunks({ trunks, items });
  const act = cleanText(heading);
  if (!only || others.length > 0) return `${act}${others.length > 0 ? ` for ${others.length + 1} trunks` : ""}?`;
  const named = `trunk ${quoteText(only.trunk_name)}`;
  return A_TRUNK.test(act) ? `${act.replace(A_TRUNK, () => named)}?` : `${act} for ${named}?`;
}

/** The trunks about which somebody has to agree, or all where none says so. */
function askedTrunks({ trunks, items }: Pick<Described, "trunks" | "items">): Consequence["trunks"] {
  const asked = new Set(items.filter(({ asks }) => asks).map(({ trunk }) => trunk));
  const found = trunks.filter((about) => asked.has(about.trunk_id ?? about.trunk_name));
  return found.length > 0 ? found : trunks;
}

/** The act on a button: "Delete trunk". */
export function buttonOf({ heading }: Pick<Described, "heading">): string {
  return cleanText(heading).replace(ON_CARRIER, "").replace(A_TRUNK, "trunk");
}

/** Something ends, or somebody is let in. */
export function isDangerous({ items }: Pick<Described, "items">): boolean {
  return items.some(({ gravity }) => gravity === "lost" || gravity === "opened");
}
