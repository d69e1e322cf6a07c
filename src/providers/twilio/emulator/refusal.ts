import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";

/** Refusals whose HTTP status is known. Nobody has published that of the codes 21xxx. */
const statuses: Readonly<Record<number, number>> = { 20003: 401, 20004: 405, 20008: 403, 20404: 404, 20409: 409 };

/** A refusal of the emulator, before a dialect gives it a status. */
export class Refusal extends Error {
  readonly code: number;
  /** Something that is there already stands in the way. */
  readonly conflict: boolean;

  constructor(code: number, message: string, { conflict = false } = {}) {
    super(message);
    this.code = code;
    this.conflict = conflict;
  }
}

export function conflict(code: number, message: string): Refusal {
  return new Refusal(code, message, { conflict: true });
}

export function invalid(message: string): Refusal {
  return new Refusal(20001, message);
}

export function notFound(path: string): Refusal {
  return new Refusal(20404, `The requested resource ${path} was not found`);
}

export function refused({ code, conflict, message }: Refusal, conflictStatus: number): EmulatorAnswer {
  const status = statuses[code] ?? (conflict ? conflictStatus : 400);
  return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } };
}
