import { cleanText, quoteText } from "../core/text.ts";

/**
 * Whether a person typed the name that they were shown. Both are compared as they are read: what cannot be seen cannot be
 * typed. Nothing typed is never a name, and a name of invisible characters cannot be agreed to.
 */
export function isNamed(typed: string | undefined, confirm: string): boolean {
  const name = cleanText(confirm);
  return name !== "" && typed !== undefined && cleanText(typed) === name;
}

/** A longer name is typed as its id. */
export const LONGEST_TYPED = 200;

/** Whether a name is shown as it is, and so can be typed: all of it can be seen, and none of it ends our quotation. */
export function isTypeable(name: string): boolean {
  return name !== "" && quoteText(name, LONGEST_TYPED) === `"${name.normalize("NFC")}"`;
}

/** Letters that are drawn alike, by the Latin one: the commonest of Unicode's confusables (TR 39) in Cyrillic and Greek, and 0, 1. */
const drawnAlike: Record<string, string> = Object.fromEntries(
  [
    "aаα",
    "bвβ",
    "cсϲ",
    "eеε",
    "hн",
    "iі1lӏι|",
    "jј",
    "kкκ",
    "mм",
    "nոη",
    "o0оοօ",
    "pрρ",
    "qԛ",
    "sѕ",
    "tтτ",
    "uυս",
    "vνѵ",
    "wԝω",
    "xхχ",
    "yуγ",
  ].flatMap(([latin = "", ...others]) => others.map((other) => [other, latin])),
);

/** The same for two names that a hurried reader takes for one. */
function skeleton(name: string): string {
  const letters = [...cleanText(name).normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()];
  return letters
    .map((letter) => drawnAlike[letter] ?? letter)
    .join("")
    .replaceAll("rn", "m")
    .replace(/[\s_.-]+/g, " ");
}

/** Whether another trunk's name is, or looks like, this one. */
export function looksLikeAnother(name: string, others: readonly string[]): boolean {
  const own = skeleton(name);
  return others.some((other) => skeleton(other) === own);
}
