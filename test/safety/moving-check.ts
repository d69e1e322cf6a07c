import { expect } from "vitest";
import { type Boundary, type Case, type Change, changes } from "./moving-cases.ts";
import { live, type Outcome } from "./moving-world.ts";

/** Whether the step can still be true after this change at this boundary. */
function isStill(one: Case, boundary: Boundary, change: Change): boolean {
  if (change.harmless && change.name !== "nothing happens") {
    // Pruning shows the whole account, so that before the start any change of it is one of what was shown.
    const early = boundary === "before the approval" || boundary === "between approval and start";
    if (early && one.prune) return false;
  }
  return change.harmless === true && !(one.grave && boundary === "after a kill and ten minutes");
}

/** Nothing that was not shown is done, and what is told tells why; what is still true is done, once. */
export async function checkMove(one: Case, boundary: Boundary, change: Change, dialect: string): Promise<void> {
  const said = `${one.name}; ${boundary} ${change.name} (${dialect})`;
  const outcome = await live(one, boundary, change, dialect);
  expect(outcome.harm, said).toEqual([]);
  if (isStill(one, boundary, change)) expect(outcome, said).toMatchObject({ state: "done", writes: outcome.steps });
  else if (outcome.state !== "done" || one.grave) expectEnded(outcome, { one, boundary, change }, said);
}

function expectEnded(outcome: Outcome, { one, boundary, change }: { one: Case; boundary: Boundary; change: Change }, said: string): void {
  const early = boundary === "before the approval" || boundary === "between approval and start";
  // A trunk that the plan is yet to make cannot be changed before.
  if (early && one.makes !== undefined && !one.undo) return;
  expect(["failed", "void"], said).toContain(outcome.state);
  expect(outcome.applied, said).toBe(false);
  if (!change.harmless) expect(outcome.said, said).toMatch(change.words);
  // A plan that never began is made again; an undoing wanted nothing that could be finished; for a new trunk more has to be said.
  const canFinish = outcome.state === "failed" && !one.undo && !change.name.startsWith("it is deleted");
  if (canFinish) expect(outcome.finish, said).toEqual(expect.any(String));
}

/** What can happen to its trunk, but for what the step itself is to do. */
export function changesFor({ provider, tool }: Case): Change[] {
  const own = tool === "exotel_remove_whitelisted_ip" ? "an address is taken off it" : undefined;
  return changes.filter((change) => change.for.includes(provider) && change.name !== own);
}
