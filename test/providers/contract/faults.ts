import type { Fault } from "../../../src/sandbox/server.ts";

/** The outcome of an operation: its ordinary result, the same found by reading back, or an error. */
export type Outcome = { requests: number } & (
  | { kind: "success" | "settled" }
  | { kind: "error"; code: string; applied?: false | "unknown"; fields?: Record<string, unknown> }
);

export interface FaultCase {
  name: string;
  fault: Fault;
  read?: Outcome;
  write?: Outcome;
  /** From the write on, reads fail too. */
  noReadingBack?: boolean;
}

/** Longer than any operation retries: whoever sent a request again would meet it again, and be counted. */
const ALWAYS = 50;

const success = (requests: number): Outcome => ({ kind: "success", requests });
const settled: Outcome = { kind: "settled", requests: 1 };
const notDone: Outcome = { kind: "error", code: "provider_failed", applied: false, requests: 1 };
const notKnown: Outcome = { kind: "error", code: "outcome_unknown", applied: "unknown", requests: 1 };
const failed = (requests: number): Outcome => ({ kind: "error", code: "provider_failed", requests });

/** The same for both effects, but that a write also says that nothing was applied. */
function refused(code: string, requests = 1, fields: Record<string, unknown> = {}): Required<Pick<FaultCase, "read" | "write">> {
  return { read: { kind: "error", code, fields, requests }, write: { kind: "error", code, fields, requests, applied: false } };
}

const status = (code: number, expected: string): FaultCase => ({
  name: String(code),
  fault: { kind: "status", status: code, times: ALWAYS },
  ...refused(expected),
});

/**
 * The answers are of no carrier's shape, as those of a gateway in front of one: only the status speaks.
 * `sent once` is the point of every write here.
 */
export const faults: readonly FaultCase[] = [
  status(400, "invalid_input"),
  status(401, "unauthorized"),
  status(403, "forbidden"),
  status(404, "not_found"),
  status(409, "conflict"),
  status(422, "invalid_input"),
  { name: "429 once, Retry-After 0", fault: { kind: "status", status: 429, retry_after: "0" }, read: success(2), write: success(2) },
  {
    name: "429, Retry-After 60",
    fault: { kind: "status", status: 429, retry_after: "60", times: ALWAYS },
    ...refused("rate_limited", 1, { retry_after_seconds: 60 }),
  },
  { name: "429 without Retry-After", fault: { kind: "status", status: 429, times: ALWAYS }, ...refused("rate_limited", 3) },
  { name: "500", fault: { kind: "status", status: 500, times: ALWAYS }, read: failed(1), write: notDone },
  { name: "502 in HTML", fault: { kind: "html", status: 502, times: ALWAYS }, read: failed(3), write: notDone },
  { name: "503 once", fault: { kind: "status", status: 503 }, read: success(2) },
  { name: "200 in another shape", fault: { kind: "status", status: 200, times: ALWAYS }, read: failed(1), write: notDone },
  { name: "reset", fault: { kind: "reset", times: ALWAYS }, read: failed(3), write: notDone },
  { name: "reset once", fault: { kind: "reset" }, read: success(2) },
  { name: "truncated JSON", fault: { kind: "truncated", times: ALWAYS }, read: failed(3), write: settled },
  { name: "answer lost after the write", fault: { kind: "lost", times: ALWAYS }, write: settled },
  { name: "answer lost, and no reading back", fault: { kind: "lost", times: ALWAYS }, write: notKnown, noReadingBack: true },
  { name: "stall", fault: { kind: "stall", times: ALWAYS }, read: failed(1), write: notDone },
];

/** A doubt stays a doubt where a dialect's answers do not show afterwards what happened. */
export function withoutReadingBack(outcome: Outcome): Outcome {
  const doubtful = outcome.kind === "settled" || (outcome.kind === "error" && outcome.code === "provider_failed");
  return doubtful ? notKnown : outcome;
}
