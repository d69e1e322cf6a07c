import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";

/** Twirp's codes, with their HTTP statuses. */
const statuses = {
  invalid_argument: 400,
  malformed: 400,
  unauthenticated: 401,
  not_found: 404,
  bad_route: 404,
  unknown: 500,
} as const;
type TwirpCode = keyof typeof statuses;

/** A refusal of the emulator, as it is answered. */
export class Refusal extends Error {
  readonly answer: EmulatorAnswer;

  constructor(message: string, answer: EmulatorAnswer) {
    super(message);
    this.answer = answer;
  }
}

export function refusal(code: TwirpCode, msg: string, meta?: Record<string, string>): Refusal {
  return new Refusal(msg, { status: statuses[code], body: { code, msg, ...(meta ? { meta } : {}) } });
}

/** A refusal of the middleware, before the service sees anything. */
export function plainRefusal(text: string): Refusal {
  return new Refusal(text, { status: 401, headers: { "content-type": "text/plain" }, text });
}
