import * as z from "zod";
import { digest } from "../../core/canonical.ts";
import { questionSchema, stepSchema, trunkFactsSchema, unchangedSchema } from "../../core/carrier/planner.ts";
import { plannedSetupSchema, type Setup } from "../../core/carrier/setup.ts";
import { credentialSchema, trunkDetailSchema } from "../../core/carrier/trunk.ts";
import { bareDestination } from "../../rules/destination.ts";
import { toCidr } from "../../rules/range.ts";

/** One trunk as it was when a plan was made. */
export const observedSchema = z.object({
  provider: z.string(),
  trunk: z.string(),
  /** Absent: there was no such trunk. */
  trunk_id: z.string().optional(),
  /** Digest of `facts`, and of nothing else: the rest of the trunk may change. */
  fingerprint: z.string(),
  facts: trunkFactsSchema.nullable(),
  /** All that was read of it, without passwords: steps are judged from here. */
  detail: trunkDetailSchema.extend({ credentials: z.array(credentialSchema.omit({ password: true })).optional() }).optional(),
});
export type Observed = z.infer<typeof observedSchema>;

export const planContentSchema = z.object({
  /** The outcome that a person wants, where the steps alone do not tell it. */
  purpose: z.array(z.string()).optional(),
  /** Both ends of a connection, or the way back from one: each step counts on all before it, at whichever carrier. */
  connected: z.literal(true).optional(),
  setups: z.array(plannedSetupSchema),
  prune: z.boolean(),
  /** The carriers whose other trunks that takes away; absent: all of the setups'. */
  pruned: z.array(z.string()).optional(),
  steps: z.array(stepSchema),
  unchanged: z.array(unchangedSchema),
  warnings: z.array(z.string()),
  /** Notes on the steps that an approval repeats: which calls stop, what stays elsewhere. */
  remarks: z.array(z.string()).optional(),
  /** Tasks for a person, which no call can do. */
  next: z.array(z.string()),
});
export type PlanContent = z.infer<typeof planContentSchema>;

/** Ask or warn at most this often at once: a person answers these first. */
export const MOST_SAID = 30;

export function firstSaid(sentences: readonly string[]): string[] {
  const unique = [...new Set(sentences)];
  if (unique.length <= MOST_SAID) return unique;
  return [...unique.slice(0, MOST_SAID - 1), `${unique.length - MOST_SAID + 1} more warnings of this kind.`];
}

/** All that a reader of the steps is warned of; which calls stop comes first. */
export function warningsOf({ warnings, remarks = [] }: Pick<PlanContent, "warnings" | "remarks">): string[] {
  return firstSaid([...remarks, ...warnings]);
}

export const questionsSchema = z.object({
  kind: z.literal("questions"),
  questions: z.array(questionSchema),
  warnings: z.array(z.string()),
});

/** Either something to ask the person, or a plan and the state that it was made against. */
export type Planned = z.infer<typeof questionsSchema> | { kind: "plan"; content: PlanContent; observed: Observed[] };

/** The same id for the same meaning: neither the order of keys nor that of sets counts. */
export function planId(content: PlanContent, observed: readonly Observed[], principal: string, policyDigest: string): string {
  const steps = content.steps.map(({ n: _, ...step }) => step);
  const seen = observed.map(({ provider, trunk_id, trunk, fingerprint }) => ({ provider, trunk: trunk_id ?? trunk, fingerprint }));
  const meaning = [
    asSet(content.setups.map(normalSetup)),
    content.prune,
    ...(content.pruned ?? []),
    asSet(steps),
    asSet(seen),
    principal,
    policyDigest,
  ];
  return `plan_${digest(...meaning).slice(0, 32)}`;
}

/** One spelling for one meaning. */
function normalSetup({ numbers, ips, destinations, credentials, ...rest }: Setup): object {
  return {
    ...rest,
    numbers: numbers && sorted(numbers),
    ips: ips && sorted(ips.map(toCidr)),
    destinations: destinations && sorted(destinations.map(bareDestination)),
    credentials: credentials && sorted(credentials),
  };
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

function asSet(values: readonly object[]): string[] {
  return sorted(values.map((value) => digest(value)));
}
