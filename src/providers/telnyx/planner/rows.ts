import { isIP } from "node:net";
import { type Elsewhere, isExact, type Question, type StepDraft, type TrunkTask } from "../../../core/carrier/planner.ts";
import { quoteText } from "../../../core/text.ts";
import { askNumber } from "../../../rules/ask-number.ts";
import { note } from "../../../rules/findings.ts";
import { checkPhoneNumber, mayMean } from "../../../rules/phone-number.ts";
import { askedForToo, leaving, MOVES, NOT_WANTED, removal, TAKEN_OFF } from "../../../rules/planned-rows.ts";
import { toCidr } from "../../../rules/range.ts";
import { checkAddress, checkUserName } from "../input-rules.ts";
import type { ConnectionType } from "../json.ts";
import { addressesOf } from "../named-rows.ts";
import { isWanted, liveAddresses, type Planning, type WantedAddress } from "./wanted.ts";

/** Addresses that are not there yet. One of `ips` is there with whichever port. */
export function planAddresses(planning: Planning): void {
  const { task, wanted, plan } = planning;
  const live = liveAddresses(task.trunk);
  const hosts = new Set([...live.values()].map(({ address }) => toCidr(address)));
  for (const [key, address] of wanted.addresses) {
    const isThere = live.has(key) || (address.from === "ips" && hosts.has(toCidr(address.host)));
    if (isThere) plan.unchanged.push({ kind: address.from === "ips" ? "ip" : "destination", value: address.text });
    else addAddress(planning, address);
  }
}

function addAddress({ task, plan, type, connectionId }: Planning, address: WantedAddress): void {
  const { host, port, field } = address;
  const question = wrongKind(type, address);
  if (question !== undefined) {
    plan.questions.push({ field, question });
    return;
  }
  const given = { ...(type === "ip" ? { ip_address: host } : { fqdn: host }), ...(port === undefined ? {} : { port }) };
  note(
    plan,
    checkAddress(given, task.sandbox).map((finding) => finding && { ...finding, field }),
  );
  plan.steps.push({
    tool: "telnyx_add_address",
    arguments: { connection_id: connectionId, ...given },
    effect: "create",
    reason: type === "ip" ? "Calls may come from there, and calls in go there." : "Calls in go there.",
  });
}

const NO_ADDRESSES =
  "A credential connection takes no addresses: it registers with its login, and calls in go there. Leave it out, or is another kind meant?";

function wrongKind(type: ConnectionType, { host, from, text }: WantedAddress): string | undefined {
  if (type === "credential") return NO_ADDRESSES;
  const isName = isIP(host.split("/")[0] ?? "") === 0;
  if (type === "ip" && isName)
    return `An IP connection takes IP addresses, and ${quoteText(text)} is a host name. A second connection of connection_type fqdn takes it: is that meant?`;
  if (type === "fqdn" && (from === "ips" || !isName))
    return `A connection of host names takes no addresses of callers, such as ${quoteText(text)}. Pass a login in credentials instead, or set up a second connection of connection_type ip?`;
  return undefined;
}

/** A credential connection has one login, and gets it when it is made; one of host names gets it by a step of its own. */
export function planLogin({ task, wanted, plan, type, connectionId }: Planning): void {
  const [first, ...others] = [...wanted.logins];
  for (const [name, field] of others)
    plan.questions.push({ field, question: `A Telnyx connection has one login. Leave ${quoteText(name)} out?` });
  if (!first) return;
  const [name, field] = first;
  if (type === "ip") {
    plan.questions.push({
      field,
      question: "An IP connection has no login. Leave credentials out, or pass options.connection_type credential?",
    });
    return;
  }
  const now = task.trunk?.credentials?.[0]?.user_name;
  if (now === name) {
    plan.unchanged.push({ kind: "login", value: name });
    return;
  }
  note(plan, [checkUserName(field, name)]);
  if (type === "credential" && !task.trunk) return;
  const reason = now === undefined ? "Calls may be placed with it." : `The login is ${quoteText(now)} now, and stops working.`;
  plan.steps.push({
    tool: "telnyx_set_login",
    arguments: { connection_id: connectionId, user_name: name },
    effect: "destroy",
    reason: `${reason} Its password is generated and kept for a person.`,
  });
}

/** Numbers that no other trunk has, then those that come over: never more than one of them is off. */
export function planNumbers({ task, wanted, plan, connectionId }: Planning): void {
  const present = new Set((task.trunk?.phone_numbers ?? []).map((row) => row.phone_number));
  const elsewhere = new Map(task.elsewhere.map((one) => [one.row.phone_number, one]));
  const moves: StepDraft[] = [];
  for (const [number, field] of wanted.numbers) {
    const other = elsewhere.get(number);
    if (present.has(number)) {
      plan.unchanged.push({ kind: "number", value: number });
      continue;
    }
    const rule = checkPhoneNumber(field, number);
    note(plan, [rule]);
    if (rule?.level !== "refuse") plan.questions.push(...notToBeHad(task, { number, field, other }));
    const doubt = task.unsearched ? { doubt: number } : {};
    if (other) moves.push(...movesOf(other, task.name, connectionId));
    else plan.steps.push({ ...assign(connectionId, number, "Its calls come to this connection."), ...doubt });
  }
  plan.steps.push(...moves);
}

/** An application of the account may have a number too: no plan takes it off there. */
function notToBeHad(
  task: TrunkTask,
  { number, field, other }: { number: string; field: string; other: Elsewhere | undefined },
): Question[] {
  const known = task.numberIds.get(number);
  if (known && (known.place === undefined || other || task.unsearched)) return [];
  const question = known
    ? `${number} is on ${quoteText(known.place ?? "")}, which is no SIP connection: it is taken off in Telnyx's portal. Is another meant?`
    : `This Telnyx account has no number ${quoteText(number)}. Which is meant?`;
  return [askNumber(task, { field, question, said: number })];
}

function movesOf({ row, trunk_id, trunk_name }: Elsewhere, name: string, connectionId: string): StepDraft[] {
  return [
    leaving(takeOff(trunk_id, row), row.phone_number, trunk_name, name),
    { ...assign(connectionId, row.phone_number, `It is on ${quoteText(trunk_name)} until then.`), chain: MOVES },
  ];
}

function assign(connectionId: string, phone_number: string, reason: string): StepDraft {
  return { tool: "telnyx_assign_phone_number", arguments: { connection_id: connectionId, phone_number }, effect: "change", reason };
}

export function takeOff(
  connectionId: string,
  row: { phone_number: string; phone_number_id?: string | undefined },
  why?: string,
): StepDraft {
  const input = { connection_id: connectionId, phone_number_id: row.phone_number_id ?? "", phone_number: row.phone_number };
  return removal("telnyx_unassign_phone_number", input, `Number ${quoteText(row.phone_number)}`, why);
}

/** Rows that are to go, once everything else is there. */
export function planRemovals(planning: Planning): void {
  const { task, wanted, plan, connectionId } = planning;
  const { numbers, addresses } = goingOf(planning);
  const why = (isAll: boolean) => (isAll ? NOT_WANTED : TAKEN_OFF);
  for (const row of numbers.rows) plan.removals.push(takeOff(connectionId, row, why(numbers.all)));
  for (const row of addresses.rows) plan.removals.push(removeAddress(connectionId, row, why(addresses.all)));
  const rows = [...(task.trunk?.phone_numbers ?? []), ...(task.trunk ? addressesOf(task.trunk) : [])];
  for (const [words, field] of wanted.remove) {
    if (isKept(wanted, words)) plan.questions.push({ field, question: askedForToo(words) });
    else if (!rows.some((row) => means(words, row)))
      plan.warnings.push(
        `${quoteText(words)} is no number or address of this trunk: nothing is taken off. A login goes with its connection.`,
      );
  }
}

/** The rows that are to go: those that are taken off by name, and where a part is described whole, those that nobody names. */
export function goingOf(planning: Planning) {
  const { task, wanted } = planning;
  const all = { numbers: isExact(task, "numbers"), addresses: isExact(task, "ips") || isExact(task, "destinations") };
  const isNamed = (row: Row) => [...wanted.remove.keys()].some((words) => means(words, row));
  return {
    numbers: {
      all: all.numbers,
      rows: (task.trunk?.phone_numbers ?? []).filter((row) => !wanted.numbers.has(row.phone_number) && (all.numbers || isNamed(row))),
    },
    addresses: {
      all: all.addresses,
      rows: (task.trunk ? addressesOf(task.trunk) : []).filter((row) => !isWanted(planning, row) && (all.addresses || isNamed(row))),
    },
  };
}

function isKept({ numbers, addresses }: Planning["wanted"], words: string): boolean {
  return (
    [...numbers.keys()].some((number) => mayMean(words, number)) ||
    [...addresses.values()].some(({ host, port }) => means(words, { address: host, port }))
  );
}

export function removeAddress(
  connectionId: string,
  row: { address_id: string; address: string; port?: number | undefined },
  why: string,
): StepDraft {
  const port = row.port === undefined ? {} : { port: row.port };
  const input = { connection_id: connectionId, address_id: row.address_id, address: row.address, ...port };
  return removal("telnyx_remove_address", input, `Address ${quoteText(row.address, 120)}`, why);
}

type Row = { phone_number: string } | { address: string; port?: number | undefined };

function means(words: string, row: Row): boolean {
  if ("phone_number" in row) return mayMean(words, row.phone_number);
  const said = words
    .trim()
    .toLowerCase()
    .replace(/^sip:/, "")
    .replace(/;transport=\w+$/, "");
  const [, host = said, port] = /^([^:]+|\[.+\]):(\d+)$/.exec(said) ?? [];
  return toCidr(host) === toCidr(row.address.toLowerCase()) && (port === undefined || Number(port) === row.port);
}
