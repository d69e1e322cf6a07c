import { type Planners, plannerOf } from "../../src/plans/planning/observe.ts";
import { providers } from "../../src/providers/index.ts";

/** Every carrier's planner, without a server around it. */
export const planners: Planners = new Map(
  (await Promise.all(providers.map(async (provider) => [provider.id, await plannerOf(provider)] as const))).flatMap(([id, planner]) =>
    planner ? [[id, planner] as const] : [],
  ),
);
