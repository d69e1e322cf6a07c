import { TrunkError } from "../core/errors.ts";
import { cleanText } from "../core/text.ts";

/** One thing that `trunkline doctor` looked at. */
export interface Finding {
  check: string;
  status: "ok" | "warn" | "fail";
  says: string;
}

export async function look(check: string, ask: () => Promise<string>, otherwise: "warn" | "fail" = "fail"): Promise<Finding> {
  try {
    return { check, status: "ok", says: await ask() };
  } catch (error) {
    const said = error instanceof Error ? error.message : "failed";
    return { check, status: otherwise, says: error instanceof TrunkError ? inFull(error) : cleanText(said) };
  }
}

/** The general hint of a code tells an agent to ask the operator, who reads this. */
function inFull({ message, details: { hint } }: TrunkError): string {
  return hint === undefined ? message : `${message} ${hint}`;
}
