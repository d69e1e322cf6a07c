import { AskPerson } from "../approval/agree.ts";
import { digest } from "../core/canonical.ts";
import { TrunkError } from "../core/errors.ts";
import { type PlanProgress, planProgressSchema } from "../core/plan-progress.ts";
import { folded } from "../core/screen.ts";
import type { ToolResult } from "../core/tool.ts";
import type { Scope } from "../pipeline/scope.ts";
import { warningsText } from "../plans/planning/diff-text.ts";
import { countsOf } from "../plans/planning/step-rows.ts";
import { storePlanned } from "../plans/running/make-and-store.ts";
import { hearDecision } from "./approve.ts";
import { defineCommand } from "./command.ts";
import { planFlags, planOf, printingOf, printPlan, pruneNotes, trunksFile } from "./plan.ts";
import { type ProgressLine, progressOn, readingOn } from "./progress.ts";
import { type Terminal, terminalOf } from "./terminal.ts";

export default defineCommand({
  word: trunksFile,
  flags: planFlags,
  notes: `${pruneNotes} You see everything that needs your word in one list, and agree once. Exit code 0: all is as the file says; 1: a question that you must answer first, a step that failed, or an error.`,
  examples: ["trunkline apply trunks.yaml", "trunkline apply trunks.yaml --prune"],
  async run(given, ports) {
    const progress = progressOn(ports);
    const printing = printingOf(given, { ...ports, tellPerson: progress.note });
    const { json, print } = printing;
    const scope = forOnePerson(printing.scope);
    const planned = await planOf(given, scope, readingOn(ports));
    if (planned.kind === "questions" || planned.content.steps.length === 0) {
      await printPlan(planned, printing);
      return planned.kind === "questions" ? 1 : 0;
    }
    const { plan_id } = await storePlanned(planned, scope);
    const terminal = terminalOf(ports);
    // The list is shown once: where a person has to agree, the approval shows it whole.
    if (!json && countsOf(planned.content).needs_approval === 0) await printPlan(planned, printing);
    else if (!json) print(warningsText(planned.content.warnings, printing.screen));
    const result = await applyToTheEnd(String(plan_id), { scope, terminal, progress });
    print(json ? `${JSON.stringify(result, null, 2)}\n` : summary(planProgressSchema.parse(result), terminal));
    return result["state"] === "done" ? 0 : 1;
  },
});

/** The person is here: no second step, form or page stands in for their word at this keyboard. */
function forOnePerson(scope: Scope): Scope {
  const { approval } = scope.policy;
  return { ...scope, policy: { ...scope.policy, approval: approval === "two_step" ? "ask" : approval } };
}

interface Applying {
  scope: Scope;
  terminal: Terminal;
  progress: ProgressLine;
}

async function applyToTheEnd(planId: string, { scope, terminal, progress }: Applying): Promise<ToolResult> {
  const { tell } = progress;
  const apply = (approval: string | undefined) =>
    scope.plans.apply(
      {
        ...{ planId, cancel: false, approval, progress: tell, stopsWithSignal: false },
        signal: new AbortController().signal,
        binding: { principal: scope.principal, tool: "apply_plan", arguments: digest({ plan_id: planId }) },
        person: { canAsk: true, answer: undefined },
      },
      scope,
    );
  let result = await apply(undefined).catch(async (error: unknown) => {
    const approval = approvalAskedIn(error);
    if (approval === undefined) throw error;
    await hearDecision(approval, false, { ...scope.store, clock: scope.clock, where: "this state" }, terminal);
    return await apply(approval);
  });
  while (result["state"] === "running") result = await apply(undefined);
  progress.end();
  return result;
}

/** With a PIN, or more lines than a form shows, the answer names page and command: this is the command. */
function approvalAskedIn(error: unknown): string | undefined {
  if (error instanceof AskPerson) return error.approval;
  return error instanceof TrunkError && error.code === "approval_required" ? error.details.approval : undefined;
}

function summary({ state, done, total, failed, finish_plan_id, undo_plan_id, next = [] }: PlanProgress, { screen }: Terminal): string {
  const { paint, width } = screen;
  const count = `${done} of ${total} steps`;
  const ended = state === "done" ? paint("green", `✓ Done: ${count}.`) : paint("red", `✗ Stopped (${state}): ${count} are done.`);
  const lines = [
    ended,
    ...(failed === undefined ? [] : [`${failed.what ?? ""} ${failed.error.message} ${failed.error.hint ?? ""}`.trim()]),
    ...(finish_plan_id === undefined ? [] : ["To finish it, run the same command again."]),
    ...(undo_plan_id === undefined ? [] : [`To take back what was done, have an agent apply ${undo_plan_id}.`]),
    ...next.map((text) => `${paint("cyan", ">")} ${text}`),
  ];
  return lines.map((line) => `${folded(line, width, 2)}\n`).join("");
}
