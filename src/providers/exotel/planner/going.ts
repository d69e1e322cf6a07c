import type { StepDraft } from "../../../core/carrier/planner.ts";
import { quoteText } from "../../../core/text.ts";
import {
  askedForToo,
  checkRemoved as checkRemovedRows,
  goingOf as goingRows,
  type Removal,
  type Row,
  type RowPart,
  removalsOf as removalsOfRows,
} from "../../../rules/planned-rows.ts";
import { toCidr } from "../../../rules/range.ts";
import { type Planning, showsOwnPairOnly } from "./planning.ts";

/** The calls that take rows off, in the order in which the lists are emptied: what depends on another goes first. */
const removals: Record<RowPart, Removal> = {
  destinations: { tool: "exotel_remove_destination_uri" },
  ips: { tool: "exotel_remove_whitelisted_ip" },
  numbers: { tool: "exotel_unmap_phone_number", saidField: "phone_number" },
  credentials: { tool: "exotel_delete_credentials" },
};
export const parts = Object.keys(removals) as RowPart[];

/** The trunk's own pair is no row that anybody takes off. */
function withoutOwnPair(planning: Planning): Planning {
  return showsOwnPairOnly(planning.live) ? { ...planning, live: { ...planning.live, credentials: [] } } : planning;
}

export function goingOf(planning: Planning, part: RowPart): Row[] {
  return goingRows(withoutOwnPair(planning), part);
}

export function removalsOf(planning: Planning, part: RowPart, going: readonly Row[]): StepDraft[] {
  return removalsOfRows(planning, part, removals[part], going);
}

/** An entry that stays for a destination's sake is asked about in other words. */
export function checkRemoved(planning: Planning): void {
  const { wanted, live } = planning;
  const question = (words: string) =>
    wanted.ips.get(toCidr(words))?.field === ""
      ? `${quoteText(words)} is whitelisted for a destination, which would be refused without it. Remove the destination as well?`
      : askedForToo(words);
  checkRemovedRows(withoutOwnPair(planning), question, showsOwnPairOnly(live) ? " as far as Exotel's list shows" : "");
}
