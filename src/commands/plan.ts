import { readFile } from "node:fs/promises";
import { AskPerson } from "../approval/agree.ts";
import { digest } from "../core/canonical.ts";
import { TrunkError } from "../core/errors.ts";
import type { Progress } from "../core/plan-progress.ts";
import type { ToolResult } from "../core/tool.ts";
import type { Scope } from "../pipeline/scope.ts";
import { diffJson, diffText, exitCode } from "../plans/planning/diff-text.ts";
import { describeTrunks } from "../plans/planning/export-file.ts";
import { withExposure } from "../plans/planning/judge-steps.ts";
import { makePlan } from "../plans/planning/make-plan.ts";
import { observe, plannersOf } from "../plans/planning/observe.ts";
import type { Planned } from "../plans/planning/plan-content.ts";
import { rowsOf } from "../plans/planning/step-rows.ts";
import { parseFile, toFile } from "../plans/planning/trunks-file.ts";
import { storePlanned } from "../plans/running/make-and-store.ts";
import { localScope } from "../startup/local.ts";
import { decideApproval } from "./approve.ts";
import { defineCommand, type Flag, type Given, type ProcessPorts } from "./command.ts";
import { askLine, insistOnTerminal, type Terminal, terminalOf } from "./terminal.ts";

export const planFlags = {
  prune: { type: "boolean", help: "plan the removal of what the file does not name" },
  json: { type: "boolean", help: "as JSON; also where the output is no terminal" },
} as const satisfies Record<string, Flag>;

export default defineCommand({
  word: { name: "file" },
  flags: planFlags,
  notes: "Exit code 0: nothing to change, 2: changes, 1: a question to answer first, or an error.",
  run: (given, ports) => runPlanCommand(planOptions(given, ports)),
});

export function planOptions({ word: file, flags: { prune, json } }: Given<typeof planFlags>, ports: ProcessPorts): PlanCommand {
  const terminal = terminalOf(ports);
  return {
    scope: localScope(ports),
    terminal,
    file,
    prune,
    json: json || !ports.stdout.isTTY,
    colour: terminal.isTerminal && !ports.environment["NO_COLOR"],
    print: (text) => void ports.stdout.write(text),
    note: (text) => void ports.stderr.write(`${text}\n`),
  };
}

export interface PlanOptions {
  file: string | undefined;
  /** What the file does not name is planned to go. */
  prune: boolean;
  json: boolean;
  colour: boolean;
}

export interface PlanCommand extends PlanOptions {
  scope: Scope;
  terminal: Terminal;
  print(text: string): void;
  note(text: string): void;
}

/** `trunkline plan trunks.yaml`: what would change. 0: nothing, 2: something, 1: something to answer first. */
export async function runPlanCommand(command: PlanCommand): Promise<number> {
  const planned = await planOf(command);
  await show(planned, command);
  return exitCode(planned);
}

/** `trunkline apply trunks.yaml`: shows it, asks the person where it removes or opens something, and does it. */
export async function runApplyCommand(command: PlanCommand): Promise<number> {
  const planned = await planOf(command);
  if (!command.json) await show(planned, command);
  if (planned.kind === "questions" || planned.content.steps.length === 0) {
    if (command.json) await show(planned, command);
    return planned.kind === "questions" ? 1 : 0;
  }
  await agreeToRemovals(planned, command);
  const { plan_id } = await storePlanned(planned, command.scope);
  const result = await applyToTheEnd(String(plan_id), command);
  command.print(command.json ? `${JSON.stringify(result, null, 2)}\n` : summary(result));
  return result["state"] === "done" ? 0 : 1;
}

/** `trunkline export`: live state as a file that `plan` finds nothing to change in. */
export async function runExportCommand({ scope, print }: Pick<PlanCommand, "scope" | "print">, schema: string): Promise<void> {
  print(await toFile(await describeTrunks(scope.carriers, new AbortController().signal), { schema }));
}

async function planOf({ file, prune, scope }: PlanCommand): Promise<Planned> {
  if (file === undefined) throw new TrunkError("invalid_input", "Name the file: trunkline plan trunks.yaml. trunkline export writes one.");
  const text = await readFile(file, "utf8").catch(() => {
    throw new TrunkError("invalid_input", `${file} cannot be read. Nothing was done.`);
  });
  const setups = await parseFile(text);
  const live = await observe(setups, scope.carriers, { prune, signal: new AbortController().signal });
  return await withExposure(makePlan({ setups, prune, sandbox: scope.sandbox }, live), scope.carriers, scope.policy.ask);
}

async function show(planned: Planned, { json, colour, print, scope }: PlanCommand): Promise<void> {
  print(
    json ? `${JSON.stringify(diffJson(planned), null, 2)}\n` : diffText(planned, { colour, planners: await plannersOf(scope.carriers) }),
  );
}

/** Pruning can take much at once: each kind of removal on each trunk is agreed to by itself, before the whole. */
async function agreeToRemovals(planned: Extract<Planned, { kind: "plan" }>, { prune, terminal, scope }: PlanCommand): Promise<void> {
  const planners = await plannersOf(scope.carriers);
  const removals = prune ? rowsOf(planned.content.steps, planners).filter(({ effect }) => effect === "destroy") : [];
  if (removals.length < 2) return;
  insistOnTerminal(terminal, "Pruning");
  for (const row of removals) {
    const typed = await askLine(terminal, `${row.said}\nType yes to go on, or press Ctrl-C: `);
    if (typed.trim() !== "yes") throw new TrunkError("approval_refused", "The removal was not agreed to. Nothing was done.");
  }
}

async function applyToTheEnd(planId: string, command: PlanCommand): Promise<ToolResult> {
  const { scope, note } = command;
  const progress: Progress = (done, total, message) => note(`${done} of ${total}: ${message}`);
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
    await decideApproval(error.approval, false, { ...scope.store, clock: scope.clock, where: "this state" }, command.terminal);
    return await apply(error.approval);
  });
  while (result["state"] === "running") result = await apply(undefined);
  return result;
}

function summary({ state, done, total, failed, finish_plan_id, undo_plan_id }: ToolResult): string {
  const why = (failed as { error?: { message?: string } } | undefined)?.error?.message;
  const ways = [
    finish_plan_id === undefined ? "" : "Run the same command again to finish it.\n",
    undo_plan_id === undefined ? "" : `To take back what was done, have an agent apply ${String(undo_plan_id)}.\n`,
  ];
  return `${String(state)}: ${String(done)} of ${String(total)} steps.${why === undefined ? "" : ` ${why}`}\n${ways.join("")}`;
}
