import { isIPv4 } from "node:net";
import type { StepDraft, TrunkPlan, TrunkTask } from "../../../core/carrier/planner.ts";
import type { Credential, DestinationUri, PhoneNumber, TrunkDetail, WhitelistedIp } from "../../../core/carrier/trunk.ts";
import { quoteText } from "../../../core/text.ts";
import { checkWhitelistIp } from "../../../rules/address.ts";
import { checkDestination, parseDestination } from "../../../rules/destination.ts";
import { note } from "../../../rules/findings.ts";
import { checkPhoneNumber } from "../../../rules/phone-number.ts";
import { cidr, isCovered, overlapping } from "../../../rules/range.ts";
import { checkMask, checkUserName } from "../input-rules.ts";
import type { Wanted, WantedNumber } from "./wanted.ts";

export interface Lists {
  phone_numbers: PhoneNumber[];
  whitelisted_ips: WhitelistedIp[];
  destination_uris: DestinationUri[];
  credentials: Credential[];
}

export function listsOf(trunk: TrunkDetail | undefined): Lists {
  const { phone_numbers = [], whitelisted_ips = [], destination_uris = [], credentials = [] } = trunk ?? {};
  return { phone_numbers, whitelisted_ips, destination_uris, credentials };
}

/** One trunk's planning: what is wanted, what is there, and what comes of it. */
export interface Planning {
  task: TrunkTask;
  /** The trunk's lists; all of them empty for one that is to be created. */
  live: Lists;
  wanted: Wanted;
  plan: TrunkPlan;
  /** The id, or the name of a trunk that the first step creates. */
  trunkSid: string;
}

export function planNumbers(planning: Planning): void {
  const { task, live, wanted, plan, trunkSid } = planning;
  const mapped = new Map(live.phone_numbers.map((row) => [row.phone_number, row]));
  const elsewhere = new Map(task.elsewhere.map((other) => [other.number, other]));
  for (const want of wanted.numbers.values()) {
    const { number, field, sent, reason } = want;
    const row = mapped.get(number);
    if (row) {
      planMode(planning, want, row.phone_number_id, row.mode ?? "pstn");
      continue;
    }
    const other = elsewhere.get(number);
    if (other) plan.questions.push({ field, question: takenQuestion(number, other.trunk_name, other.trunk_id) });
    note(plan, [checkPhoneNumber(field, number)]);
    const mode = sent === undefined ? {} : { mode: sent };
    plan.steps.push({
      tool: "exotel_map_phone_number",
      arguments: { trunk_sid: trunkSid, phone_number: number, ...mode },
      effect: "create",
      reason,
    });
  }
}

function takenQuestion(number: string, trunkName: string, trunkId: string): string {
  return `${quoteText(number)} is mapped to the trunk ${quoteText(trunkName)} (${trunkId}), and a number is on one trunk only. Unmap it there first, or leave it out?`;
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
export function whitelistAfter({ task, live, wanted }: Planning): string[] {
  const present = live.whitelisted_ips.map(cidr);
  return [...new Set([...(task.prune && wanted.managed.has("ips") ? [] : present), ...wanted.ips.keys()])];
}

/** A destination given by its address is refused unless the address is whitelisted, so it comes with its entry, and keeps it. */
export function wantDestinationAddresses(planning: Planning): void {
  const { task, live, wanted } = planning;
  const present = new Set(live.destination_uris.map((row) => row.destination));
  const stays = task.prune && wanted.managed.has("destinations") ? [] : [...present];
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
    const draft: StepDraft = { tool: "exotel_whitelist_ip", arguments: { trunk_sid: trunkSid, ip, mask }, effect: "create", reason };
    plan.steps.push(draft);
  }
  if (ranges > 0) plan.warnings.push("One of Exotel's guides says that a trunk takes single addresses (/32) only; a range may be refused.");
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

export function planDestinations({ task, live, wanted, plan, trunkSid }: Planning): void {
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
}

/** The documented list of logins is the trunk's own pair, without an id: created ones are not in it. */
export function showsOwnPairOnly({ credentials }: Pick<Lists, "credentials">): boolean {
  return credentials.some((row) => row.credential_id === undefined);
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
  // An empty alias asks for none, which is a removal: pruning sees to it.
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
