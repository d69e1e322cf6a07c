import type * as z from "zod";
import { brokenRule } from "../broken-rule.ts";
import { lenient } from "../lenient.ts";
import { cleanText } from "../text.ts";
import type { TrunkPlan } from "./planner.ts";
import type { Setup } from "./setup.ts";

/**
 * A setup's options as a carrier's schema has them; nothing where one breaks a rule, which is asked about. `unknown`: says that
 * the carrier has no such option; those that it has follow, without `elsewhere`, which a setup has other fields for.
 */
export function readSetupOptions<Schema extends z.ZodObject>(
  schema: Schema,
  options: Setup["options"] = {},
  at: string,
  plan: TrunkPlan,
  { unknown, elsewhere = [] }: { unknown: (name: string) => string; elsewhere?: readonly string[] },
): z.infer<Schema> | undefined {
  const ask = (path: string, question: string) => plan.questions.push({ field: `${at}options.${cleanText(path, 80)}`, question });
  const names = Object.keys(schema.shape)
    .filter((name) => !elsewhere.includes(name))
    .join(", ");
  const { data, error } = schema.safeParse(lenient(schema, options));
  for (const issue of error?.issues ?? []) {
    const path = issue.path.map(String);
    if (issue.code !== "unrecognized_keys") ask(path.join("."), `${cleanText(brokenRule(issue.message), 200)}.`);
    else
      for (const key of issue.keys)
        ask([...path, key].join("."), `${unknown(key)}${path.length === 0 ? ` Options: ${names}.` : " Leave it out."}`);
  }
  return data;
}
