import { readFileSync } from "node:fs";

type Environment = Record<string, string | undefined>;

/** Variables that others may set under our prefix. */
const FREE = /^TRUNKLINE_SECRET_/;

/**
 * The first variable that looks like a setting and is none, with the setting that was meant. A server that a person
 * believes to be read-only must not write because of a missing underscore.
 */
export function unknownSetting(given: Environment, settings: readonly string[]): { name: string; meant: string | undefined } | undefined {
  const prefixes = [...new Set(settings.map((name) => name.slice(0, name.indexOf("_") + 1)))];
  const referred = referredIn(given["TRUNKLINE_TENANTS"]);
  const name = Object.keys(given).find(
    (each) =>
      prefixes.some((prefix) => each.startsWith(prefix)) &&
      !settings.includes(each) &&
      !FREE.test(each) &&
      !referred.includes(`"env:${each}"`),
  );
  return name === undefined ? undefined : { name, meant: nearest(name, settings) };
}

/** The tenants file, whose references name variables as it likes. What is wrong with it is said where it is read. */
function referredIn(path: string | undefined): string {
  try {
    return path === undefined ? "" : readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function nearest(name: string, settings: readonly string[]): string | undefined {
  const ranked = settings.map((setting) => ({ setting, distance: distance(name, setting) })).sort((a, b) => a.distance - b.distance);
  const [first] = ranked;
  return first && first.distance <= 4 ? first.setting : undefined;
}

/** Insertions, deletions and replacements between two words (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
