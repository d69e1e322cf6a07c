import type { DestinationUri } from "../../core/carrier/trunk.ts";
import { counted, quoteText, someOf } from "../../core/text.ts";

/** Says which of several destinations is tried first, as far as anything at hand tells (2026-11). A list's order means nothing. */
export function destinationOrder(rows: readonly DestinationUri[]): string | undefined {
  if (rows.length < 2) return undefined;
  const sorted = rows.toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
  const [first, last] = [sorted[0]?.priority ?? 0, sorted.at(-1)?.priority ?? 0];
  if (first === last)
    return `None of the ${counted(rows.length, "destination")} comes first, in whichever order they are listed: all have priority ${first}, and a call may go to any of them.`;
  const named = sorted.map(({ destination, priority = 0 }) => `${quoteText(destination, 120)} (${priority})`);
  return `The lowest priority comes first by the usual rule, which Exotel's documents do not confirm: ${someOf(named, { between: ", then " })}.`;
}
