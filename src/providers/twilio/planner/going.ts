import { goingOf, type Removal, type RowPart, removalsOf } from "../../../rules/planned-rows.ts";
import { askShared, goingFromOwn, listsOff } from "./lists.ts";
import type { Planning } from "./wanted.ts";

/** The calls that take rows off, in the order in which the lists are emptied: calls in lose their way last. */
const removals: Record<RowPart, Removal> = {
  credentials: { tool: "twilio_delete_credential", saidField: "username" },
  ips: { tool: "twilio_remove_ip", saidField: "ip" },
  numbers: { tool: "twilio_unassign_phone_number", saidField: "phone_number" },
  destinations: { tool: "twilio_remove_origination_url", saidField: "destination" },
};

export function planRemovals(planning: Planning): void {
  const { plan } = planning;
  for (const [part, removal] of Object.entries(removals) as [RowPart, Removal][]) {
    const rows = part === "ips" ? goingFromOwn(planning) : goingOf(planning, part);
    if (part === "ips" || part === "credentials") askShared(planning, rows);
    plan.removals.push(...removalsOf(planning, part, removal, rows));
    if (part === "ips") plan.removals.push(...listsOff(planning));
  }
}
