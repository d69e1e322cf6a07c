import { expect } from "vitest";
import { type Boundary, boundaries, type Case, type Change, cases, changes } from "./moving-cases.ts";
import { live, type Outcome } from "./moving-world.ts";

/** Whether the step can still be true after this change at this boundary. */
function isStill(one: Case, boundary: Boundary, change: Change): boolean {
  if (change.harmless && change.name !== "nothing happens") {
    // Pruning shows the whole account, so that before the start any change of it is one of what was shown.
    if (isEarly(boundary) && (one.prune || one.showsOther)) return false;
  }
  return change.harmless === true && !(one.grave && boundary === "after a kill and ten minutes");
}

/** Nothing that was not shown is done, and what is told tells why; what is still true is done, once. */
export async function checkMove(one: Case, boundary: Boundary, change: Change, dialect: string): Promise<void> {
  const said = `${one.name}; ${boundary}, ${change.name} (${dialect})`;
  const outcome = await live(one, boundary, change, dialect);
  expect(outcome.harm, said).toEqual([]);
  if (isStill(one, boundary, change)) expect(outcome, said).toMatchObject({ state: "done", writes: outcome.steps });
  else if (outcome.state !== "done" || mustEnd(one, boundary, change)) expectEnded(outcome, { one, boundary, change }, said);
}

const removals = /delete|unmap|remove|deactivate|unassign/;
const isEarly = (boundary: Boundary) => boundary === "before the approval" || boundary === "between approval and start";

function mustEnd(one: Case, boundary: Boundary, { name }: Change): boolean {
  // A trunk that the plan is yet to make cannot be changed before.
  if (isEarly(boundary) && one.makes !== undefined && !one.undo) return false;
  // A removal that was begun, and whose trunk somebody else has removed meanwhile, is read back as done.
  if (boundary.startsWith("after a kill") && name.startsWith("it is deleted") && removals.test(one.tool)) return false;
  return one.grave;
}

function expectEnded(outcome: Outcome, { one, boundary, change }: { one: Case; boundary: Boundary; change: Change }, said: string): void {
  expect(["failed", "partial", "void"], said).toContain(outcome.state);
  expect(outcome.applied, said).toBe(false);
  const isTooLate = boundary === "after a kill and ten minutes" && /older than 10 minutes/.test(outcome.said);
  if (!change.harmless && !isTooLate) expect(outcome.said, said).toMatch(change.words);
  // A plan that never began is made again; an undoing wanted nothing that could be finished; for a new trunk more has to be said.
  const canFinish = outcome.state !== "void" && !one.undo && !change.name.startsWith("it is deleted");
  // Two trunks that changed names: the plan goes on with the one that was shown.
  const others = outcome.finishOn.filter((id) => id !== outcome.target);
  if (change.name.startsWith("it changes names") && outcome.target !== undefined)
    expect(others, `${said}: the plan that finishes it is about another trunk`).toEqual([]);
  if (canFinish) expect(outcome.finish, `${said}: the plan that finishes it`).toEqual(expect.any(String));
}

/** Both dialects, but where one of them has no way to plan the step. */
function dialectsFor({ tool }: Case): string[] {
  return tool === "exotel_create_credentials" ? ["observed"] : ["observed", "documented"];
}

/** Changes that can happen to its trunk, but for those that the step itself is to make, or that need what the trunk does not have yet. */
function changesFor({ provider, tool, makes, undo }: Case): Change[] {
  const lacksAddress = /_remove_(whitelisted_ip|address|ip)$/.test(tool) || (makes !== undefined && !undo);
  return changes.filter((change) => change.for.includes(provider) && !(lacksAddress && change.name === "an address is taken off it"));
}

/** The step before it is the other trunk's: what happens to that one between its last reading and the write, nobody can see. */
function isBetween({ tool, showsOther }: Case, boundary: Boundary, { name }: Change): boolean {
  const follows = showsOther === true && tool === "exotel_map_phone_number";
  return follows && boundary === "while the step before it runs" && /another/.test(name);
}

/** Every kind of step, at every boundary, with everything that can happen there. */
export const moves = cases.flatMap((one) =>
  dialectsFor(one).flatMap((dialect) =>
    boundaries.flatMap((boundary) =>
      changesFor(one)
        .filter((change) => !isBetween(one, boundary, change))
        .map((change) => ({ one, boundary, change, dialect })),
    ),
  ),
);
