import type { Step } from "../carrier/planner.ts";
import type { PlanProgress } from "../plan-progress.ts";
import { type Decision, decisionBlocks } from "./decision-picture.ts";
import { facts, heading, list, type Picture, quoting, rows, type Text, type Tone, theirs, warnings } from "./picture.ts";
import { type ShownResult, wherePill } from "./trunk-picture.ts";

type Around = Omit<ShownResult, "trunk">;

/** An answer of `plan_trunk`. */
export interface PlannedResult extends Around {
  plan_id?: string | undefined;
  questions?: { field: string; question: string; candidates?: string[] | undefined; format?: string | undefined }[] | undefined;
  summary?: string[] | undefined;
  steps?: Pick<Step, "n" | "trunk" | "tool" | "reason">[] | undefined;
  steps_left_out?: number | undefined;
  approval_needed?: boolean | undefined;
  unchanged?: { trunk: string; kind: string; count: number; values: string[] }[] | undefined;
  next?: string[] | undefined;
}

/** An answer of `get_plan` or `apply_plan`. */
export type ProgressResult = PlanProgress & Around;

/** `decisions`: what the steps do to each trunk, where the host passed it on. */
export function plannedPicture(result: PlannedResult, decisions: readonly Decision[] = []): Picture {
  const { plan_id, questions, approval_needed, summary, unchanged, next } = result;
  const asked = rows(questions);
  const title = asked.length > 0 ? "Questions, nothing is planned yet" : plan_id ? "Plan, not applied yet" : "Nothing to do";
  const word = approval_needed ? "a person has to agree" : "needs no approval";
  return [
    heading(
      title,
      ...(plan_id ? [{ text: word, tone: approval_needed ? ("care" as const) : ("good" as const) }] : []),
      ...wherePill(result),
    ),
    ...list("Only you know", asked.map(questionText), "care", "?"),
    ...warnings(result.warnings),
    ...(decisions.length > 0 ? decisions.flatMap(decisionBlocks) : list("To be done", rows(summary).map(quoting))),
    ...steps(result),
    ...list("Stays", rows(unchanged).map(unchangedText), "plain", "", true),
    ...list("Left to do", asked.length > 0 ? [] : rows(next).map(quoting)),
  ];
}

function questionText({ question, format, candidates }: NonNullable<PlannedResult["questions"]>[number]): Text {
  return quoting(question) + (format ? ` (${format})` : "") + (candidates ? ` Possible: ${theirs(candidates.join(", "))}` : "");
}

/** A tool's name as words. */
function toolOn(tool: string, trunk: string): Text {
  return `${tool.replaceAll("_", " ")} on ${theirs(trunk)}`;
}

function steps({ steps, steps_left_out = 0 }: PlannedResult) {
  const lines = rows(steps).map(({ n, trunk, tool, reason }) => `${n}. ${toolOn(tool, trunk)}: ${quoting(reason)}`);
  return list(`Steps (${lines.length + steps_left_out})`, [...lines, ...leftOut(steps_left_out)], "plain", "", true);
}

function leftOut(count: number): Text[] {
  return count > 0 ? [`and ${count} more`] : [];
}

function unchangedText({ trunk, kind, count, values }: NonNullable<PlannedResult["unchanged"]>[number]): Text {
  return `${theirs(trunk)}: ${count} ${kind}${count === 1 ? "" : "s"}, ${theirs(values.join(", "))}`;
}

const states: Partial<Record<PlanProgress["state"], string>> = {
  planned: "not applied yet",
  partial: "partly done",
  cancelled: "stopped",
  void: "no longer true",
};
const tones: Partial<Record<PlanProgress["state"], Tone>> = { planned: "plain", running: "care", done: "good", cancelled: "care" };

const marks: Record<string, string> = { done: "✓", failed: "✗", unknown: "?", running: "…" };

export function progressPicture(result: ProgressResult): Picture {
  const { state, total, done, failed, also_failed, steps, steps_left_out = 0, next, finish_plan_id, undo_plan_id } = result;
  const failures = [failed, ...rows(also_failed)].flatMap((one) =>
    one ? [quoting([one.what, one.error.message, one.error.hint].filter(Boolean).join(" "))] : [],
  );
  const lines = rows(steps).map(
    ({ n, trunk, tool, status, what }) =>
      `${marks[status] ?? "·"} ${n}. ${what ? quoting(what) : toolOn(tool, trunk)}${status === "done" ? "" : ` (${status})`}`,
  );
  const apply = (plan: string | undefined) => plan && `apply ${theirs(plan)}`;
  return [
    heading("Plan", { text: states[state] ?? state, tone: tones[state] ?? "bad" }, ...wherePill(result)),
    { kind: "progress", done, total },
    ...list("Why it stopped", failures, "bad", "✗"),
    ...warnings(result.warnings),
    ...list("Steps", [...lines, ...leftOut(steps_left_out)], "plain", "", state === "done"),
    {
      kind: "facts",
      rows: facts([
        ["To finish it", apply(finish_plan_id)],
        ["To undo it", apply(undo_plan_id)],
      ]),
    },
    ...list("Left to do", rows(next).map(quoting)),
  ];
}
