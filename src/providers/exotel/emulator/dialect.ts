import type { EmulatorAnswer, EmulatorRequest } from "../../../core/carrier/emulator.ts";

export type Row = Record<string, string | number | null>;

export type FaultKind =
  | "unauthenticated"
  | "foreign_account"
  | "unknown_trunk"
  | "not_found"
  | "wrong_method"
  | "wrong_content_type"
  | "unreadable_body"
  | "missing"
  | "invalid"
  | "invalid_trunk"
  | "unroutable_number"
  | "duplicate"
  | "rate_limited";

/** A refusal of the emulator, before a dialect gives it a code. */
export class Refusal extends Error {
  readonly kind: FaultKind;
  readonly documented: string;
  readonly headers: Record<string, string> | undefined;

  /** Each dialect has its own sentence for the same fault. */
  constructor(kind: FaultKind, observed: string, documented: string = observed, headers?: Record<string, string>) {
    super(observed);
    this.kind = kind;
    this.documented = documented;
    this.headers = headers;
  }
}

/** The result of an operation, before a dialect gives it a shape. */
export type Outcome =
  | { kind: "single"; data: Row }
  | { kind: "deleted"; data: Row }
  /** Oldest first. `counted`: the metadata also says `total` and `page`, which only the credentials list does. */
  | { kind: "list"; rows: readonly Row[]; counted?: boolean }
  /** `omitsZero`: the metadata leaves `failed` out when nothing failed, which only the settings do. */
  | { kind: "batch"; results: readonly (Row | Refusal)[]; omitsZero?: boolean };

export interface Exchange {
  request: EmulatorRequest;
  /** 32 hex digits; a dialect may print them differently. */
  requestId: string;
}

export interface Dialect {
  smallestMask: number;
  /** The credentials list is one generated pair instead of what was created. */
  credentialsArePair: boolean;
  destinationId(serial: number, host: string, port: string): string;
  answer(exchange: Exchange, outcome: Outcome): EmulatorAnswer;
  refuse(exchange: Exchange, refusal: Refusal): EmulatorAnswer;
}

export interface FaultPolicy {
  http: number;
  /** `response.code`, which is the one to judge by. */
  status: number;
  code?: number;
  message?: string;
}

export function success(data: unknown): Record<string, unknown> {
  return { code: 200, error_data: null, status: "success", data };
}

export interface Page {
  offset: number;
  size: number;
}

export function pageOf(query: URLSearchParams, defaultSize: number, maxSize: number): Page {
  return {
    offset: wholeNumber(query.get("offset"), 0) ?? 0,
    size: Math.min(wholeNumber(query.get("page_size"), 1) ?? defaultSize, maxSize),
  };
}

function wholeNumber(text: string | null, smallest: number): number | undefined {
  const value = /^\d{1,9}$/.test(text ?? "") ? Number(text) : undefined;
  return value !== undefined && value >= smallest ? value : undefined;
}
