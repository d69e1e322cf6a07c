/** A rule that an input breaks. `refuse` stops the call before anything is sent, `warn` goes into the result. */
export interface InputFinding {
  level: "refuse" | "warn";
  field: string;
  message: string;
  hint?: string;
}
