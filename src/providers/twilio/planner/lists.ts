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
import type { TrunkRecord } from "../json.ts";
import { nameOf, partsOf } from "../list-names.ts";
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
  const named = setups.flatMap((setup) => {
    const trunk = trunks.find(({ trunk_id, trunk_name }) => trunk_id === setup.trunk || trunk_name === setup.trunk);
    return trunk ? [{ trunk_id: trunk.trunk_id, rows: rowsTaken(trunk, setup, prune) }] : [];
  });
  for (const [kind, id, name] of named.flatMap(({ rows }) => rows)) touched[kind].set(partsOf(id)[0], name);
  // A trunk that the same plan removes, or takes the list off, does not keep it.
  const keeps = (trunkId: string, list: string) => {
    const own = named.filter(({ trunk_id }) => trunk_id === trunkId);
    return own.length > 0 ? !own.some(({ rows }) => rows.some(([, id]) => partsOf(id)[0] === list)) : !prune;
  };
  const found = await Promise.all(
    (Object.entries(touched) as [ListKind, Map<string, string>][])
      .filter(([, lists]) => lists.size > 0)
      .map(async ([kind, lists]) => {
        const users = await client.usersOf(kind, [...lists.keys()], signal);
        return [...lists].map(([id, name]) => toRecord(id, name, users.get(id) ?? [], keeps));
      }),
  );
  return found.flat();
}

function toRecord(
  id: string,
  name: string,
  users: readonly TrunkRecord[],
  keeps: (trunkId: string, list: string) => boolean,
): SharedRecord {
  const keepers = users.filter(({ sid }) => keeps(sid, id));
  return { id, name, facts: { users: users.map(toKey), keepers: keepers.map(toKey) } };
}

/** A trunk by its id and its name, which others may have too. */
const toKey = (trunk: TrunkRecord) => `${trunk.sid} ${nameOf(trunk)}`;

function rowsTaken({ whitelisted_ips = [], credentials = [] }: TrunkDetail, setup: Setup, prune: boolean): [ListKind, string, string][] {
  const { remove = [] } = setup;
  const names = (part: "ips" | "credentials", row: { list?: string | undefined }, key: string) =>
    !setup[part]?.some((words) => toCidr(words.trim()) === key) &&
    (isExact({ wanted: [{ setup, at: "" }], prune }, part) || remove.some((words) => words === row.list || toCidr(words.trim()) === key));
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
    const others = othersOf(planning, id, "keepers");
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

/** Names of the other trunks that have a list, or keep it. */
function othersOf({ task }: Planning, listSid: string, which: "users" | "keepers"): string[] {
  const trunks = task.shared.find(({ id }) => id === listSid)?.facts[which];
  const others = Array.isArray(trunks) ? trunks.filter((key) => !key.startsWith(`${task.trunk?.trunk_id} `)) : [];
  return others.map((key) => key.slice(key.indexOf(" ") + 1));
}

/** Asks about a row that can only be taken from all trunks that have its list: its own call would be refused, half way through. */
export function askShared(planning: Planning, rows: readonly Row[]): void {
  for (const { id = "", what, key } of rows) {
    const others = othersOf(planning, partsOf(id)[0], "users").map((name) => quoteText(name));
    if (others.length > 0)
      planning.plan.questions.push({
        field: planning.wanted.remove.get(key) ?? "exactly",
        question: `${what} is in a list that ${others.join(", ")} has too, and can only go from all of them, in Twilio's console. Leave it out?`,
      });
  }
}
