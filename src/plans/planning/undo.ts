import type { CarrierPlanner, DoneStep, Step, StepDraft } from "../../core/carrier/planner.ts";
import type { Planners } from "./observe.ts";
import type { Observed } from "./plan-content.ts";

export interface Undo {
  steps: Step[];
  /** Steps that were done and stay: what would take them back cannot be told. */
  stays: Step[];
}

/** What takes done steps back, last first, and touches nothing that the plan did not make. */
export function undoSteps(done: readonly DoneStep[], observed: readonly Observed[], planners: Planners): Undo {
  const before = new Map(observed.map((one) => [`${one.provider} ${one.trunk_id ?? ""}`, one.facts ?? undefined]));
  const created = new Set(done.filter((one) => createdBy(one, planners) !== undefined).map(({ step }) => `${step.provider} ${step.trunk}`));
  const steps: Omit<Step, "n">[] = [];
  const stays: Step[] = [];
  for (const one of done.toReversed()) {
    const { step } = one;
    const { provider, trunk } = step;
    const planner = planners.get(provider);
    const id = createdBy(one, planners);
    const drafts = id === undefined ? undefined : [removal(planner, id)].filter((draft) => draft !== undefined);
    // What hangs on a trunk that the plan created goes with it.
    if (id === undefined && created.has(`${provider} ${trunk}`)) continue;
    const undone = drafts ?? planner?.undo(one, before.get(`${provider} ${trunkIdOf(step)}`));
    if (undone) steps.push(...undone.map(({ frees: _, ...draft }) => ({ provider, trunk, ...draft })));
    else stays.push(step);
  }
  return { steps: steps.map((step, index) => ({ n: index + 1, ...step })), stays };
}

function createdBy(done: DoneStep, planners: Planners): string | undefined {
  return planners.get(done.step.provider)?.created(done);
}

function removal(planner: CarrierPlanner | undefined, trunkId: string): StepDraft | undefined {
  return planner && { ...planner.removeTrunk({ trunk_id: trunkId }), reason: "The plan had created it." };
}

/** Steps on existing trunks carry the id, under either of its names. */
function trunkIdOf({ arguments: given }: Step): string {
  return String(given["trunk_sid"] ?? given["trunk_id"] ?? "");
}
