import { sizeOf, without } from "../core/carrier/address-sets.ts";
import type { CallerRange, DialledNumbers, Guard, Reach, Route } from "../core/carrier/reach.ts";
import { type Gravity, gravities, type Item, isGrave } from "../core/consequence.ts";
import { cleanText, counted, quoteText } from "../core/text.ts";
import { newlyAllowed } from "./dialled-numbers.ts";

/** A trunk may have this much without a person's word. */
export interface Allowance {
  /** IPv4 addresses in all; with any, also one IPv6 network of /64. */
  callers: number;
  logins: number;
}

export type Difference = Omit<Item, "trunk">;

/** All that another state of a trunk means, the gravest first. `isNew`: `before` is what the carrier gives every new trunk. */
export function compare(before: Reach, after: Reach, allowance: Allowance, isNew: boolean): Difference[] {
  const found = [
    ...callersChange(before.callers, after.callers, allowance),
    ...loginsChange(before.logins, after, allowance),
    ...routesChange(before.routes, after.routes),
    ...aliasChange(before.alias, after.alias),
    ...guardsChange(before.guards, after.guards),
    ...spendingChange(before, after, isNew),
  ];
  return found.sort((a, b) => gravities.indexOf(a.gravity) - gravities.indexOf(b.gravity));
}

function difference(gravity: Gravity, what: string, detail: string, asks = isGrave(gravity)): Difference {
  return { gravity, what: cleanText(what), detail, asks };
}

function callersChange(before: readonly CallerRange[], after: readonly CallerRange[], { callers }: Allowance): Difference[] {
  const gone = before.flatMap((range) => {
    const part = without(range, after);
    return part.length === 0 ? [] : [difference("lost", range.text, lostSentence(range, part))];
  });
  const most = { 4: BigInt(callers), 6: callers > 0 ? 1n : 0n };
  const added = after
    .filter((range) => without(range, before).length > 0)
    .sort((a, b) => Number(b.last - b.first - (a.last - a.first)))
    .map((range) => difference("opened", range.text, openedSentence(range), sizeOf(after, range.family) > most[range.family]));
  return [...gone, ...added];
}

function lostSentence(range: CallerRange, part: readonly { first: bigint; last: bigint }[]): string {
  const whole = part.length === 1 && part[0]?.first === range.first && part[0].last === range.last;
  return `${whole ? "" : "A part of "}${range.text} may no longer place calls.`;
}

function openedSentence({ text, first, last }: CallerRange): string {
  const count = last - first + 1n;
  if (count === 1n) return `${text} may place calls at your cost.`;
  return `All ${count > 2n ** 32n ? "" : `${grouped(Number(count))} `}addresses of ${text} may place calls at your cost.`;
}

function loginsChange(before: readonly string[], { logins: after, loginsUntold = false }: Reach, allowance: Allowance): Difference[] {
  const gone = before.filter((name) => !after.includes(name));
  const added = after.filter((name) => !before.includes(name));
  // A login that takes another's place adds nobody.
  const asks = (loginsUntold || after.length > allowance.logins) && after.length > before.length;
  const others = loginsUntold ? "others that the carrier does not list" : counted(before.length, "other");
  return [
    ...gone.map((name) => difference("lost", name, `The login ${quoteText(name)} stops working at once.`)),
    ...added.map((name) =>
      asks
        ? difference("opened", name, `The login ${quoteText(name)} may place calls, besides ${others}.`)
        : { ...difference("made", name, `The login ${quoteText(name)} may place calls.`), group: "login" },
    ),
  ];
}

function routesChange(before: readonly Route[], after: readonly Route[]): Difference[] {
  const now = new Map(after.map((route) => [route.key, route]));
  const old = new Map(before.map((route) => [route.key, route]));
  const gone = before
    .filter(({ key }) => !now.has(key))
    .map(({ what, to }) => difference("lost", what, `${upper(what)} is taken off: its calls no longer go ${to}.`));
  const moved = before.flatMap((route) => {
    const next = now.get(route.key);
    const to = next && newValue(route.to, next.to, route.whole, next.whole);
    return to === undefined
      ? []
      : [difference("opened", route.what, `${upper(route.what)}: its calls go ${to} at once, and no longer ${route.to}.`)];
  });
  const added = after
    .filter(({ key }) => !old.has(key))
    .map((route) => {
      const beside = before.filter(({ shares }) => shares !== undefined && shares === route.shares);
      return beside.length > 0
        ? difference(
            "opened",
            route.what,
            `${upper(route.what)} gets calls besides ${beside.map(({ what }) => what).join(", ")}: live calls may go there at once.`,
          )
        : { ...difference("made", route.what, `${upper(route.what)}: its calls go ${route.to}.`), group: "route" };
    });
  return [...gone, ...moved, ...added];
}

function aliasChange(before: string | undefined, after: string | undefined): Difference[] {
  if (before === after) return [];
  if (after === undefined) return [difference("lost", `${before}`, `The alias ${before} is removed: calls show the mapped number again.`)];
  const instead = before === undefined ? "the mapped number" : before;
  return [difference("changed", after, `Calls show ${after} instead of ${instead}.`)];
}

function guardsChange(before: readonly Guard[], after: readonly Guard[]): Difference[] {
  return after.flatMap((guard) => {
    const old = before.find(({ name }) => name === guard.name);
    if (old === undefined) return [];
    const becomes = newValue(old.value, guard.value, old.whole, guard.whole);
    if (becomes === undefined) return [];
    const { name, value, level } = guard;
    const sentence = `${name} was ${old.value} and becomes ${becomes}.`;
    if (old.needed && old.level === 0)
      return [difference("lost", `${name} ${value}`, `${sentence} Callers who use the old value are refused.`)];
    if (level > old.level || (level === old.level && level > 0)) return [difference("weakened", `${name} ${value}`, sentence)];
    return [difference("changed", `${name} ${value}`, sentence)];
  });
}

/** The new value in a sentence; undefined: it is the same. Where both are cut before the place in which they differ, that place too. */
function newValue(before: string, after: string, wholeBefore = "", whole = ""): string | undefined {
  if (before !== after) return after;
  if (wholeBefore === whole) return undefined;
  let same = 0;
  while (same < whole.length && wholeBefore[same] === whole[same]) same++;
  return `${after}, in which another part is now ${quoteText(whole.slice(Math.max(0, same - 20)), 120)}`;
}

function spendingChange({ spending: before }: Reach, { spending: after }: Reach, isNew: boolean): Difference[] {
  return [
    ...amountChange(
      "threshold",
      before.threshold,
      after.threshold,
      (amount) => `It may spend ${amount === undefined ? "without limit" : `up to ${amount} in any 24 hours`}`,
      isNew,
    ),
    ...amountChange(
      "capacity",
      before.capacity,
      after.capacity,
      (amount) => `It may carry ${amount === undefined ? "any number of calls" : `up to ${amount} calls`} at the same time`,
      isNew,
    ),
    ...dialledChange(before.dialled, after.dialled),
    ...countriesChange(before.countries, after.countries),
  ];
}

function amountChange(
  name: string,
  before: number | undefined,
  after: number | undefined,
  sentence: (amount: number | undefined) => string,
  isNew: boolean,
): Difference[] {
  if (before === after) return [];
  const more = before !== undefined && (after === undefined || after > before);
  const now = before === undefined ? "there is no limit now" : `${isNew ? "without a person a new one has" : "the limit now is"} ${before}`;
  const stops = after === 0 ? { stops: "No call goes out over it any more." } : {};
  const said = [`${sentence(after)}; ${now}.`, ...Object.values(stops)].join(" ");
  return [{ ...difference(more ? "costs" : "changed", `${name} ${after ?? "without limit"}`, said), ...stops }];
}

function dialledChange(before: DialledNumbers, after: DialledNumbers): Difference[] {
  const more = newlyAllowed(before, after);
  const less = newlyAllowed(after, before);
  return [
    ...more.map((start) => difference("costs", start === "" ? "all destinations" : `destinations ${start}`, allowedSentence(start))),
    ...less.map((start) => ({
      ...difference("changed", start === "" ? "all destinations" : `destinations ${start}`, rejectedSentence(start)),
      stops: rejectedSentence(start),
    })),
  ];
}

function countriesChange(before: readonly string[] = [], after: readonly string[] = []): Difference[] {
  const more = after.filter((country) => !before.includes(country));
  const less = before.filter((country) => !after.includes(country));
  return [
    ...more.map((country) => difference("costs", `destinations ${country}`, `Calls may go to ${cleanText(country)}.`)),
    ...less.map((country) => {
      const stops = `Calls to ${cleanText(country)} are refused.`;
      return { ...difference("changed", `destinations ${country}`, stops), stops };
    }),
  ];
}

function allowedSentence(start: string): string {
  return start === "" ? "Calls may go to all destinations, the dearest included." : `Calls may go to numbers that begin with ${start}.`;
}

function rejectedSentence(start: string): string {
  return start === "" ? "Calls to all destinations are refused." : `Calls to numbers that begin with ${start} are refused.`;
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
