import type * as z from "zod";
import { allPages } from "../../core/carrier/all-pages.ts";
import { type Path, path, type Wire } from "../../core/carrier/wire.ts";
import { pageOf, type twilioAnswers } from "./answers.ts";

/** One account's way to Twilio. */
export interface TwilioApi {
  wire: Wire;
  accountSid: string;
  answers: ReturnType<typeof twilioAnswers>;
}

/** The input of an operation on one trunk. */
export interface OnTrunk {
  trunk_sid: string;
}

export type ListKind = "IpAccessControlLists" | "CredentialLists";

/** The name of each kind of list in answers. */
export const listKeys = { IpAccessControlLists: "ip_access_control_lists", CredentialLists: "credential_lists" } as const;

/** Beside trunks, whose host is the wire's own. */
export type OtherBase = "api" | "voice";

export interface Page {
  from?: string | undefined;
  limit?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface Rows<T> {
  rows: T[];
  next: string | undefined;
}

export const trunksPath = path`/v1/Trunks`;

export function trunkPath(trunkSid: string): Path {
  return path`/v1/Trunks/${trunkSid}`;
}

/** A list of a trunk's own, or one row of it. */
export function onTrunkPath(trunkSid: string, list: ListKind | "OriginationUrls" | "PhoneNumbers" | "Recording", sid?: string): Path {
  return sid === undefined ? path`/v1/Trunks/${trunkSid}/${list}` : path`/v1/Trunks/${trunkSid}/${list}/${sid}`;
}

/** The lists of an account stand in the older API, whose paths end in .json. */
export function listPath({ accountSid }: TwilioApi, kind: ListKind, listSid?: string): Path {
  return listSid === undefined
    ? path`/2010-04-01/Accounts/${accountSid}/SIP/${`${kind}.json`}`
    : path`/2010-04-01/Accounts/${accountSid}/SIP/${kind}/${`${listSid}.json`}`;
}

const rowsIn = { IpAccessControlLists: "IpAddresses", CredentialLists: "Credentials" } as const;

export function listRowsPath({ accountSid }: TwilioApi, kind: ListKind, listSid: string, sid?: string): Path {
  const rows = rowsIn[kind];
  return sid === undefined
    ? path`/2010-04-01/Accounts/${accountSid}/SIP/${kind}/${listSid}/${`${rows}.json`}`
    : path`/2010-04-01/Accounts/${accountSid}/SIP/${kind}/${listSid}/${rows}/${`${sid}.json`}`;
}

export function numbersPath({ accountSid }: TwilioApi, sid?: string): Path {
  return sid === undefined
    ? path`/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`
    : path`/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${`${sid}.json`}`;
}

export interface Listing {
  operation: string;
  path: Path;
  base?: OtherBase;
  /** The name of the list in the answer. */
  key: string;
  query?: Record<string, string>;
}

/** Of the 1,000 that the carrier would give, in answers that stay small. */
export const MAX_PAGE_SIZE = 100;

/** One page of a listing. */
export async function readRows<Schema extends z.ZodType>(
  { wire, answers }: TwilioApi,
  { key, query = {}, ...request }: Listing,
  schema: Schema,
  { from, limit = MAX_PAGE_SIZE, signal }: Page,
): Promise<Rows<z.infer<Schema>>> {
  return await wire.send({
    effect: "read",
    method: "GET",
    ...request,
    query: { ...query, PageSize: limit, ...pageOf(from) },
    parse: (answer) => answers.rows(answer, key, schema),
    signal,
  });
}

export function allRows<Schema extends z.ZodType>(
  api: TwilioApi,
  listing: Listing,
  schema: Schema,
  signal?: AbortSignal,
): Promise<z.infer<Schema>[]> {
  return allPages((from) => readRows(api, listing, schema, { from, signal }));
}
