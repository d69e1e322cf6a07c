import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { type Dialect, type Exchange, type FaultKind, type FaultPolicy, pageOf, Refusal, type Row, success } from "./dialect.ts";

/** Error table of the superseded API_REFERENCE@e735205, which the carrier's customers were given. */
const faults = {
  unauthenticated: { http: 401, status: 401, code: 1010, message: "Authorization failed" },
  foreign_account: { http: 403, status: 403, code: 1011, message: "Access denied" },
  unknown_trunk: { http: 404, status: 404, code: 1003, message: "Resource not found" },
  not_found: { http: 404, status: 404, code: 1003, message: "Resource not found" },
  wrong_method: { http: 405, status: 405 },
  // The documents have no 415; their 1011 means something else.
  wrong_content_type: { http: 415, status: 415, code: 1000, message: "Invalid request" },
  unreadable_body: { http: 400, status: 400, code: 1000, message: "Invalid request" },
  missing: { http: 400, status: 400, code: 1000, message: "Invalid request" },
  invalid: { http: 400, status: 400, code: 1001, message: "Invalid parameter" },
  // Their one example of a bad trunk field has 1000; a bad number or address has 1001.
  invalid_trunk: { http: 400, status: 400, code: 1000, message: "Invalid request" },
  unroutable_number: { http: 400, status: 400, code: 1001, message: "Invalid parameter" },
  duplicate: { http: 409, status: 409, code: 1002, message: "Resource exists" },
  rate_limited: { http: 429, status: 429, code: 1030, message: "Rate limit exceeded" },
} satisfies Record<FaultKind, FaultPolicy>;

/** The service as its documents of January 2026 describe it. */
export const documented: Dialect = {
  smallestMask: 1,
  credentialsArePair: true,
  destinationId: (serial, host, port) => `du_${host.replace(/[^A-Za-z0-9]/g, "")}_${port}_${String(serial).padStart(3, "0")}`,
  answer(exchange, outcome) {
    switch (outcome.kind) {
      case "single":
        return answer(exchange, 200, success(documentedRow(outcome.data)));
      case "deleted":
        return answer(exchange, 200, success(null));
      case "list": {
        // No metadata would tell a client that there is more, so all rows come unless it asks for fewer.
        const { offset, size } = pageOf(exchange.request.query, Infinity, Infinity);
        return answer(exchange, 200, success(outcome.rows.slice(offset, offset + size).map(documentedRow)));
      }
      case "batch":
        return answer(exchange, 200, outcome.results.map(toItem));
    }
  },
  refuse(exchange, refusal) {
    const headers = refusal.headers ? { headers: refusal.headers } : {};
    return { ...answer(exchange, faults[refusal.kind].http, failure(refusal)), ...headers };
  },
};

function answer(exchange: Exchange, status: number, response: unknown): EmulatorAnswer {
  const body = { request_id: dashed(exchange.requestId), method: exchange.request.method, http_code: status, response };
  return { status, body };
}

function dashed(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Failures have no `data` here, where successes always do. */
function failure(refusal: Refusal): Record<string, unknown> {
  const policy: FaultPolicy = faults[refusal.kind];
  const error = { code: policy.code, message: policy.message, description: refusal.documented };
  return { status: "failure", code: policy.status, error_data: policy.code ? error : null };
}

function toItem(result: Row | Refusal): Record<string, unknown> {
  return result instanceof Refusal ? failure(result) : success(documentedRow(result));
}

/** Only destinations have these three, and the documents do not know them. */
function documentedRow({ type: _type, priority: _priority, weight: _weight, ...row }: Row): Row {
  return row;
}
