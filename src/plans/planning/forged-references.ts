import { readLoginReference } from "../../core/carrier/login-reference.ts";
import type { Question } from "../../core/carrier/planner.ts";
import type { PlacedSetup } from "./read-setups.ts";

/** Only this server names the login of another trunk: a caller who could would read the password where it is sent. */
export function forgedReferences(setups: readonly PlacedSetup[]): Question[] {
  return setups.flatMap(({ setup: { login_of: _, ...said }, at }) =>
    textsIn(said).flatMap(([path, text]): Question[] => {
      if (!readLoginReference(text)) return [];
      const question = "A text of this form stands for the login of a trunk, and only connect_trunk passes one on. What is meant?";
      return [{ field: `${at}${path.join(".")}`, question }];
    }),
  );
}

function textsIn(value: unknown): [path: string[], text: string][] {
  if (typeof value === "string") return [[[], value]];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner).map(([path, text]): [string[], string] => [[key, ...path], text]));
}
