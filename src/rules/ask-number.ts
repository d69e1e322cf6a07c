import type { Question, TrunkTask } from "../core/carrier/planner.ts";

/** A person compares so many numbers at a glance. */
const MOST_OFFERED = 5;

/** A question about a number, with the account's free ones to choose from: first those that begin like the one that was said. */
export function askNumber(
  { freeNumbers = [] }: Pick<TrunkTask, "freeNumbers">,
  { field, question, said = "" }: Pick<Question, "field" | "question"> & { said?: string },
): Question {
  const near = freeNumbers.toSorted((a, b) => alike(b, said) - alike(a, said) || (a < b ? -1 : 1));
  return { field, question, ...(near.length > 0 ? { candidates: near.slice(0, MOST_OFFERED) } : {}) };
}

function alike(number: string, said: string): number {
  const other = [...number].findIndex((digit, index) => digit !== said[index]);
  return other === -1 ? number.length : other;
}
