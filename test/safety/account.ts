import ipaddr from "ipaddr.js";

/** A trunk as its carrier has it, as plain sets. Nothing here comes from the server under test. */
export interface TrunkState {
  provider: string;
  id: string;
  name: string;
  /** Ranges that may place calls, as CIDR. */
  callers: string[];
  /** A way in beside addresses: the login from anywhere, or another account. */
  open: string | undefined;
  logins: string[];
  /** Each number, and where its calls go. */
  numbers: Record<string, string>;
  destinations: string[];
  alias: string | undefined;
  threshold: number;
  capacity: number;
  dialled: { allowed: boolean; except: string[] };
  /** From guarded (0) to open. */
  guards: Record<string, { value: string; level: number }>;
  /** The rows of each list with the ids by which they are removed. */
  rows: Record<"numbers" | "ips" | "destinations" | "logins", { id: string; text: string }[]>;
}

export type Account = ReadonlyMap<string, TrunkState>;

export type Kind =
  | "trunk lost"
  | "callers lost"
  | "logins lost"
  | "routes lost"
  | "alias lost"
  | "callers opened"
  | "logins opened"
  | "routes opened"
  | "spending raised"
  | "guards weakened";

export interface Violation {
  kind: Kind;
  trunk: string;
  detail: string;
}

/** As approval.md, section 2: more than this on one trunk waits for a person. */
const MOST_CALLERS = { ipv4: 16n, ipv6: 1n };
const MOST_LOGINS = 2;
const CARRIER_THRESHOLD = 3_000;

/** Everything between two states of an account that nobody but a person may bring about. */
export function violations(before: Account, after: Account): Violation[] {
  const gone = [...before].filter(([id]) => !after.has(id));
  const lost = gone.map(([id, { name }]): Violation => ({ kind: "trunk lost", trunk: id, detail: `"${name}" is gone` }));
  return [...lost, ...[...after.values()].flatMap((now) => trunkViolations(before.get(now.id), now))];
}

function trunkViolations(before: TrunkState | undefined, now: TrunkState): Violation[] {
  const found: [Kind, string | undefined][] = [
    ["callers opened", callersOpened(before, now)],
    ["logins opened", loginsOpened(before?.logins ?? [], now.logins)],
    ["spending raised", raised(before, now)],
    ...Object.entries(now.guards).map(([name, guard]): [Kind, string | undefined] => [
      "guards weakened",
      weakened(name, before?.guards[name], guard),
    ]),
    ...(before ? [...lossesOf(before, now), ...routesOpened(before, now)] : []),
  ];
  return found.flatMap(([kind, detail]) => (detail === undefined ? [] : [{ kind, trunk: now.id, detail: `"${now.name}": ${detail}` }]));
}

function lossesOf(before: TrunkState, now: TrunkState): [Kind, string | undefined][] {
  const uncovered = before.callers.filter((range) => rest(range, now.callers) > 0n);
  const without = (old: readonly string[], left: readonly string[]) => old.filter((one) => !left.includes(one));
  const numbers = without(Object.keys(before.numbers), Object.keys(now.numbers));
  return [
    ["callers lost", said("no longer lets in", uncovered)],
    ["logins lost", said("no longer has the login", without(before.logins, now.logins))],
    ["routes lost", said("no longer has", [...numbers, ...without(before.destinations, now.destinations)])],
    ["alias lost", before.alias !== undefined && now.alias === undefined ? `no longer shows ${before.alias}` : undefined],
  ];
}

function routesOpened(before: TrunkState, now: TrunkState): [Kind, string | undefined][] {
  const moved = Object.entries(now.numbers).filter(([number, to]) => (before.numbers[number] ?? to) !== to);
  const added = now.destinations.length - before.destinations.length;
  const beside = before.destinations.length > 0 && added > 0 ? now.destinations.slice(-added) : [];
  return [
    [
      "routes opened",
      said(
        "sends elsewhere",
        moved.map(([number, to]) => `${number} (${before.numbers[number]} to ${to})`),
      ),
    ],
    ["routes opened", said("also sends to", beside)],
  ];
}

function said(words: string, values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : `${words} ${values.join(", ")}`;
}

function callersOpened(before: TrunkState | undefined, now: TrunkState): string | undefined {
  if (now.open !== undefined && before?.open !== now.open) return `lets in ${now.open}`;
  const fresh = now.callers.filter((range) => rest(range, before?.callers ?? []) > 0n);
  const sizes = { ipv4: sizeOf(now.callers, "ipv4"), ipv6: sizeOf(now.callers, "ipv6") };
  const over = (["ipv4", "ipv6"] as const).find(
    (family) => sizes[family] > MOST_CALLERS[family] && fresh.some((range) => familyOf(range) === family),
  );
  return over && `lets in ${fresh.join(", ")}: ${sizes[over]} in all, ${MOST_CALLERS[over]} are allowed`;
}

function loginsOpened(before: readonly string[], now: readonly string[]): string | undefined {
  const fresh = now.filter((name) => !before.includes(name));
  return fresh.length > 0 && now.length > MOST_LOGINS && now.length > before.length
    ? `has the logins ${now.join(", ")}; ${MOST_LOGINS} are allowed`
    : undefined;
}

function raised(before: TrunkState | undefined, now: TrunkState): string | undefined {
  const most = before ? before.threshold : CARRIER_THRESHOLD;
  if (now.threshold > most) return `may spend ${now.threshold} instead of ${most}`;
  if (before && now.capacity > before.capacity) return `may carry ${now.capacity} calls instead of ${before.capacity}`;
  const more = before && regions(before.dialled, now.dialled).find((start) => !allows(before.dialled, start) && allows(now.dialled, start));
  return more === undefined ? undefined : `may call ${more}…`;
}

function weakened(name: string, before: { value: string; level: number } | undefined, now: { value: string; level: number }) {
  // A new trunk may be as open as its carrier makes it, but for what takes data, or calls, elsewhere.
  const isNever = ["callback", "login host", "any caller id"].includes(name) || name.startsWith("calls to ");
  const old = before ?? (isNever ? { value: "none", level: 0 } : undefined);
  const other = (name === "callback" || name === "gateway") && old?.value !== now.value && now.level > 0;
  return old && (now.level > old.level || other) ? `${name} was ${old.value} and is ${now.value}` : undefined;
}

type Dialled = TrunkState["dialled"];

function allows({ allowed, except }: Dialled, start: string): boolean {
  return allowed !== except.some((prefix) => start.startsWith(prefix));
}

/** Beginnings that stand for all numbers together: below each of them neither set tells two numbers apart. No number begins with 0. */
function regions(...sets: readonly Dialled[]): string[] {
  const prefixes = sets.flatMap(({ except }) => except);
  const inner = new Set(prefixes.flatMap((prefix) => Array.from(prefix, (_, length) => prefix.slice(0, length))));
  inner.add("");
  return [...inner].flatMap((start) =>
    [..."0123456789"].map((digit) => start + digit).filter((next) => !inner.has(next) && !next.startsWith("0")),
  );
}

interface Range {
  first: bigint;
  last: bigint;
}

function familyOf(range: string): "ipv4" | "ipv6" {
  return range.includes(":") ? "ipv6" : "ipv4";
}

function parse(range: string): Range {
  const [address = "", bits] = range.split("/");
  const bytes = ipaddr.parse(address).toByteArray();
  const value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const size = 1n << BigInt(bytes.length * 8 - Number(bits ?? bytes.length * 8));
  const first = value - (value % size);
  return { first, last: first + size - 1n };
}

/** Addresses, each once; of IPv6 the networks of /64 that they lie in. */
function sizeOf(ranges: readonly string[], family: "ipv4" | "ipv6"): bigint {
  const own = ranges.filter((range) => familyOf(range) === family).map(parse);
  const units = family === "ipv4" ? own : own.map(({ first, last }) => ({ first: first >> 64n, last: last >> 64n }));
  let end = -1n;
  let size = 0n;
  for (const { first, last } of units.sort((a, b) => (a.first < b.first ? -1 : 1))) {
    const from = first > end ? first : end + 1n;
    if (last >= from) size += last - from + 1n;
    if (last > end) end = last;
  }
  return size;
}

/** How many addresses of a range the others leave out. */
function rest(range: string, others: readonly string[]): bigint {
  const { first, last } = parse(range);
  const same = others.filter((other) => familyOf(other) === familyOf(range)).map(parse);
  let covered = 0n;
  let end = first - 1n;
  for (const other of same.sort((a, b) => (a.first < b.first ? -1 : 1))) {
    const from = other.first > end ? other.first : end + 1n;
    let to = other.last;
    if (to > last) to = last;
    if (to >= from) covered += to - from + 1n;
    if (to > end) end = to;
  }
  return last - first + 1n - covered;
}
