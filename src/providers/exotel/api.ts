import type * as z from "zod";
import { allPages } from "../../core/carrier/all-pages.ts";
import { type Path, path, type Wire } from "../../core/carrier/wire.ts";
import type { exotelAnswers } from "./answers.ts";

/** One account's way to Exotel. */
export interface ExotelApi {
  wire: Wire;
  accountSid: string;
  answers: ReturnType<typeof exotelAnswers>;
}

export interface Page {
  /** The carrier's offset, as a string of digits. */
  from?: string | undefined;
  limit?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface Rows<T> {
  rows: T[];
  next: string | undefined;
}

export type TrunkList = "phone-numbers" | "whitelisted-ips" | "destination-uris" | "credentials" | "settings";

export function trunksPath({ accountSid }: ExotelApi): Path {
  return path`/v2/accounts/${accountSid}/trunks`;
}

export function trunkPath({ accountSid }: ExotelApi, trunkSid: string): Path {
  return path`/v2/accounts/${accountSid}/trunks/${trunkSid}`;
}

export function listPath({ accountSid }: ExotelApi, trunkSid: string, list: TrunkList): Path {
  return path`/v2/accounts/${accountSid}/trunks/${trunkSid}/${list}`;
}

export function rowPath({ accountSid }: ExotelApi, trunkSid: string, list: TrunkList, id: string): Path {
  return path`/v2/accounts/${accountSid}/trunks/${trunkSid}/${list}/${id}`;
}

/** The carrier's own page size. */
const PAGE_SIZE = 50;
/** No maximum is documented. A carrier that gives less says where the next page begins. */
export const MAX_PAGE_SIZE = 100;

/** One page of a listing. */
export async function readRows<Schema extends z.ZodType, T>(
  api: ExotelApi,
  request: { operation: string; path: Path; query?: Record<string, string | undefined> },
  page: Page,
  schema: Schema,
  view: (record: z.infer<Schema>) => T,
): Promise<Rows<T>> {
  const read = await api.wire.send({
    effect: "read",
    method: "GET",
    operation: request.operation,
    path: request.path,
    query: { page_size: page.limit ?? PAGE_SIZE, offset: page.from ?? "0", ...request.query },
    parse: (answer) => api.answers.rows(answer, schema),
    signal: page.signal,
  });
  return { rows: read.rows.map(view), next: read.next };
}

/** Every row of a listing, page by page. */
export function allRows<T>(list: (page: Page) => Promise<Rows<T>>, signal?: AbortSignal): Promise<T[]> {
  return allPages((from) => forward(list, from, signal));
}

/** The first row that fits; the pages after it are not read. */
export async function firstRow<T>(
  list: (page: Page) => Promise<Rows<T>>,
  fits: (row: T) => boolean,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const rows = await allPages(async (from) => {
    const page = await forward(list, from, signal);
    return page.rows.some(fits) ? { rows: page.rows } : page;
  });
  return rows.find(fits);
}

/** A link that does not lead forward would be followed for ever. */
async function forward<T>(
  list: (page: Page) => Promise<Rows<T>>,
  from: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Rows<T>> {
  const { rows, next } = await list({ from, signal });
  return { rows, next: Number(next) > Number(from ?? 0) ? next : undefined };
}

/** The input of an operation on one trunk. */
export interface OnTrunk {
  trunk_sid: string;
}
