import { DECIDE_MS } from "../core/person-limits.ts";

/** Reasons why a person's answer decides nothing. */
export type PinProblem = "pin_missing" | "pin_wrong" | "pin_locked";
export type Problem = "name_missing" | "name_wrong" | "secret_missing" | PinProblem;

export const problems = {
  name_missing: { field: "name", text: "The name is missing. Nothing was decided." },
  name_wrong: { field: "name", text: "This is not the trunk's name. Nothing was decided." },
  secret_missing: { field: "secret.password", text: "The password is missing. Nothing was decided." },
  pin_missing: { field: "pin", text: "The PIN is missing. Nothing was done." },
  pin_wrong: { field: "pin", text: "The PIN is wrong. Nothing was done. Five wrong tries lock it for 15 minutes." },
  pin_locked: { field: "pin", text: "The PIN is locked for 15 minutes after five wrong tries. Nothing was done." },
} as const satisfies Record<Problem, { field: string; text: string }>;

/** Said of an approval that nobody decided in time. */
export const expiredText = `Its ${DECIDE_MS / 60_000} minutes are over, and nothing was done. If it is still wanted, have the agent ask again.`;

export const unnameableText = "The trunk's name has no visible character, so you cannot type it.";

/** Under this name the page asks for an input that the agent is not to see. */
export function secretInput(field: string): string {
  return `secret.${field}`;
}
