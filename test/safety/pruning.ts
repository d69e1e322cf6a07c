import type { Setup } from "../../src/core/carrier/setup.ts";
import type { Scope } from "../../src/pipeline/scope.ts";
import { makePlan } from "../../src/plans/planning/make-plan.ts";
import { observe } from "../../src/plans/planning/observe.ts";
import { storePlanned } from "../../src/plans/running/make-and-store.ts";

/** A plan in which what is not asked for goes: no tool makes one, the command does. `prune` false: the same without removals. */
export async function planPruning(setups: readonly Setup[], scope: Scope, prune = true) {
  const placed = setups.map((setup) => ({ setup, at: "" }));
  const live = await observe(placed, scope.carriers, { prune, signal: AbortSignal.timeout(60_000) });
  return await storePlanned(makePlan({ setups: placed, prune, sandbox: true }, live), scope);
}
