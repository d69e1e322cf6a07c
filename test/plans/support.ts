import { afterEach, beforeEach, expect } from "vitest";
import type { CarrierPlanner, DoneStep, Step } from "../../src/core/carrier/planner.ts";
import type { Setup } from "../../src/core/carrier/setup.ts";
import { inputSchema } from "../../src/core/tool.ts";
import { toolsOfTrunks, withExposure } from "../../src/plans/planning/judge-steps.ts";
import { makePlan } from "../../src/plans/planning/make-plan.ts";
import { observe, plannerOf } from "../../src/plans/planning/observe.ts";
import type { Planned } from "../../src/plans/planning/plan-content.ts";
import type { PlacedSetup } from "../../src/plans/planning/read-setups.ts";
import { effects, needsPerson } from "../../src/plans/planning/step-rows.ts";
import { type ToolName, tools } from "../../tools/index.ts";
import { planners as allPlanners } from "../support/planners.ts";
import { type Options, startTrunkline, type Trunkline, typedIn } from "../support/trunkline.ts";

export type Plan = Extract<Planned, { kind: "plan" }>;

/** A house whose person agrees to whatever is asked, and counts. */
export async function startPlanning(options: Options = {}): Promise<Trunkline & { asked: string[] }> {
  const asked: string[] = [];
  const trunkline = await startTrunkline({
    unlimited: true,
    environment: { TRUNKLINE_SECRET_TWILIO: "a-twilio-token" },
    person: ({ message }) => {
      asked.push(message);
      return { action: "accept", content: { trunk_name: typedIn(message) } };
    },
    ...options,
  });
  return { ...trunkline, asked };
}

/** A house for each test of a file, and a call that has to succeed. */
export function eachPlanning() {
  const each = {
    trunkline: undefined as unknown as Awaited<ReturnType<typeof startPlanning>>,
    async call(tool: string, given: Record<string, unknown>) {
      const { isError, value } = await each.trunkline.call(tool, given);
      expect(isError, `${tool}: ${JSON.stringify(value)}`).toBe(false);
      return value;
    },
  };
  beforeEach(async () => {
    each.trunkline = await startPlanning();
  });
  afterEach(() => each.trunkline.close());
  return each;
}

export function placed(setups: readonly Setup[]): PlacedSetup[] {
  return setups.map((setup, index) => ({ setup, at: index === 0 ? "" : `also.${index - 1}.` }));
}

export async function plan(trunkline: Trunkline, setups: readonly Setup[], { prune = false, sandbox = true } = {}): Promise<Planned> {
  const wanted = placed(setups);
  const live = await observe(wanted, trunkline.scope.carriers, { prune, signal: AbortSignal.timeout(60_000) });
  return await withExposure(makePlan({ setups: wanted, prune, sandbox }, live), trunkline.scope.carriers, trunkline.scope.policy.ask);
}

export async function planned(
  trunkline: Trunkline,
  setups: readonly Setup[],
  options?: { prune?: boolean; sandbox?: boolean },
): Promise<Plan> {
  const made = await plan(trunkline, setups, options);
  if (made.kind === "questions") throw new Error(`questions instead of a plan: ${JSON.stringify(made.questions)}`);
  return made;
}

/**
 * Runs the steps through the real tools, and holds each to what the plan said about asking a person. `asksMore`: a tool that
 * asks by itself what the plan knows, since the plan made the trunk and all that is on it.
 */
export async function apply(trunkline: Trunkline & { asked: string[] }, steps: readonly Step[], asksMore?: string): Promise<DoneStep[]> {
  const done: DoneStep[] = [];
  for (const step of steps) {
    const before = trunkline.asked.length;
    const { isError, value } = await trunkline.call(step.tool, step.arguments);
    expect(isError, `${step.tool} ${JSON.stringify(step.arguments)}: ${JSON.stringify(value)}`).toBe(false);
    // A number that this plan took off another trunk: to its own tool, which sees one trunk, its new route is a first one.
    const asks = (needsPerson(step) && !(step.chain && step.effect === "create")) || step.tool === asksMore;
    expect(trunkline.asked.length - before, `${step.tool} asks as the plan said`).toBe(asks ? 1 : 0);
    done.push({ step, result: value });
  }
  return done;
}

/** Every tool that a step names exists, does what the step says, and takes its arguments. */
export async function checkSteps(steps: readonly Step[]): Promise<void> {
  const ofTrunks = await toolsOfTrunks(steps.filter(({ tool }) => tool in tools));
  for (const step of steps) {
    expect(tools, step.tool).toHaveProperty(step.tool);
    const tool = (await tools[step.tool as ToolName]()).default;
    // On a trunk that the plan makes, a call that replaces something elsewhere is a change.
    const isOnNew = steps.some((one) => one.effect === "create" && ofTrunks.has(one.tool) && one.trunk === step.trunk);
    expect([tool.effect, ...(isOnNew && tool.effect === "destroy" ? ["change"] : [])]).toContain(step.effect);
    const parsed = inputSchema(tool).safeParse(step.arguments);
    expect(parsed.success, `${step.tool}: ${parsed.error?.message}`).toBe(true);
    expect(effects({ steps: [step] }, allPlanners)[0], "a person reads words, not a tool's name").not.toContain(step.tool);
  }
}

export async function planners(trunkline: Trunkline): Promise<Map<string, CarrierPlanner>> {
  const found = new Map<string, CarrierPlanner>();
  for (const { provider } of trunkline.scope.carriers) {
    const planner = await plannerOf(provider);
    if (planner) found.set(provider.id, planner);
  }
  return found;
}

export function calls(steps: readonly Step[]): string[] {
  return steps.map(({ tool, arguments: given }) => `${tool} ${JSON.stringify(given)}`);
}

export function questions(made: Planned): string[] {
  if (made.kind === "plan") throw new Error(`a plan instead of questions: ${calls(made.content.steps).join("; ")}`);
  return made.questions.map(({ field, question }) => `${field}: ${question}`);
}
