import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { Refusal } from "./refusal.ts";
import type { Call } from "./state.ts";

const LARGEST = 1_000;

/** One page of rows, in the shape of the API that is asked: the older one has the position beside the rows, with paths. */
export function pageAnswer<T extends { sid: string }>(
  call: Call,
  key: string,
  rows: readonly T[],
  toView: (row: T) => unknown,
): EmulatorAnswer {
  const { size, page, start } = position(call, rows);
  const shown = rows.slice(start, start + size);
  const views = { [key]: shown.map(toView) };
  const { self, first, previous, next } = linksOf(call, size, page, start + size < rows.length ? shown.at(-1)?.sid : undefined);
  const at = { page, page_size: size };
  if (call.request.segments[0] !== "api") {
    const meta = { ...at, first_page_url: first, previous_page_url: previous, url: self, next_page_url: next, key };
    return { status: 200, body: { ...views, meta } };
  }
  const begin = page * size;
  const flat = { first_page_uri: first, next_page_uri: next, previous_page_uri: previous, uri: self };
  return { status: 200, body: { ...views, ...flat, ...at, start: begin, end: Math.max(begin + shown.length - 1, 0) } };
}

function position({ request: { query } }: Call, rows: readonly { sid: string }[]): { size: number; page: number; start: number } {
  const size = wholeNumber(query.get("PageSize"), 1) ?? 50;
  if (size > LARGEST) throw new Refusal(20007, `Page size must be at most ${LARGEST}`);
  const page = wholeNumber(query.get("Page"), 0) ?? 0;
  const last = query.get("PageToken")?.slice(TOKEN.length);
  const after = rows.findIndex(({ sid }) => sid === last);
  return { size, page, start: after === -1 ? page * size : after + 1 };
}

const TOKEN = "PT";

function linksOf({ request: { query, segments }, path }: Call, size: number, page: number, last: string | undefined) {
  const host = segments[0] === "api" ? "" : `https://${segments[0] ?? ""}.twilio.com`;
  const link = (page: number, after?: string) => {
    const search = new URLSearchParams(query);
    for (const name of ["PageSize", "Page", "PageToken"]) search.delete(name);
    search.set("PageSize", String(size));
    search.set("Page", String(page));
    if (after !== undefined) search.set("PageToken", TOKEN + after);
    return `${host}${path}?${search}`;
  };
  return {
    self: link(page),
    first: link(0),
    previous: page > 0 ? link(page - 1) : null,
    next: last === undefined ? null : link(page + 1, last),
  };
}

function wholeNumber(text: string | null, smallest: number): number | undefined {
  const value = /^\d{1,9}$/.test(text ?? "") ? Number(text) : undefined;
  return value !== undefined && value >= smallest ? value : undefined;
}
