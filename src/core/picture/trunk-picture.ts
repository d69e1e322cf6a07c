import type { TrunkCalls } from "../carrier/picture.ts";
import type { ShownTrunk } from "../carrier/shown-trunk.ts";
import { type Block, facts, heading, note, type Picture, type Pill, rows, type Stop, type Text, theirs, warnings } from "./picture.ts";
import { type Labels, valueText } from "./words.ts";

/** An answer of `get_trunk`. */
export interface ShownResult {
  trunk: ShownTrunk;
  warnings?: string[] | undefined;
  sandbox?: boolean | undefined;
  account?: string | undefined;
}

/** Tells which account an answer is about. */
export function wherePill({ sandbox, account }: Pick<ShownResult, "sandbox" | "account">): Pill[] {
  if (sandbox) return [{ text: "sandbox: no carrier is touched", tone: "plain" }];
  return account === undefined ? [] : [{ text: `live account ${account}`, tone: "care" }];
}

/** The status is the carrier's own word. */
export function trunkPills(trunk: { provider: string; status?: string | undefined }, labels: Labels): Pill[] {
  const { provider, status } = trunk;
  const carrier: Pill = { text: labels.carrier(provider), tone: "plain" };
  return status === undefined ? [carrier] : [{ text: status, tone: isUp(status) ? "plain" : "bad" }, carrier];
}

export function isUp(status: string): boolean {
  return /^(active|enabled)$/i.test(status);
}

export const suspiciousName = "the name may be meant to deceive";

/** Both ways of a call over one trunk, with the place at which it would end. `readAt`: in words. */
export function trunkPicture(result: ShownResult, labels: Labels, calls: TrunkCalls = {}, readAt?: string): Picture {
  const { trunk } = result;
  const { trunk_name, name_suspicious, attributes = {} } = trunk;
  const own = Object.entries(attributes).map(([name, value]) => [labels.field(name), theirs(valueText(value))] as const);
  return [
    heading(theirs(trunk_name), ...trunkPills(trunk, labels), ...wherePill(result)),
    ...(name_suspicious ? [note("bad", `Careful: ${suspiciousName}.`)] : []),
    ...rows(calls.alarms).map((sentence) => note("bad", sentence)),
    ...warnings(result.warnings),
    ...(calls.only === "out" ? [] : callsIn(trunk, labels, calls)),
    ...(calls.only === "in" ? [] : callsOut(trunk, labels, calls)),
    { kind: "facts", rows: [...common(trunk, readAt), ...own] },
  ];
}

function flow(title: string, note: string, stops: Stop[]): Block {
  const broken = stops.some(({ missing }) => missing);
  return { kind: "flow", title, note: broken ? "do not get through" : note, tone: broken ? "care" : "good", stops };
}

function stop(label: string, lines: Text[], missing: string): Stop {
  return { label, lines, missing: lines.length > 0 ? undefined : missing };
}

function carrierStop({ provider, domain_name }: ShownTrunk, labels: Labels): Stop {
  return { label: labels.carrier(provider), lines: [domain_name === undefined ? "the trunk" : theirs(domain_name)] };
}

function callsIn(trunk: ShownTrunk, labels: Labels, { only, isPlatform, answers }: TrunkCalls): Block[] {
  const { phone_numbers, destination_uris } = trunk;
  if (destination_uris === undefined && only !== "in") return [];
  const flows = rows(phone_numbers).flatMap(({ mode = "pstn" }) => (mode === "pstn" ? [] : [mode]));
  const elsewhere = [...new Set(flows)].map((mode) => `the carrier's own ${theirs(mode)}`);
  const ends = [...targets(trunk), ...rows(answers).map(theirs), ...elsewhere];
  const stops = [
    ...(isPlatform ? [{ label: "Who may call in", lines: callerLines(trunk) }] : []),
    ...(phone_numbers ? [stop("Number dialled", numberLines(phone_numbers), "No number: nobody can dial in")] : []),
    carrierStop(trunk, labels),
    stop("Where calls go", ends, "No destination: calls end here"),
  ];
  return [flow("Calls in", "somebody dials a number", stops)];
}

/** The first that is tried first. */
function targets({ destination_uris }: ShownTrunk): Text[] {
  const ordered = [...rows(destination_uris)].sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
  const first = ordered[0]?.priority;
  return ordered.map(({ destination, priority }) => theirs(destination) + (priority === first ? "" : `, if that fails (${priority})`));
}

function callerLines({ whitelisted_ips, credentials }: ShownTrunk): Text[] {
  return [
    ...rows(whitelisted_ips).map(({ ip, mask }) => theirs(rangeText(ip, mask))),
    ...rows(credentials).map(({ user_name }) => `login ${theirs(user_name)}`),
  ];
}

function callsOut(trunk: ShownTrunk, labels: Labels, { isPlatform }: TrunkCalls): Block[] {
  const { whitelisted_ips, credentials, phone_numbers, outbound_caller_id } = trunk;
  if (whitelisted_ips === undefined && credentials === undefined) return [];
  const shown = outbound_caller_id?.number;
  const numbers = shown ? [theirs(shown)] : numberLines(phone_numbers);
  const caller = phone_numbers || shown ? [stop("Number shown", numbers, "No number to show")] : [];
  const at = carrierStop(trunk, labels);
  if (isPlatform) {
    const stops = [
      { ...at, lines: callerLines(trunk) },
      stop("Where calls go", targets(trunk), "No destination: calls end here"),
      ...caller,
    ];
    return [flow("Calls out", "its agents call through your carrier", stops)];
  }
  return [
    flow("Calls out", "your side calls through the carrier", [stop("Who may call", callerLines(trunk), "Nobody may call"), at, ...caller]),
  ];
}

function numberLines(numbers: ShownTrunk["phone_numbers"]): Text[] {
  return rows(numbers).map(({ phone_number, mode = "pstn" }) => theirs(phone_number) + (mode === "pstn" ? "" : ` (${theirs(mode)})`));
}

/** A range of one address is written as the address. */
function rangeText(ip: string, mask: number): string {
  return mask === (ip.includes(":") ? 128 : 32) ? ip : `${ip}/${mask}`;
}

function common({ trunk_id, auth_type, alias, created_at }: ShownTrunk, readAt: string | undefined) {
  const told = (value: string | null | undefined) => (value === undefined ? undefined : theirs(valueText(value)));
  return facts([
    ["Trunk id", told(trunk_id)],
    ["Admission", told(auth_type)],
    ["Alias", told(alias)],
    ["Made", told(created_at)],
    ["Read", readAt],
  ]);
}
