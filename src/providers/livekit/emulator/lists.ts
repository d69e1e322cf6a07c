import { refusal } from "./answers.ts";
import { fieldOf, isObject } from "./messages.ts";
import type { Call, Json, Kind } from "./state.ts";

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** In order of ids, after the one that is named. Only the Cloud keeps to a limit. */
export function pageOf({ body, state, dialect }: Call, kind: Kind, fits: (row: Json) => boolean): { items: Json[] } {
  const page = fieldOf(body, "page");
  const { after = "", limit = 0 } = isObject(page)
    ? { after: String(fieldOf(page, "after_id") ?? ""), limit: Number(fieldOf(page, "limit") ?? 0) }
    : {};
  const rows = [...state[kind]].filter(([id, row]) => id > after && fits(row)).sort(([a], [b]) => (a < b ? -1 : 1));
  const items = rows.map(([, row]) => row);
  return { items: dialect.keepsLimit && limit > 0 ? items.slice(0, limit) : items };
}

/** ListUpdate: the whole list, or entries to add and to remove. */
export function updatedList(now: unknown, update: unknown): string[] {
  const given = isObject(update) ? update : {};
  const [set, add, remove] = [texts(given["set"]), texts(given["add"]), texts(given["remove"])];
  checkListUpdate(given["clear"] === true, set, [...add, ...remove]);
  if (given["clear"] === true || set.length > 0) return set;
  const present = texts(now);
  return [...present.filter((entry) => !remove.includes(entry)), ...add.filter((entry) => !present.includes(entry))];
}

function checkListUpdate(clears: boolean, set: readonly string[], changes: readonly string[]): void {
  const all = [...set, ...changes];
  if (clears && all.length > 0) throw refusal("invalid_argument", "cannot clear and change the list at the same time");
  const isNothing = !clears && all.length === 0;
  if (isNothing || all.includes("") || (set.length > 0 && changes.length > 0))
    throw refusal("invalid_argument", "unsupported list update operation");
}

/** Strings of digits and separators only: separators go, and a plus sign comes. */
export function normalized(number: string): string {
  return /^\+?[\d\s()-]+$/.test(number) ? `+${number.replace(/\D/g, "")}` : number;
}
