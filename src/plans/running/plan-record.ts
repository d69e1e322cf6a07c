import { digest } from "../../core/canonical.ts";
import { urisShowing } from "../../core/carrier/trunk-uris.ts";
import { TrunkError } from "../../core/errors.ts";
import type { StoredPlan } from "../../core/store/plans.ts";
import type { Policy } from "../../pipeline/policy.ts";
import type { ErrorReport } from "../../pipeline/result.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { type Observed, observedSchema, type PlanContent, planContentSchema } from "../planning/plan-content.ts";

/** A plan as it is stored, with the state that it was made against. */
export interface PlanRecord {
  content: PlanContent;
  observed: Observed[];
}

/** The end of a run, for later answers. */
export interface PlanReport {
  state: "done" | "failed" | "cancelled";
  failed?: FailedStep;
  /** The others, in their order. */
  alsoFailed?: FailedStep[];
  /** When the carrier that refused for now may be asked again. */
  retryAt?: number;
  followUps?: FollowUps;
}

/** A step that was refused, or is in doubt. */
export interface FailedStep {
  n?: number;
  provider?: string;
  /** Its call in words. */
  what?: string;
  error: ErrorReport;
  /** The plan that finishes this one would meet the same refusal, unless somebody acts on it. Absent: the error does not tell. */
  lasting?: boolean | undefined;
}

/** The plans that would finish a stopped plan or take it back, as an answer names them. */
export interface FollowUps {
  finish_plan_id?: string | undefined;
  undo_plan_id?: string | undefined;
}

export function contentOf({ content }: Pick<StoredPlan, "content">): PlanRecord {
  const { content: plan, observed } = content as Record<keyof PlanRecord, unknown>;
  return { content: planContentSchema.parse(plan), observed: observedSchema.array().parse(observed) };
}

/** Resources that show something of the plan's trunks. `known`: the ids of those that it made or looked up. */
export function urisOf({ observed }: PlanRecord, known: ReadonlyMap<string, string>): string[] {
  const seen = observed.map(({ provider, trunk, trunk_id, detail }) => urisShowing(provider, [trunk, trunk_id, detail?.trunk_name]));
  const made = [...known].map(([key, id]) => urisShowing(key.slice(0, key.indexOf(" ")), [key.slice(key.indexOf(" ") + 1), id]));
  return [...new Set([...seen, ...made].flat())];
}

export function reportOf({ report }: Pick<StoredPlan, "report">): PlanReport | undefined {
  return report as PlanReport | undefined;
}

/** A plan is made under the operator's rules, and void under others. */
export function policyDigest({ readOnly, toolsets, approval, ask, plainPasswords }: Policy): string {
  return digest({ readOnly, toolsets, approval, ask, plainPasswords });
}

/** Does not reveal that another principal's plan exists. */
export async function ownPlan(id: string, { store, principal }: Scope): Promise<StoredPlan> {
  const plan = await store.plans.find(id);
  if (plan?.principal === principal) return plan;
  throw new TrunkError("not_found", "There is no such plan. Nothing was done.", { field: "plan_id", hint: "Make one with plan_trunk." });
}
