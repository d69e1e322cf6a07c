import { loginReference } from "../../../core/carrier/login-reference.ts";
import { isExact, type TrunkPlan, type TrunkTask } from "../../../core/carrier/planner.ts";
import type { LoginOf } from "../../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../../core/carrier/trunk.ts";
import { given } from "../../../core/given.ts";
import { quoteText } from "../../../core/text.ts";
import { askedForToo } from "../../../rules/planned-rows.ts";
import { cidr, toCidr } from "../../../rules/range.ts";
import { same } from "../compare.ts";
import type { Wanted } from "./options.ts";

/** The differences between a live trunk and the wishes, as the fields of an update. */
export function changedFields(task: TrunkTask, trunk: TrunkDetail, wanted: Wanted, plan: TrunkPlan): Record<string, unknown> {
  plan.unchanged.push({ kind: "trunk", value: trunk.trunk_name });
  for (const [entry, field] of wanted.remove) checkRemoval(trunk, wanted, entry, field, plan);
  return given<Record<string, unknown>>({
    name: wanted.newName?.value === trunk.trunk_name ? undefined : wanted.newName?.value,
    numbers: numbersOf(task, trunk, wanted, plan),
    allowed_addresses: wanted.direction === "inbound" ? addressesOf(task, trunk, wanted, plan) : undefined,
    ...loginOf(trunk, wanted, plan),
    ...changedOptions(trunk, wanted, plan),
  });
}

function changedOptions({ attributes = {} }: TrunkDetail, { options }: Wanted, plan: TrunkPlan): Record<string, unknown> {
  const { agent_name: _, room_prefix: __, auth_password: ___, ...comparable } = options;
  const standard: Record<string, unknown> = { media_encryption: "disable", allowed_numbers: [] };
  const shown = (name: string, value: unknown) => (name === "headers" ? headerLines(value as Record<string, string>) : value);
  const differing = Object.entries(comparable).filter(([name, value]) => !same(shown(name, value), attributes[name] ?? standard[name]));
  const changed = Object.fromEntries(differing);
  for (const name of Object.keys(comparable)) if (!(name in changed)) plan.unchanged.push({ kind: "option", value: name });
  return changed;
}

function headerLines(headers: Record<string, string>): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}

function checkRemoval(
  { phone_numbers = [], whitelisted_ips = [] }: TrunkDetail,
  wanted: Wanted,
  entry: string,
  field: string,
  plan: TrunkPlan,
) {
  if (wanted.numbers.has(entry) || wanted.ips.has(entry)) plan.questions.push({ field, question: askedForToo(entry) });
  const isThere =
    phone_numbers.some(({ phone_number }) => phone_number === entry) || whitelisted_ips.some((row) => cidr(row) === toCidr(entry));
  if (!isThere) plan.warnings.push(`${quoteText(entry)} is no number and no address of this trunk: nothing is taken off.`);
}

/** The whole list to write, or nothing when it is as wanted. */
function numbersOf(
  task: TrunkTask,
  { phone_numbers = [] }: TrunkDetail,
  { numbers, remove }: Wanted,
  plan: TrunkPlan,
): string[] | undefined {
  const present = phone_numbers.map(({ phone_number }) => phone_number);
  for (const number of numbers.keys()) if (present.includes(number)) plan.unchanged.push({ kind: "number", value: number });
  const exact = isExact(task, "numbers");
  const stays = present.filter((number) => !remove.has(number) && (numbers.has(number) || !exact));
  const left = [...stays, ...[...numbers.keys()].filter((number) => !present.includes(number))];
  return same(left, present) ? undefined : left;
}

function addressesOf(
  task: TrunkTask,
  { whitelisted_ips = [] }: TrunkDetail,
  { ips, remove }: Wanted,
  plan: TrunkPlan,
): string[] | undefined {
  const present = whitelisted_ips.map(cidr);
  const named = [...ips.keys()].map(toCidr);
  const going = [...remove.keys()].map(toCidr);
  for (const entry of named) if (present.includes(entry)) plan.unchanged.push({ kind: "ip", value: entry });
  const exact = isExact(task, "ips");
  const stays = present.filter((entry) => !going.includes(entry) && (named.includes(entry) || !exact));
  const left = [...stays, ...named.filter((entry) => !present.includes(entry))];
  return same(left, present) ? undefined : left;
}

/** A trunk has one login at most: another user name replaces it. */
export function loginOf(trunk: TrunkDetail | undefined, wanted: Wanted, plan: TrunkPlan): Record<string, unknown> {
  const { logins, options, direction, loginOf: other } = wanted;
  const [user, ...others] = [...logins];
  if (!user) return other && (other.anew || !trunk?.credentials?.length) ? loginFrom(other) : {};
  const [name, field] = user;
  for (const [, place] of others) plan.questions.push({ field: place, question: "A trunk of LiveKit has one login. Which?" });
  if (!other?.anew && trunk?.credentials?.some(({ user_name }) => user_name === name)) {
    plan.unchanged.push({ kind: "login", value: name });
    return {};
  }
  if (other) return { ...loginFrom(other), auth_username: name };
  if (direction === "outbound" && options.auth_password === undefined) {
    const question = `Under which variable has the operator set the carrier's password for ${quoteText(name)}? Pass options.auth_password env:TRUNKLINE_SECRET_<name>.`;
    plan.questions.push({ field: field.replace(/credentials\.\d+$/, "options.auth_password"), question });
  }
  return { auth_username: name, ...(options.auth_password === undefined ? {} : { auth_password: options.auth_password }) };
}

/** Both halves of a login that the carrier's trunk has when this step runs. */
function loginFrom(other: LoginOf): Record<string, unknown> {
  return { auth_username: loginReference("login", other), auth_password: loginReference("secret", other) };
}
