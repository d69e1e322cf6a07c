import type { Repair, Verdict } from "./diagnosis.ts";

interface More {
  evidence?: string | undefined;
  remedy?: string | undefined;
  repair?: readonly (Repair | undefined)[] | undefined;
}

function verdict(status: Verdict["status"], title: string, { evidence, remedy, repair = [] }: More): Verdict {
  const calls = repair.filter((call) => call !== undefined);
  return {
    status,
    title,
    ...(evidence === undefined ? {} : { evidence }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(calls.length > 0 ? { repair: calls } : {}),
  };
}

/** A clause of the sentence about what is right, or nothing; `evidence` is what was looked at. */
export const pass = (title: string, evidence?: string): Verdict => verdict("pass", title, { evidence });
export const warn = (title: string, more: More): Verdict => verdict("warn", title, more);
export const fail = (title: string, more: More): Verdict => verdict("fail", title, more);
export const unknown = (title: string, more: More = {}): Verdict => verdict("unknown", title, more);
export const manual = (title: string, more: More): Verdict => verdict("manual", title, more);

/** Everything that is wrong, or the clause that nothing is. */
export function orPass(found: readonly (Verdict | undefined)[], title: string, evidence?: string): Verdict[] {
  const wrong = found.filter((one) => one !== undefined);
  return wrong.length > 0 ? wrong : [pass(title, evidence)];
}
