/** Why what a person sent decides nothing. */
export type PinProblem = "pin_missing" | "pin_wrong" | "pin_locked";
export type Problem = "name_missing" | "name_wrong" | PinProblem;

export const problems = {
  name_missing: { field: "name", text: "The name is missing. Nothing was decided." },
  name_wrong: { field: "name", text: "This is not the trunk's name. Nothing was decided." },
  pin_missing: { field: "pin", text: "The PIN is missing. Nothing was done." },
  pin_wrong: { field: "pin", text: "The PIN is wrong. Nothing was done. Five wrong tries lock it for 15 minutes." },
  pin_locked: { field: "pin", text: "The PIN is locked for 15 minutes after five wrong tries. Nothing was done." },
} as const satisfies Record<Problem, { field: "name" | "pin"; text: string }>;
