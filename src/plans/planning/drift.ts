import type { TrunkFacts } from "../../core/carrier/planner.ts";
import { cleanText, quoteText, someOf } from "../../core/text.ts";
import type { Observed } from "./plan-content.ts";

/** The changes since then, in sentences; none when all is as it was. */
export function difference(before: readonly Observed[], now: readonly Observed[]): string[] {
  const later = new Map(now.map((one) => [keyOf(one), one]));
  const known = new Set(before.map(keyOf));
  const changes = before.flatMap((one) => changeOf(one, later.get(keyOf(one))));
  const added = now
    .filter((one) => one.facts && !known.has(keyOf(one)))
    .filter((one) => !before.some((old) => !old.facts && isNamed(old, one)));
  return [...changes, ...added.map((one) => `${named(one)} is new.`)];
}

function keyOf({ provider, trunk, trunk_id }: Observed): string {
  return `${provider} ${trunk_id ?? `name ${trunk}`}`;
}

function isNamed(absent: Observed, present: Observed): boolean {
  return absent.provider === present.provider && absent.trunk === present.trunk;
}

function named({ trunk, provider }: Observed): string {
  return `Trunk ${quoteText(trunk)} on ${provider}`;
}

function changeOf(before: Observed, now: Observed | undefined): string[] {
  if (before.facts === null) return now?.facts === null ? [] : [`${named(before)} exists now; it did not when the plan was made.`];
  if (!now?.facts) return [`${named(before)} is gone.`];
  if (before.fingerprint === now.fingerprint) return [];
  return factChanges(before.facts, now.facts).map((change) => `${named(before)}: ${change}.`);
}

function factChanges(before: TrunkFacts, now: TrunkFacts): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names.flatMap((name) => factChange(name, before[name] ?? null, now[name] ?? null));
}

type Fact = TrunkFacts[string];

function factChange(name: string, before: Fact, now: Fact): string[] {
  if (!Array.isArray(before) && !Array.isArray(now)) {
    return before === now ? [] : [`${name} was ${shown(before)} and is ${shown(now)}`];
  }
  const [old, current] = [asList(before), asList(now)];
  const added = surplus(current, old);
  const removed = surplus(old, current);
  return [
    ...(added.length > 0 ? [`${name} also has ${listed(added)}`] : []),
    ...(removed.length > 0 ? [`${name} no longer has ${listed(removed)}`] : []),
  ];
}

function asList(value: Fact): string[] {
  return Array.isArray(value) ? value : value === null ? [] : [String(value)];
}

/** Counted: the same destination may be there twice. */
function surplus(values: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1);
  return values.filter((value) => {
    const count = left.get(value) ?? 0;
    left.set(value, count - 1);
    return count <= 0;
  });
}

function shown(value: Fact): string {
  return value === null ? "not set" : typeof value === "string" ? quoteText(value) : String(value);
}

function listed(values: readonly string[]): string {
  return someOf(values.map((value) => cleanText(value, 80)));
}
