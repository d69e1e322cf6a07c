import type * as z from "zod";
import { brokenRule } from "../broken-rule.ts";
import { lenient } from "../lenient.ts";
import { cleanText } from "../text.ts";
import type { TrunkPlan } from "./planner.ts";
import type { Setup } from "./setup.ts";

/** A setup's options as a carrier's schema has them; nothing where one breaks a rule, which is asked about. `unknown`: the question about an option that the carrier does not have. */
export function readSetupOptions<Schema extends z.ZodType>(
  schema: Schema,
  options: Setup["options"] = {},
  at: string,
  plan: TrunkPlan,
  unknown: (name: string) => string,
): z.infer<Schema> | undefined {
  const ask = (path: string, question: string) => plan.questions.push({ field: `${at}options.${cleanText(path, 80)}`, question });
  const { data, error } = schema.safeParse(lenient(schema, options));
  for (const issue of error?.issues ?? []) {
    const path = issue.path.map(String);
    if (issue.code !== "unrecognized_keys") ask(path.join("."), `${cleanText(brokenRule(issue.message), 200)}.`);
    else for (const key of issue.keys) ask([...path, key].join("."), unknown(key));
  }
  return data;
}
