import { AskPerson } from "../approval/agree.ts";
import { digest } from "../core/canonical.ts";
import { TrunkError } from "../core/errors.ts";
import { type Progress, planProgressSchema } from "../core/plan-progress.ts";
import type { ToolResult } from "../core/tool.ts";
import type { Scope } from "../pipeline/scope.ts";
import { plannersOf } from "../plans/planning/observe.ts";
import type { Planned } from "../plans/planning/plan-content.ts";
import { rowsOf } from "../plans/planning/step-rows.ts";
import { storePlanned } from "../plans/running/make-and-store.ts";
import { decideApproval } from "./approve.ts";
import { defineCommand } from "./command.ts";
import { planFlags, planOf, printingOf, printPlan, trunksFile } from "./plan.ts";
import { askLine, insistOnTerminal, type Terminal, terminalOf } from "./terminal.ts";

export default defineCommand({
  word: trunksFile,
  flags: planFlags,
  notes: "Exit code 0: all is as the file says; 1: a question that you must answer first, a step that failed, or an error.",
  examples: ["trunkline apply trunks.yaml"],
  async run(given, ports) {
    const printing = printingOf(given, ports);
    const { scope, json, print } = printing;
    const planned = await planOf(given, scope);
    const nothingToDo = planned.kind === "questions" || planned.content.steps.length === 0;
    if (!json || nothingToDo) await printPlan(planned, printing);
    if (nothingToDo) return planned.kind === "questions" ? 1 : 0;
    const terminal = terminalOf(ports);
    if (given.flags.prune) await agreeToRemovals(planned, scope, terminal);
    const { plan_id } = await storePlanned(planned, scope);
    const progress: Progress = (done, total, message) => void ports.stderr.write(`${done} of ${total}: ${message}\n`);
    const result = await applyToTheEnd(String(plan_id), { scope, terminal, progress });
    print(json ? `${JSON.stringify(result, null, 2)}\n` : summary(result));
    return result["state"] === "done" ? 0 : 1;
  },
});

/** Asks for each kind of removal on each trunk by itself, since pruning can remove much at once. */
async function agreeToRemovals({ content }: Extract<Planned, { kind: "plan" }>, scope: Scope, terminal: Terminal): Promise<void> {
  const rows = rowsOf(content.steps, await plannersOf(scope.carriers));
  const removals = rows.filter(({ effect }) => effect === "destroy");
  if (removals.length < 2) return;
  insistOnTerminal(terminal, "Pruning");
  for (const row of removals) {
    const typed = await askLine(terminal, `${row.said}\nType yes to go on, or press Ctrl-C: `);
    if (typed.trim() !== "yes") throw new TrunkError("approval_refused", "You did not agree to this removal. Nothing was done.");
  }
}

interface Applying {
  scope: Scope;
  terminal: Terminal;
  progress: Progress;
}

async function applyToTheEnd(planId: string, { scope, terminal, progress }: Applying): Promise<ToolResult> {
  const apply = (approval: string | undefined) =>
    scope.plans.apply(
      {
        ...{ planId, cancel: false, approval, progress, stopsWithSignal: false },
        signal: new AbortController().signal,
        binding: { principal: scope.principal, tool: "apply_plan", arguments: digest({ plan_id: planId }) },
        person: { canAsk: true, answer: undefined },
      },
      scope,
    );
  let result = await apply(undefined).catch(async (error: unknown) => {
    if (!(error instanceof AskPerson)) throw error;
    await decideApproval(error.approval, false, { ...scope.store, clock: scope.clock, where: "this state" }, terminal);
    return await apply(error.approval);
  });
  while (result["state"] === "running") result = await apply(undefined);
  return result;
}

function summary(result: ToolResult): string {
  const { state, done, total, failed, finish_plan_id, undo_plan_id } = planProgressSchema.parse(result);
  const lines = [
    `${state}: ${done} of ${total} steps.${failed === undefined ? "" : ` ${failed.error.message}`}`,
    ...(finish_plan_id === undefined ? [] : ["Run the same command again to finish it."]),
    ...(undo_plan_id === undefined ? [] : [`To take back what was done, have an agent apply ${undo_plan_id}.`]),
  ];
  return `${lines.join("\n")}\n`;
}
