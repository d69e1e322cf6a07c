import type { Step } from "../../core/carrier/planner.ts";
import type { ErrorCode, TrunkError } from "../../core/errors.ts";
import { TrunkMoved } from "./step-guard.ts";

/** Errors of one step alone. Any other is the carrier's, or its account's, and meets the next step too. */
const ofOneStep: readonly ErrorCode[] = ["invalid_input", "conflict", "not_found", "unsupported", "approval_refused"];

export function endsCarrier({ code }: TrunkError): boolean {
  return !ofOneStep.includes(code);
}

/** A carrier that refused this many steps is asked for no more. */
const MOST_REFUSED = 10;

interface Failed {
  step: Step;
  error: TrunkError;
}

/** The steps of one run that failed or are in doubt, and those that must not be sent because of them. */
export class Refusals {
  readonly failed: Failed[] = [];
  /** Steps that failed, and those held back because of them: the next step may need either. */
  readonly #missing: Step[] = [];
  /** Tools that make a trunk, or take one away. */
  readonly #ofTrunks: ReadonlySet<string>;
  readonly #isConnected: boolean;

  constructor(ofTrunks: ReadonlySet<string>, isConnected = false) {
    this.#ofTrunks = ofTrunks;
    this.#isConnected = isConnected;
  }

  add(step: Step, error: TrunkError): void {
    this.failed.push({ step, error });
    this.#missing.push(step);
  }

  /** Whether the step has to wait. */
  holds(step: Step): boolean {
    if (this.failed.some(({ error }) => this.#isConnected || error instanceof TrunkMoved)) return true;
    const own = this.failed.filter((one) => one.step.provider === step.provider);
    if (own.length === 0) return false;
    const isOver = own.length >= MOST_REFUSED || own.some(({ error }) => endsCarrier(error));
    if (!isOver && !this.#missing.some((missing) => this.#needs(step, missing))) return false;
    this.#missing.push(step);
    return true;
  }

  /** Whether a step may count on one that comes before it; where that cannot be told, it may. */
  #needs(step: Step, before: Step): boolean {
    if (step.provider !== before.provider) return false;
    if (step.chain !== undefined && step.chain === before.chain) return true;
    const isAdded = step.effect === "create" && before.effect === "create";
    // The new is made before the old is removed: on one trunk only what is added to it stands alone.
    if (step.trunk === before.trunk) return !isAdded || this.#ofTrunks.has(before.tool);
    if (step.effect === "destroy") return before.effect !== "destroy";
    return before.effect === "destroy" && shareValue(step, before);
  }
}

/** Shorter values are modes, masks and flags. */
const TELLING = 6;

/** One takes off what the other puts on, such as a number that moves. */
function shareValue(step: Step, before: Step): boolean {
  const taken = Object.values(before.arguments);
  return Object.values(step.arguments).some((value) => typeof value === "string" && value.length >= TELLING && taken.includes(value));
}

/**
 * Whether the plan that finishes this one would be refused alike: neither time nor a fresh look at the trunk changes it. Undefined
 * where the error does not tell: a check of our own found something missing or taken, and that plan may go round it.
 */
export function isLasting(error: TrunkError): boolean | undefined {
  const { code, details } = error;
  if (error instanceof TrunkMoved) return false;
  if (code === "conflict" || code === "not_found") return details.status !== undefined || undefined;
  return ["invalid_input", "unsupported", "unauthorized", "forbidden", "not_configured"].includes(code);
}
