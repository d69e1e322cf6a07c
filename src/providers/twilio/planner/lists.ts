import { isExact, type SharedRecord, type StepDraft, type TrunksRead } from "../../../core/carrier/planner.ts";
import type { Setup } from "../../../core/carrier/setup.ts";
import type { TrunkDetail, WhitelistedIp } from "../../../core/carrier/trunk.ts";
import { quoteText } from "../../../core/text.ts";
import { checkWhitelistIp } from "../../../rules/address.ts";
import { note } from "../../../rules/findings.ts";
import { goingOf, NOT_WANTED, type Row, TAKEN_OFF } from "../../../rules/planned-rows.ts";
import { cidr, toCidr } from "../../../rules/range.ts";
import type { ListKind } from "../api.ts";
import type { TwilioClient } from "../client.ts";
import { partsOf } from "../list-names.ts";
import { allowing } from "./rows.ts";
import type { Planning } from "./wanted.ts";

/** The lists from which the setups may take rows, with the trunks that have them: each is read for that only. */
export async function sharedLists(
  client: TwilioClient,
  setups: readonly Setup[],
  signal: AbortSignal,
  { trunks, prune }: TrunksRead,
): Promise<readonly SharedRecord[]> {
  const touched: Record<ListKind, Map<string, string>> = { IpAccessControlLists: new Map(), CredentialLists: new Map() };
  for (const setup of setups) {
    const trunk = trunks.find(({ trunk_id, trunk_name }) => trunk_id === setup.trunk || trunk_name === setup.trunk);
    for (const [kind, id, name] of trunk ? rowsTaken(trunk, setup, prune) : []) touched[kind].set(partsOf(id)[0], name);
  }
  const found = await Promise.all(
    (Object.entries(touched) as [ListKind, Map<string, string>][])
      .filter(([, lists]) => lists.size > 0)
      .map(async ([kind, lists]) => {
        const users = await client.usersOf(kind, [...lists.keys()], signal);
        return [...lists].map(([id, name]) => record(id, name, users.get(id) ?? []));
      }),
  );
  return found.flat();
}

function record(id: string, name: string, users: readonly { sid: string; friendly_name?: string | null | undefined }[]): SharedRecord {
  return { id, name, facts: { trunk_ids: users.map(({ sid }) => sid), trunk_names: users.map((one) => one.friendly_name || one.sid) } };
}

function rowsTaken({ whitelisted_ips = [], credentials = [] }: TrunkDetail, setup: Setup, prune: boolean): [ListKind, string, string][] {
  const { remove = [] } = setup;
  const names = (part: "ips" | "credentials", row: { list?: string | undefined }, key: string) =>
    isExact({ wanted: [{ setup, at: "" }], prune }, part) || remove.some((words) => words === row.list || toCidr(words.trim()) === key);
  return [
    ...whitelisted_ips
      .filter((row) => names("ips", row, cidr(row)))
      .map(({ whitelisted_ip_id = "", list = "" }): [ListKind, string, string] => ["IpAccessControlLists", whitelisted_ip_id, list]),
    ...credentials
      .filter((row) => names("credentials", row, row.user_name))
      .map(({ credential_id = "", list = "" }): [ListKind, string, string] => ["CredentialLists", credential_id, list]),
  ];
}

/** The addresses that are to go: those that are named or not wanted, and of a list that is named, all but the wanted. */
export function goingIps(planning: Planning): WhitelistedIp[] {
  const { live, wanted } = planning;
  const named = new Set(goingOf(planning, "ips").map(({ id }) => id));
  const isListed = (row: WhitelistedIp) => row.list !== undefined && wanted.lists.has(row.list) && !wanted.ips.has(cidr(row));
  return live.whitelisted_ips.filter((row) => named.has(row.whitelisted_ip_id) || isListed(row));
}

/** The lists that others may use and that an address is to go from, or that are named. */
function goingLists(planning: Planning): string[] {
  return [...new Set([...goingIps(planning).flatMap(({ list }) => list ?? []), ...planning.wanted.lists.keys()])];
}

/** Lets those addresses stay whose list is taken off: they go into the trunk's own list before. */
export function planStaying(planning: Planning): void {
  const { live, plan, task } = planning;
  const [lists, going] = [goingLists(planning), goingIps(planning)];
  const isLeft = ({ list }: WhitelistedIp) => list === undefined || !lists.includes(list);
  const there = new Set(live.whitelisted_ips.filter(isLeft).map(cidr));
  for (const row of live.whitelisted_ips.filter((one) => !isLeft(one) && !going.includes(one))) {
    if (there.has(cidr(row))) continue;
    there.add(cidr(row));
    note(plan, [checkWhitelistIp("remove", row.ip, "remove", row.mask, task.sandbox)]);
    plan.steps.push(allowing(planning, row, `It stays: the list ${quoteText(row.list ?? "")} is taken off this trunk.`));
  }
}

/** Those of the trunk's own list, as rows. */
export function goingFromOwn(planning: Planning): Row[] {
  return goingIps(planning)
    .filter(({ list }) => list === undefined)
    .map((row) => ({ id: row.whitelisted_ip_id, key: cidr(row), what: `IP ${cidr(row)}` }));
}

/** Takes lists that others may use off the trunk, and off no other. */
export function listsOff(planning: Planning): StepDraft[] {
  const { task, live, trunkSid } = planning;
  const going = goingIps(planning);
  return goingLists(planning).map((list) => {
    const [id] = partsOf(live.whitelisted_ips.find((row) => row.list === list)?.whitelisted_ip_id ?? "");
    const others = othersOf(planning, id);
    const rows = going.filter((row) => row.list === list).map((row) => `IP ${cidr(row)}`);
    const why = isExact(task, "ips") ? NOT_WANTED : TAKEN_OFF;
    const also = others.length > 0 ? `, and stays on ${others.map((name) => quoteText(name)).join(", ")}` : "";
    return {
      tool: "twilio_remove_ip",
      arguments: { trunk_sid: trunkSid, whitelisted_ip_id: id, ip: list, others },
      effect: "destroy",
      reason: `${rows.length > 0 ? `${rows.join(", ")} ${why} ` : ""}The list ${quoteText(list)} goes off this trunk${also}.`,
      about: `List ${quoteText(list)}`,
    };
  });
}

/** Names of the other trunks that have a list. */
function othersOf({ task }: Planning, listSid: string): string[] {
  const { trunk_ids: ids, trunk_names: names } = task.shared.find(({ id }) => id === listSid)?.facts ?? {};
  if (!Array.isArray(ids) || !Array.isArray(names)) return [];
  return names.filter((_, index) => ids[index] !== task.trunk?.trunk_id);
}

/** Asks about a row that can only be taken from all trunks that have its list: its own call would be refused, half way through. */
export function askShared(planning: Planning, rows: readonly Row[]): void {
  for (const { id = "", what, key } of rows) {
    const others = othersOf(planning, partsOf(id)[0]).map((name) => quoteText(name));
    if (others.length > 0)
      planning.plan.questions.push({
        field: planning.wanted.remove.get(key) ?? "exactly",
        question: `${what} is in a list that ${others.join(", ")} has too, and can only go from all of them, in Twilio's console. Leave it out?`,
      });
  }
}
