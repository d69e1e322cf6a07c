import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";

export interface Row {
  trunk_id: string;
  trunk_name: string;
  trunk_type: string;
  trunk_created_at: string;
  active: boolean;
}

/** A fault of a body as pydantic reports it; `input` is what came, whatever it is. */
export interface Problem {
  type: string;
  loc: (string | number)[];
  msg: string;
  input: unknown;
}

type RefusalKind = "unauthenticated" | "no_such_path" | "invalid" | "not_found" | "inactive" | "failed";

/** A refusal of the emulator, before a dialect gives it a shape. */
export class Refusal extends Error {
  readonly kind: RefusalKind;
  readonly status: number;
  readonly problems: readonly Problem[];

  constructor(kind: RefusalKind, status: number, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.kind = kind;
    this.status = status;
    this.problems = problems;
  }
}

export interface Dialect {
  /** `hash`: 64 hex digits that no other trunk has. */
  trunkId(trunkType: string, hash: string): string;
  listed(row: Row): Record<string, string>;
  refuse(refusal: Refusal): EmulatorAnswer;
}

/** The service as its source has it (ShubhamX-AI/api_livekit @ c71e8d9, 2026-08). */
export const observed: Dialect = {
  trunkId: (trunkType, hash) => (trunkType === "exotel" ? `exotel_${hash.slice(0, 8)}` : `ST_${hash.slice(0, 12)}`),
  listed: ({ trunk_id, trunk_name }) => ({ trunk_id, trunk_name, trunk_created_by_email: "sandbox@example.com" }),
  refuse({ kind, status, message, problems }) {
    // Only the service's own routes answer in its envelope; the framework's routing does not.
    if (kind === "no_such_path") return { status, body: { detail: message } };
    // The message is the exception as Python prints it, with every value that came.
    const text = kind === "invalid" ? `Validation Error: ${problems.length} validation errors:\n  ${JSON.stringify(problems)}` : message;
    return { status, body: { success: false, message: text, data: kind === "invalid" ? { errors: problems } : {} } };
  },
};

/** The service as docs/api/sip describes it. */
export const documented: Dialect = {
  trunkId: (_trunkType, hash) => `ST_${hash.slice(0, 12)}`,
  listed: ({ active: _active, ...row }) => row,
  refuse({ kind, status, message }) {
    const told = documentedRefusals[kind];
    return { status: told?.status ?? status, body: { detail: told?.detail ?? message } };
  },
};

const documentedRefusals: Partial<Record<RefusalKind, { status: number; detail: string }>> = {
  unauthenticated: { status: 401, detail: "Invalid or missing Bearer token" },
  invalid: { status: 400, detail: "Invalid input data or mismatched configuration" },
  failed: { status: 500, detail: "Internal server error during trunk creation" },
};
