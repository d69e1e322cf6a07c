import { TrunkError } from "../errors.ts";

/** A URL path whose every variable part is confined to one segment; made by the `path` tag only. */
export type Path = string & { readonly __path: unique symbol };

/** `path\`/v2/accounts/${sid}/trunks\``: a value cannot add a segment, climb out of one, or start a query. */
export function path(strings: TemplateStringsArray, ...values: string[]): Path {
  const segments = values.map(confine);
  return strings.reduce((whole, text, index) => whole + text + (segments[index] ?? ""), "") as Path;
}

function confine(value: string): string {
  // Dot segments survive percent-encoding: URL parsers resolve `..` and `%2e%2e` alike.
  if (value === "" || /^\.{1,2}$/.test(value) || !value.isWellFormed()) {
    throw new TrunkError("invalid_input", "An id is empty or not an id. Nothing was sent.", {
      hint: "Pass the id as the carrier's list shows it.",
    });
  }
  return encodeURIComponent(value);
}

/** A complete HTTP answer. `json` is undefined when the body is not JSON; in it an integer beyond 2^53 is a string of its digits. */
export interface WireAnswer {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
  json: unknown;
}

interface BaseRequest<T> {
  /** For logs and error messages: `map a phone number`. */
  operation: string;
  path: Path;
  /** One of the account's `otherBases`; absent: its `baseUrl`. */
  base?: string | undefined;
  query?: Record<string, string | number | undefined>;
  /**
   * Turns an answer into a value. A refusal is thrown as a TrunkError; anything else thrown means that
   * the answer could not be understood, which for a write is not the same as "did not happen".
   */
  parse(answer: WireAnswer): T;
  signal?: AbortSignal | undefined;
}

export interface ReadRequest<T> extends BaseRequest<T> {
  effect: "read";
  /** POST where a carrier has no other method: the effect alone tells that it changes nothing, and may be sent again. */
  method: "GET" | "POST";
  body?: unknown;
}

export interface WriteRequest<T> extends BaseRequest<T> {
  effect: "write";
  method: "POST" | "PUT" | "PATCH" | "DELETE";
  /** For a form: strings, numbers, booleans and lists of them. */
  body?: unknown;
  /** Reads the natural key back after a doubtful answer: the value if the write is there, undefined if it is not. */
  settle(moment: WriteMoment): Promise<T | undefined>;
}

export interface WriteMoment {
  /**
   * When the write was sent, by the carrier's own clock: what is older than this was there before us. To be read after
   * reading back, which may be the first that tells the carrier's time.
   */
  readonly since: number;
}

/** Holds calls to more than their requests say. */
export interface CallTerms {
  /** Asked right before a write leaves, after all waiting: throws when it must not leave any more. */
  mayLeave?: (() => void) | undefined;
  /** How long a call may wait for its slot in the carrier's rate; absent: as long as somebody would wait for the answer. */
  maxWaitMs?: number | undefined;
  /** Each question is asked once, where many writes that have all ended are settled. A read that failed is made again. */
  readOnce?: boolean | undefined;
}

export interface Wire {
  send<T>(request: ReadRequest<T>): Promise<T>;
  send<T>(request: WriteRequest<T>): Promise<Sent<T>>;
  /** This wire, with these terms beside those that it has. */
  under(terms: CallTerms): Wire;
  /** A moment of our clock, for a write that another process, or an earlier one, sent then. */
  moment(at: number): WriteMoment;
}

/** `settled`: the answer was lost, and the value was found by reading back. */
export interface Sent<T> {
  value: T;
  settled: boolean;
}

export type BodyEncoding = "json" | "form";

export interface Base {
  baseUrl: string;
  /** The name of the setting that holds `baseUrl`, for error messages. */
  baseUrlSetting: string;
}

export interface WireOptions extends Base {
  /** The carrier account to which the rate applies, whichever base is asked. */
  account: string;
  title: string;
  /** Further hosts that serve the same account, by the name that a request says. */
  otherBases?: Readonly<Record<string, Base>>;
  /** How bodies are written; absent: as JSON. */
  encoding?: BodyEncoding;
  /** Called for each request, so that no secret is kept in a plain string. */
  headers(): Record<string, string>;
  limit: RateLimit;
  /** A header of this carrier's own that says in how many seconds calls are taken again, where there is no Retry-After. */
  resetHeader?: string;
}

export interface RateLimit {
  calls: number;
  perMs: number;
  /** How many calls may be under way at the same moment; absent: as many as the rate lets through. */
  atOnce?: number;
}

export type OpenWire = (options: WireOptions) => Wire;
