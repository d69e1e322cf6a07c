import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import {
  type Dialect,
  type Exchange,
  type FaultKind,
  type FaultPolicy,
  type Outcome,
  type Page,
  pageOf,
  Refusal,
  type Row,
  success,
} from "./dialect.ts";

const PAGE_SIZE = 50;
/** The carrier says that a maximum is enforced, not which; a client has to read it off the metadata. */
const MAX_PAGE_SIZE = 100;

/** Error table of TRUNK_ERRORS_README@27fef74 (January 2026), measured by its authors. */
const faults = {
  unauthenticated: { http: 401, status: 401, code: 1010, message: "Authorization failed" },
  foreign_account: { http: 403, status: 403, code: 1003, message: "Authorization failed" },
  unknown_trunk: { http: 403, status: 403, code: 1003, message: "Authorization failed" },
  not_found: { http: 404, status: 404, code: 1000, message: "Not Found" },
  wrong_method: { http: 405, status: 405 },
  wrong_content_type: { http: 415, status: 415, code: 1011, message: "unsupported content type" },
  // The trailing space is the carrier's.
  unreadable_body: { http: 400, status: 400, code: 1007, message: "Invalid request body,failed parsing " },
  missing: { http: 400, status: 400, code: 1001, message: "Mandatory Parameter missing" },
  invalid: { http: 400, status: 400, code: 1002, message: "Invalid parameter" },
  invalid_trunk: { http: 400, status: 400, code: 1002, message: "Invalid parameter" },
  unroutable_number: { http: 404, status: 404, code: 1000, message: "Not Found" },
  duplicate: { http: 200, status: 409, code: 1008, message: "Duplicate resource" },
  rate_limited: { http: 429, status: 429 },
} satisfies Record<FaultKind, FaultPolicy>;

/** The service as two independent sources measured it in 2025 and 2026. */
export const observed: Dialect = {
  smallestMask: 16,
  credentialsArePair: false,
  destinationId: (serial) => String(2542 + serial),
  answer(exchange, outcome) {
    switch (outcome.kind) {
      case "single":
      case "deleted":
        return answer(exchange, 200, success(outcome.data));
      case "list":
        return listAnswer(exchange, outcome);
      case "batch":
        return batchAnswer(exchange, outcome);
    }
  },
  refuse(exchange, refusal) {
    const headers = refusal.headers ? { headers: refusal.headers } : {};
    if (refusal.kind === "rate_limited") {
      // The gateway in front of the API refuses here, and it does not know the API's envelope.
      return { status: 429, ...headers, body: { RestException: { Status: 429, Message: refusal.message } } };
    }
    return { ...answer(exchange, faults[refusal.kind].http, failure(refusal)), ...headers };
  },
};

function answer(exchange: Exchange, status: number, response: unknown, metadata?: unknown): EmulatorAnswer {
  return {
    status,
    body: {
      request_id: exchange.requestId,
      method: exchange.request.method,
      http_code: status,
      ...(metadata ? { metadata } : {}),
      response,
    },
  };
}

function failure(refusal: Refusal): Record<string, unknown> {
  const policy: FaultPolicy = faults[refusal.kind];
  const error = { code: policy.code, message: policy.message, description: refusal.message };
  return { code: policy.status, error_data: policy.code ? error : null, status: "failure", data: null };
}

function listAnswer(exchange: Exchange, list: Extract<Outcome, { kind: "list" }>): EmulatorAnswer {
  const page = pageOf(exchange.request.query, PAGE_SIZE, MAX_PAGE_SIZE);
  // Newest first, as the one measured list with two rows has them.
  const rows = list.rows.toReversed().slice(page.offset, page.offset + page.size);
  if (rows.length === 0) return answer(exchange, 200, []);
  const counts = list.counted ? { total: list.rows.length, page: Math.floor(page.offset / page.size) + 1 } : {};
  return answer(exchange, 200, rows.map(success), { ...counts, ...pageLinks(exchange, page, list.rows) });
}

function pageLinks(exchange: Exchange, { offset, size }: Page, rows: readonly Row[]): Record<string, unknown> {
  const uri = (start: number) => {
    const query = new URLSearchParams(exchange.request.query);
    query.set("offset", String(start));
    query.set("page_size", String(size));
    query.sort();
    return `/${exchange.request.segments.map(encodeURIComponent).join("/")}?${query}`;
  };
  return {
    page_size: size,
    first_page_uri: uri(0),
    prev_page_uri: offset > 0 ? uri(Math.max(0, offset - size)) : null,
    next_page_uri: offset + size < rows.length ? uri(offset + size) : null,
  };
}

function batchAnswer(exchange: Exchange, batch: Extract<Outcome, { kind: "batch" }>): EmulatorAnswer {
  const total = batch.results.length;
  const failed = batch.results.filter((result) => result instanceof Refusal).length;
  const items = batch.results.map((result) => (result instanceof Refusal ? failure(result) : success(result)));
  const metadata = { total, success: total - failed, ...(batch.omitsZero && failed === 0 ? {} : { failed }) };
  // 207 also when every item failed.
  return answer(exchange, failed > 0 ? 207 : 200, items, metadata);
}
