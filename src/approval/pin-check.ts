import type { Pin } from "../core/store/store.ts";
import type { PinProblem, Problem } from "./words.ts";

/** The problem with this PIN; undefined when it is right, or none is set. An empty one costs no try. */
export async function pinProblem(pin: Pin, typed: string | undefined): Promise<PinProblem | undefined> {
  if (!(await pin.isSet())) return undefined;
  if (typed === undefined || typed === "") return "pin_missing";
  const check = await pin.check(typed);
  if (check === "wrong") return "pin_wrong";
  return check === "locked" ? "pin_locked" : undefined;
}

export const problemStatus = {
  name_missing: 422,
  name_wrong: 422,
  secret_missing: 422,
  pin_missing: 422,
  pin_wrong: 403,
  pin_locked: 429,
} as const satisfies Record<Problem, number>;
