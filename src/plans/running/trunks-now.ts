import { getTrunk } from "../../core/carrier/find-trunk.ts";
import type { Step } from "../../core/carrier/planner.ts";
import { showTrunk } from "../../core/carrier/shown-trunk.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import type { StepTrace, StoredPlan } from "../../core/store/plans.ts";
import type { ToolResult } from "../../core/tool.ts";
import { whyHidden } from "../../pipeline/policy.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { toolsOfTrunks } from "../planning/judge-steps.ts";
import { plannersOf } from "../planning/observe.ts";
import type { Observed, PlanContent } from "../planning/plan-content.ts";
import { doneSteps, trunksOf } from "./follow-ups.ts";
import { contentOf } from "./plan-record.ts";

/** Reading a trunk costs its carrier several requests: the trunks of a large plan are named only. */
const MOST_READ = 3;

type Row = Pick<TrunkDetail, "provider" | "trunk_id" | "trunk_name">;

interface Now {
  /** Absent: it is gone. */
  trunk: TrunkDetail | Row | undefined;
  warnings: string[];
}

/** The trunks that a plan changed and did not remove, and what can be done with them next. `looks`: each as get_trunk shows it. */
export async function trunksNow(plan: StoredPlan, traces: readonly StepTrace[], looks: boolean, scope: Scope): Promise<ToolResult> {
  const { content, observed } = contentOf(plan);
  const done = doneSteps(content, traces);
  const fields = new Map(scope.carriers.map(({ provider }) => [provider.id, provider.trunkField]));
  const known = trunksOf(done, observed, await plannersOf(scope.carriers));
  const ofTrunks = await toolsOfTrunks(done.map(({ step }) => step));
  const changed = known.filter(({ provider, trunk, trunk_id }) => {
    const steps = done.map(({ step }) => step).filter((step) => step.provider === provider);
    const isOn = (step: Step) => step.arguments[fields.get(provider) ?? ""] === trunk_id;
    const isGone = steps.some((step) => step.effect === "destroy" && ofTrunks.has(step.tool) && isOn(step));
    return !isGone && steps.some((step) => step.trunk === trunk || isOn(step));
  });
  const now = await Promise.all(changed.map((one) => readNow(one, looks && changed.length <= MOST_READ, scope)));
  const trunks = now.flatMap(({ trunk }) => (trunk ? showTrunk(trunk) : []));
  const warnings = now.flatMap((one) => one.warnings);
  const next =
    plan.state === "done"
      ? [...withIds(content.next, known, fields), ...now.flatMap(({ trunk }, index) => nextCalls(changed[index], trunk, content, scope))]
      : [];
  return {
    ...(trunks.length > 0 ? { trunks } : {}),
    ...(next.length > 0 ? { next } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

async function readNow({ provider, trunk, trunk_id = "" }: Observed, reads: boolean, { carriers }: Scope): Promise<Now> {
  const named = { provider, trunk_id, trunk_name: trunk };
  if (!reads) return { trunk: named, warnings: [] };
  try {
    return await getTrunk(carriers, trunk_id, provider, new AbortController().signal);
  } catch (error) {
    if (!(error instanceof TrunkError)) throw error;
    if (error.code === "not_found") return { trunk: undefined, warnings: [] };
    return { trunk: named, warnings: [`${trunk} could not be read after the plan. ${error.message}`] };
  }
}

/** A trunk that the plan was to make stands in a sentence as `<trunk_sid of its name>`. */
function withIds(sentences: readonly string[], known: readonly Observed[], fields: ReadonlyMap<string, string>): string[] {
  return sentences.map((sentence) =>
    known.reduce(
      (text, { provider, trunk, trunk_id = "" }) => text.replaceAll(`<${fields.get(provider)} of ${trunk}>`, trunk_id),
      sentence,
    ),
  );
}

const calls = [
  { name: "export_pbx_config", effect: "create", says: "with the format of the PBX writes its configuration", helps: isNewOrLogin },
  { name: "check_trunk", effect: "read", says: "finds what would keep its new destinations from getting calls", helps: hasNewDestination },
] as const;

/** The calls that add something now, with their arguments. */
function nextCalls(
  before: Observed | undefined,
  trunk: Now["trunk"],
  { connected }: Pick<PlanContent, "connected">,
  scope: Scope,
): string[] {
  if (!before || !trunk) return [];
  const given = JSON.stringify({ provider: trunk.provider, trunk_id: trunk.trunk_id });
  return (
    calls
      // A connection has no PBX, and says itself what a person sets up.
      .filter(({ name }) => !connected || name !== "export_pbx_config")
      .filter(({ name, effect, helps }) => helps(before, trunk) && !whyHidden({ name, effect, provider: undefined, toolset: "sip" }, scope))
      .map(({ name, says }) => `${name} ${given} ${says}.`)
  );
}

function isNewOrLogin({ detail }: Observed, { credentials = [] }: Partial<TrunkDetail>): boolean {
  const names = detail?.credentials?.map(({ user_name }) => user_name);
  return detail === undefined || credentials.some(({ user_name }) => names?.includes(user_name) === false);
}

function hasNewDestination({ detail }: Observed, { destination_uris = [] }: Partial<TrunkDetail>): boolean {
  const names = detail?.destination_uris?.map(({ destination }) => destination) ?? [];
  return destination_uris.some(({ destination }) => !names.includes(destination));
}
