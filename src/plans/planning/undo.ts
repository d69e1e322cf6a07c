import type { CarrierPlanner, DoneStep, Step, StepDraft } from "../../core/carrier/planner.ts";
import type { Carrier } from "../../core/carrier/provider.ts";
import { type Planners, plannersOf } from "./observe.ts";
import type { Observed } from "./plan-content.ts";

export interface Undo {
  steps: Step[];
  /** Done steps that stay, because nothing is known that would take them back. */
  stays: Step[];
}

/** The steps that take done ones back, last first. They touch nothing that the plan did not make. */
export async function undoSteps(done: readonly DoneStep[], observed: readonly Observed[], carriers: readonly Carrier[]): Promise<Undo> {
  const planners = await plannersOf(carriers);
  const fields = new Map(carriers.map(({ provider }) => [provider.id, provider.trunkField]));
  const before = new Map(observed.map((one) => [`${one.provider} ${one.trunk_id ?? ""}`, one.facts ?? undefined]));
  const created = new Map(done.map((one) => [keyOf(one), createdBy(one, planners)] as const).filter(([, id]) => id !== undefined));
  const steps: Omit<Step, "n">[] = [];
  const stays: Step[] = [];
  for (const one of done.toReversed()) {
    const { step } = one;
    const planner = planners.get(step.provider);
    const field = fields.get(step.provider) ?? "";
    const made = createdBy(one, planners);
    const on = created.get(keyOf(one));
    // A trunk that the plan created goes with everything on it, but what came from another trunk is taken back there first.
    if (made === undefined && on !== undefined && step.chain === undefined) continue;
    // Steps speak of a trunk that they make by its name; it has an id since.
    const known = on === undefined ? one : { ...one, step: { ...step, arguments: { ...step.arguments, [field]: on } } };
    const undone =
      made === undefined
        ? planner?.undo(known, before.get(`${step.provider} ${step.arguments[field]}`))
        : [removal(planner, made, step.tool)].filter((draft) => draft !== undefined);
    if (undone) steps.push(...undone.map((draft) => takingBack(step, draft)));
    else stays.push(step);
  }
  return { steps: steps.map((step, index) => ({ n: index + 1, ...step })), stays };
}

/** Takes back in turns what was done in turns. */
function takingBack({ provider, trunk, chain }: Step, draft: StepDraft): Omit<Step, "n"> {
  return { provider, trunk, ...(chain === undefined ? {} : { chain }), ...draft };
}

function keyOf({ step }: DoneStep): string {
  return `${step.provider} ${step.trunk}`;
}

function createdBy(done: DoneStep, planners: Planners): string | undefined {
  return planners.get(done.step.provider)?.created(done);
}

function removal(planner: CarrierPlanner | undefined, trunkId: string, madeBy: string): StepDraft | undefined {
  return planner && { ...planner.removeTrunk({ trunk_id: trunkId, madeBy }), reason: "The plan had created it." };
}
