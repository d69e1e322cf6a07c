import type { DialledNumbers } from "../core/carrier/reach.ts";

const DIGITS = [..."0123456789"];

/**
 * The beginnings of numbers that `after` allows and `before` does not, as short as they can be said; `""` is every number.
 * Two lists are compared by what they allow: the prefixes 1 to 9 and 0 under "reject all" are the same as "allow all".
 */
export function newlyAllowed(before: DialledNumbers, after: DialledNumbers): string[] {
  const walk = (start: string, old: readonly string[], now: readonly string[]): string[] => {
    const [wasAllowed, isAllowed] = [allowedAt(before, start, old), allowedAt(after, start, now)];
    if (wasAllowed !== undefined && isAllowed !== undefined) return isAllowed && !wasAllowed ? [start] : [];
    const longer = DIGITS.map((digit) => `${start}${digit}`);
    const found = longer.flatMap((next) => walk(next, touching(old, next), touching(now, next)));
    return longer.every((next) => found.includes(next)) ? [start] : found;
  };
  return walk("", before.exceptions, after.exceptions);
}

/** The exceptions that say something about numbers that begin so. */
function touching(exceptions: readonly string[], start: string): string[] {
  return exceptions.filter((exception) => exception.startsWith(start) || start.startsWith(exception));
}

/** Undefined: some of the numbers that begin so are allowed, and some are not. */
function allowedAt({ otherwise }: DialledNumbers, start: string, exceptions: readonly string[]): boolean | undefined {
  if (exceptions.some((exception) => start.startsWith(exception))) return otherwise === "rejected";
  return exceptions.length === 0 ? otherwise === "allowed" : undefined;
}
