import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { Refusal } from "./answers.ts";
import type { Call, Row } from "./state.ts";

export type Filter = (row: Row, value: string) => boolean;

export const equal =
  (name: string): Filter =>
  (row, value) =>
    String(row[name] ?? "") === value;

/** No exact match exists, and three characters are the fewest. */
export const contains =
  (name: string): Filter =>
  (row, value) =>
    String(row[name] ?? "")
      .toLowerCase()
      .includes(value.toLowerCase());

interface Listing {
  /** By the parameter's own spelling inside `filter`, such as `[name][contains]`. */
  filters: Record<string, Filter>;
  /** Filters that need at least three characters. */
  atLeastThree?: readonly string[];
  sorts: readonly string[];
  size: number;
  show(row: Row): Record<string, unknown>;
}

const MAX_SIZE = 250;

export function listed(call: Call, rows: readonly Row[], { filters, atLeastThree = [], sorts, size, show }: Listing): EmulatorAnswer {
  const wanted = [...call.request.query].flatMap(([key, value]) => {
    if (!key.startsWith("filter")) return [];
    const name = key.slice("filter".length);
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
    if (!filter) throw wrong(key, `${key} is not a known filter.`);
    if (atLeastThree.includes(name) && value.length < 3) throw wrong(key, "At least three characters are required.");
    return [(row: Row) => filter(row, value)];
  });
  const found = sorted(
    rows.filter((row) => wanted.every((lets) => lets(row))),
    call,
    sorts,
  );
  const page = { number: whole(call, "page[number]", 1, 1_000_000), size: whole(call, "page[size]", size, MAX_SIZE) };
  const data = found.slice((page.number - 1) * page.size, page.number * page.size).map(show);
  const total_pages = Math.ceil(found.length / page.size);
  const meta = { total_pages, total_results: found.length, page_number: page.number, page_size: page.size };
  return { status: 200, body: { data, meta } };
}

/** Newest first or last, unless `sort` says something else. */
function sorted(rows: readonly Row[], { request, dialect }: Call, sorts: readonly string[]): Row[] {
  const asked = request.query.get("sort");
  if (asked === null) return dialect.newestFirst ? rows.toReversed() : [...rows];
  const name = asked.replace(/^-/, "");
  if (!sorts.includes(name)) throw wrong("sort", `${asked} is not one of ${sorts.join(", ")}.`);
  const ascending = rows.toSorted((a, b) => compare(String(a[name] ?? ""), String(b[name] ?? "")));
  return asked === name ? ascending : ascending.reverse();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function whole({ request }: Call, name: string, initial: number, max: number): number {
  const text = request.query.get(name);
  if (text === null) return initial;
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > max) throw wrong(name, `${name} must be between 1 and ${max}.`);
  return value;
}

function wrong(parameter: string, detail: string): Refusal {
  return new Refusal(400, { code: "10015", detail, parameter });
}
