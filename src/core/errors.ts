/** The closed list of what can go wrong. A new code is a compile error until `errorPolicies` knows it. */
export type ErrorCode =
  | "invalid_input"
  | "not_configured"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "rate_limited"
  | "unsupported"
  | "approval_required"
  | "approval_refused"
  | "provider_failed"
  | "outcome_unknown"
  | "internal";

/** The effect of a failed write, before anything more is known. */
export type Applied = false | "unknown";

/** `applied`: what the code means for a write. `hint`: the next step, where the thrower has no better one. */
export const errorPolicies = {
  invalid_input: { applied: false, hint: "Correct the field and call again." },
  not_configured: { applied: false, hint: "Ask the operator to set the variables named in the message." },
  unauthorized: { applied: false, hint: "Ask the operator to check the carrier's key; run `trunkline config` to test it." },
  forbidden: { applied: false, hint: "Check that the id belongs to this account and that the account's plan allows it." },
  not_found: { applied: false, hint: "Call list_trunks to see what exists." },
  conflict: { applied: false, hint: "Read what exists before you decide; nothing was changed." },
  rate_limited: { applied: false, hint: "Wait retry_after_seconds, then call again." },
  unsupported: { applied: false, hint: "The carrier has no such operation; use its web console." },
  approval_required: { applied: false, hint: "Ask the person; only a person approves." },
  approval_refused: { applied: false, hint: "Do not ask again unless the person wants it." },
  provider_failed: { applied: "unknown", hint: "The carrier failed. Try again later." },
  outcome_unknown: { applied: "unknown", hint: "Read the trunk before you try again; the carrier may have acted." },
  internal: { applied: "unknown", hint: "This is a fault in Trunkline; the reference names the log line." },
} satisfies Record<ErrorCode, { applied: Applied; hint: string }>;

/** `dismissed`: the form came back without an answer. `not_valid`: the approval is another call's, was used, or its trunk changed. */
export type WordMissing = "declined" | "dismissed" | "wrong_name" | "timed_out" | "operator" | "not_valid";

export interface ErrorDetails {
  hint?: string | undefined;
  field?: string | undefined;
  carrier_code?: string | number | undefined;
  /** The carrier's own words: foreign text, cleaned before it leaves. */
  carrier_message?: string | undefined;
  status?: number | undefined;
  retry_after_seconds?: number | undefined;
  applied?: Applied | undefined;
  /** Why a person's word is missing. */
  reason?: WordMissing | undefined;
  /** Candidates of an ambiguous name, or the id of what stands in the way. */
  candidates?: string[] | undefined;
  /** The handle with which the same call is made again once a person agreed. */
  approval?: string | undefined;
  /** The page or the command with which a person decides. */
  approve_url?: string | undefined;
  approve_command?: string | undefined;
}

/** The only error that crosses rooms on purpose. `message` is our own sentence and says what did not happen. */
export class TrunkError extends Error {
  override readonly name = "TrunkError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }

  get applied(): Applied {
    return this.details.applied ?? errorPolicies[this.code].applied;
  }

  get hint(): string {
    return this.details.hint ?? errorPolicies[this.code].hint;
  }

  /** The same refusal with more known about it; the first words stay. */
  with(details: ErrorDetails): TrunkError {
    return new TrunkError(this.code, this.message, { ...this.details, ...details });
  }
}

/** The meaning of an HTTP refusal whose status has none of the carrier's own. */
export const codeByStatus: Readonly<Record<number, ErrorCode>> = {
  400: "invalid_input",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  405: "unsupported",
  409: "conflict",
  422: "invalid_input",
  429: "rate_limited",
};
