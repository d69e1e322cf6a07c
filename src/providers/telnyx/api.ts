import * as z from "zod";
import { allPages } from "../../core/carrier/all-pages.ts";
import { type Path, path, type Wire, type WireAnswer } from "../../core/carrier/wire.ts";
import type { Memory } from "../../core/store/store.ts";
import { toTrunkError } from "./errors.ts";
import { type ConnectionType, errorsSchema, metaSchema } from "./json.ts";

/** One account's way to Telnyx. */
export interface TelnyxApi {
  wire: Wire;
  host: string;
  memory: Memory;
}

export interface Page {
  /** The number of the page, as a string of digits. */
  from?: string | undefined;
  limit?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface Rows<T> {
  rows: T[];
  next: string | undefined;
}

/** The largest page that is given. */
export const MAX_PAGE_SIZE = 250;

export const connectionsPath: Path = path`/connections`;
export const ipsPath: Path = path`/ips`;
export const fqdnsPath: Path = path`/fqdns`;
export const profilesPath: Path = path`/outbound_voice_profiles`;
export const numbersPath: Path = path`/phone_numbers`;

/** The list of one kind, or one of its connections. */
export function kindPath(type: ConnectionType, id?: string): Path {
  return id === undefined ? path`/${`${type}_connections`}` : path`/${`${type}_connections`}/${id}`;
}

/** The record of an answer. Every success has one, a removal too. */
export function recordOf<Schema extends z.ZodType>({ host }: TelnyxApi, answer: WireAnswer, schema: Schema): z.infer<Schema> {
  refuse(host, answer);
  return schema.parse(z.object({ data: z.unknown() }).parse(answer.json).data);
}

function refuse(host: string, { status, json }: WireAnswer): void {
  if (status < 400) return;
  const errors = errorsSchema.safeParse(json);
  throw toTrunkError({ status, errors: errors.success ? errors.data.errors : [] }, host) ?? new Error("a failure that is not known");
}

export async function readOne<Schema extends z.ZodType>(
  api: TelnyxApi,
  request: { operation: string; path: Path },
  schema: Schema,
  signal?: AbortSignal,
): Promise<z.infer<Schema>> {
  const parse = (answer: WireAnswer) => recordOf(api, answer, schema);
  return await api.wire.send({ effect: "read", method: "GET", ...request, parse, signal });
}

/** One page of a listing. */
export async function readRows<Schema extends z.ZodType>(
  api: TelnyxApi,
  request: { operation: string; path: Path; query?: Record<string, string | undefined> },
  { from = "1", limit = MAX_PAGE_SIZE, signal }: Page,
  schema: Schema,
): Promise<Rows<z.infer<Schema>>> {
  const listSchema = z.object({ data: z.array(schema), meta: metaSchema });
  const { data, meta } = await api.wire.send({
    effect: "read",
    method: "GET",
    operation: request.operation,
    path: request.path,
    query: { ...request.query, "page[number]": from, "page[size]": limit },
    parse: (answer) => {
      refuse(api.host, answer);
      return listSchema.parse(answer.json);
    },
    signal,
  });
  const isLast = data.length === 0 || Number(from) >= (meta?.total_pages ?? 0);
  return { rows: data as z.infer<Schema>[], next: isLast ? undefined : String(Number(from) + 1) };
}

/** Every row of a listing, page by page. */
export function allRows<Schema extends z.ZodType>(
  api: TelnyxApi,
  request: Parameters<typeof readRows>[1],
  schema: Schema,
  signal?: AbortSignal,
): Promise<z.infer<Schema>[]> {
  return allPages((from) => readRows(api, request, { from, signal }, schema));
}
