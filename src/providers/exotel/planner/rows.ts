import { isIPv4 } from "node:net";
import type { StepDraft } from "../../../core/carrier/planner.ts";
import type { DestinationUri } from "../../../core/carrier/trunk.ts";
import { quoteText } from "../../../core/text.ts";
import { checkWhitelistIp } from "../../../rules/address.ts";
import { checkDestination, parseDestination } from "../../../rules/destination.ts";
import { note } from "../../../rules/findings.ts";
import { checkPhoneNumber } from "../../../rules/phone-number.ts";
import type { Row } from "../../../rules/planned-rows.ts";
import { cidr, isCovered, overlapping } from "../../../rules/range.ts";
import { destinationOrder } from "../destination-order.ts";
import { checkMask, checkUserName } from "../input-rules.ts";
import { goingOf, removalsOf } from "./going.ts";
import { type Planning, showsOwnPairOnly } from "./planning.ts";
import type { WantedNumber } from "./wanted.ts";

/** Numbers that no other trunk has. Those of other trunks come over once this one is ready for their calls. */
export function planNumbers(planning: Planning): void {
  const { task, live, wanted, plan, trunkSid } = planning;
  const mapped = new Map(live.phone_numbers.map((row) => [row.phone_number, row]));
  const elsewhere = new Set(task.elsewhere.map(({ row }) => row.phone_number));
  for (const want of wanted.numbers.values()) {
    const { number, field, sent, reason } = want;
    const row = mapped.get(number);
    if (row) planMode(planning, want, row.phone_number_id, row.mode ?? "pstn");
    if (row || elsewhere.has(number)) continue;
    note(plan, [checkPhoneNumber(field, number)]);
    plan.steps.push({
      tool: "exotel_map_phone_number",
      arguments: { trunk_sid: trunkSid, phone_number: number, ...(sent === undefined ? {} : { mode: sent }) },
      effect: "create",
      ...(task.unsearched
        ? { reason: `${reason} Whether another trunk has it could not be looked up; Exotel refuses it then.`, doubt: number }
        : { reason: `${reason} It is on no other trunk.` }),
    });
  }
}

function planMode({ task, plan, trunkSid }: Planning, want: WantedNumber, id: string | undefined, current: string): void {
  const { number, field, mode, reason } = want;
  if (mode === undefined || mode === current) {
    plan.unchanged.push({ kind: "number", value: number });
    return;
  }
  if (id === undefined || !task.trunk) {
    plan.questions.push({
      field,
      question: `${quoteText(number)} is in mode ${current}, and Exotel's list has no id by which to switch it.`,
    });
    return;
  }
  const draft: StepDraft = {
    tool: "exotel_update_phone_number",
    arguments: { trunk_sid: trunkSid, phone_number_id: id, phone_number: number, mode },
    effect: "change",
    reason: `It is in mode ${current}. ${reason}`,
  };
  plan.steps.push(draft);
}

/** The whitelist as it is once the plan is done, as `ip/mask`. */
export function whitelistAfter(planning: Planning): string[] {
  const gone = new Set(goingOf(planning, "ips").map(({ key }) => key));
  const present = planning.live.whitelisted_ips.map(cidr).filter((entry) => !gone.has(entry));
  return [...new Set([...present, ...planning.wanted.ips.keys()])];
}

/** A destination given by its address is refused unless the address is whitelisted, so it comes with its entry, and keeps it. */
export function wantDestinationAddresses(planning: Planning): void {
  const { live, wanted } = planning;
  const present = new Set(live.destination_uris.map((row) => row.destination));
  const gone = new Set(goingOf(planning, "destinations").map(({ key }) => key));
  const stays = [...present].filter((destination) => !gone.has(destination));
  for (const destination of new Set([...stays, ...wanted.destinations.keys()])) {
    const host = parseDestination(destination)?.host ?? "";
    if (!isIPv4(host) || isCovered(host, whitelistAfter(planning))) continue;
    if (present.has(destination)) keepEntry(planning, host);
    else addEntry(planning, destination, host);
  }
}

/** A destination that is there already keeps what lets it be; what it never had is not added behind anybody's back. */
function keepEntry({ live, wanted }: Planning, host: string): void {
  const entry = live.whitelisted_ips.find(({ ip, mask }) => isCovered(host, [`${ip}/${mask}`]));
  if (entry) wanted.ips.set(`${entry.ip}/${entry.mask}`, { ip: entry.ip, mask: entry.mask, field: "", reason: "A destination needs it." });
}

function addEntry({ task, wanted }: Planning, destination: string, host: string): void {
  const field = wanted.destinations.get(destination) ?? "";
  // A destination that is refused needs none.
  if (checkDestination(field, destination, task.sandbox)?.level === "refuse") return;
  const reason = "A destination given by its address has to be whitelisted first; calls may then come from there too.";
  wanted.ips.set(`${host}/32`, { ip: host, mask: 32, field, reason });
}

export function planIps(planning: Planning): void {
  const { task, live, wanted, plan, trunkSid } = planning;
  const present = new Set(live.whitelisted_ips.map(cidr));
  const inTheWay = goingOf(planning, "ips");
  let ranges = 0;
  for (const [entry, { ip, mask, field, reason }] of wanted.ips) {
    if (present.has(entry)) {
      plan.unchanged.push({ kind: "ip", value: entry });
      continue;
    }
    const badMask = checkMask(field, mask);
    note(plan, [badMask ?? checkWhitelistIp(field, ip, field, mask, task.sandbox)]);
    if (!badMask && isIPv4(ip)) warnOfOverlap(planning, entry);
    if (mask < 32) ranges++;
    makeRoom(planning, entry, inTheWay);
    const draft: StepDraft = { tool: "exotel_whitelist_ip", arguments: { trunk_sid: trunkSid, ip, mask }, effect: "create", reason };
    plan.steps.push(draft);
  }
  if (ranges > 0) plan.warnings.push("One of Exotel's guides says that a trunk takes single addresses (/32) only; a range may be refused.");
}

/** Exotel takes no entry beside a wider one, nor a second one of the same address: there the old one goes first. */
function makeRoom(planning: Planning, entry: string, going: Row[]): void {
  const base = (text: string) => text.split("/")[0];
  for (const row of going.filter(({ key }) => base(key) === base(entry) || isCovered(entry, [key]))) {
    planning.plan.warnings.push(`Exotel takes ${entry} only once ${row.key} is off; in between calls from there are refused.`);
    planning.plan.steps.push(...removalsOf(planning, "ips", [row]));
    going.splice(going.indexOf(row), 1);
  }
}

function warnOfOverlap(planning: Planning, entry: string): void {
  const [other] = overlapping(
    entry,
    whitelistAfter(planning).filter((value) => isIPv4(value.split("/")[0] ?? "")),
  );
  if (other !== undefined) planning.plan.warnings.push(`${entry} overlaps with ${other}; one of the two may be enough.`);
}

/** The tool takes this many at once. */
const DESTINATIONS_A_CALL = 20;

export function planDestinations(planning: Planning): void {
  const { task, live, wanted, plan, trunkSid } = planning;
  const present = new Set(live.destination_uris.map((row) => row.destination));
  const missing: string[] = [];
  for (const [destination, field] of wanted.destinations) {
    if (present.has(destination)) plan.unchanged.push({ kind: "destination", value: destination });
    else {
      note(plan, [checkDestination(field, destination, task.sandbox)]);
      missing.push(destination);
    }
  }
  for (let start = 0; start < missing.length; start += DESTINATIONS_A_CALL) {
    const added = missing.slice(start, start + DESTINATIONS_A_CALL);
    const draft: StepDraft = {
      tool: "exotel_add_destination_uris",
      arguments: { trunk_sid: trunkSid, destinations: added.map((destination) => ({ destination })) },
      effect: "create",
      reason: "Inbound calls go there.",
    };
    plan.steps.push(draft);
  }
  const order = missing.length === 0 ? undefined : destinationOrder(destinationsAfter(planning, missing));
  if (order !== undefined) plan.warnings.push(order);
}

function destinationsAfter(planning: Planning, added: readonly string[]): DestinationUri[] {
  const gone = new Set(goingOf(planning, "destinations").map(({ key }) => key));
  const kept = planning.live.destination_uris.filter((row) => !gone.has(row.destination));
  return [...kept, ...added.map((destination) => ({ destination }))];
}

export function planLogins({ live, wanted, plan, trunkSid }: Planning): void {
  const present = new Set(live.credentials.map((row) => row.user_name));
  for (const [userName, field] of wanted.logins) {
    if (present.has(userName)) {
      plan.unchanged.push({ kind: "login", value: userName });
      continue;
    }
    if (showsOwnPairOnly(live)) {
      const question = `Exotel's list shows this trunk's own login only, so whether ${quoteText(userName)} exists cannot be told. Leave it out, and use the trunk's own login?`;
      plan.questions.push({ field, question });
    }
    note(plan, [checkUserName(field, userName)]);
    plan.steps.push({
      tool: "exotel_create_credentials",
      arguments: { trunk_sid: trunkSid, user_name: userName },
      effect: "create",
      reason: "Calls may be placed with it; its password is generated and kept for a person.",
    });
  }
}

export function planAlias({ task, live, wanted, plan, trunkSid }: Planning): void {
  if (!wanted.alias) return;
  const { value, field } = wanted.alias;
  const current = task.trunk?.alias;
  // An empty alias asks for none, which is a removal.
  if (value === "") return;
  if (value === current) {
    plan.unchanged.push({ kind: "alias", value });
    return;
  }
  note(plan, [checkPhoneNumber(field, value)]);
  const numbers = [...wanted.numbers.keys(), ...live.phone_numbers.map((row) => row.phone_number)];
  if (!numbers.includes(value))
    plan.warnings.push(`The alias ${quoteText(value)} is not a number of this trunk; calls that show it may be rejected.`);
  plan.steps.push({
    tool: "exotel_set_trunk_alias",
    arguments: { trunk_sid: trunkSid, alias: value },
    effect: "change",
    reason: current === undefined ? "Outbound calls show it." : `Outbound calls show ${quoteText(current)} now.`,
  });
}
