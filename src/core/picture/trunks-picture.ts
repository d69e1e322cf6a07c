import type { ListedTrunk } from "../carrier/listed-trunk.ts";
import { facts, heading, type Picture, rows, type Text, type TrunkRow, theirs, warnings } from "./picture.ts";
import { isUp, type ShownResult, suspiciousName, trunkPills, wherePill } from "./trunk-picture.ts";
import type { Labels } from "./words.ts";

/** An answer of `list_trunks`. */
export interface ListedResult extends Omit<ShownResult, "trunk"> {
  trunks: ListedTrunk[];
  next_cursor?: string | null | undefined;
  omitted?: number | undefined;
}

export function trunksPicture(result: ListedResult, labels: Labels): Picture {
  const { trunks, next_cursor, omitted } = result;
  const listed = rows(trunks).map((trunk) => rowOf(trunk, labels));
  const wrong = listed.filter((row) => row.wrong.length > 0).length;
  const count = `${listed.length || "No"} ${listed.length === 1 ? "trunk" : "trunks"}${next_cursor || omitted ? " so far" : ""}`;
  return [
    heading(count, ...(wrong > 0 ? [{ text: `${wrong} to look at`, tone: "bad" as const }] : []), ...wherePill(result)),
    ...warnings(result.warnings),
    { kind: "trunks", rows: listed },
  ];
}

function rowOf(trunk: ListedTrunk, labels: Labels): TrunkRow {
  const { trunk_name, limits, others_may_call, alias } = trunk;
  const cells = facts([
    ["Numbers", listText(trunk, "numbers")],
    ["Addresses let in", listText(trunk, "ips")],
    ["Logins", listText(trunk, "logins")],
    ["May call too", others_may_call],
    ["Calls go to", trunk.destinations?.length === 0 ? "nowhere, calls in end here" : listText(trunk, "destinations")],
    ["Alias", alias && theirs(alias)],
    ["Limits", limits],
  ]);
  return { name: theirs(trunk_name), pills: trunkPills(trunk, labels), cells, wrong: wrongWith(trunk) };
}

/** Nothing where the list was not read. */
function listText({ counts, ...trunk }: ListedTrunk, name: "numbers" | "ips" | "destinations" | "logins"): Text | undefined {
  const list = rows(trunk[name]);
  const count = counts?.[name] ?? trunk[name]?.length;
  if (count === undefined || list.length === 0) return count === undefined ? undefined : `${count || "none"}`;
  return theirs(list.join(", ")) + (count > list.length ? ` and ${count - list.length} more` : "");
}

const findings: Record<NonNullable<ListedTrunk["findings"]>[number], string> = {
  open_to_more_than_28: "open to more than 16 addresses",
  login_from_anywhere: "a login works from anywhere",
  no_callers: "nobody may call",
  no_route: "calls in go nowhere",
  unmapped_alias: "the alias is none of its numbers",
  limit_above_default: "above the carrier's own limit",
};

function wrongWith({ name_suspicious, findings: found, unread, status = "active" }: ListedTrunk): string[] {
  return [
    ...(name_suspicious ? [suspiciousName] : []),
    ...(isUp(status) ? [] : [`it is ${status}`]),
    ...rows(found).map((one) => findings[one] ?? one),
    ...(unread ? [`not read: ${unread}`] : []),
  ];
}
