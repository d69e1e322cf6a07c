import type { Question } from "../../core/carrier/planner.ts";
import { type Colour, folded, type Screen } from "../../core/screen.ts";
import { cleanText, cleanValue, counted } from "../../core/text.ts";
import type { Planners } from "./observe.ts";
import { type Planned, warningsOf } from "./plan-content.ts";
import { countsOf, summarize } from "./step-rows.ts";

const marks = { create: ["+", "green"], change: ["~", "yellow"], destroy: ["-", "red"] } as const;

/** How much of a sentence is shown; names inside are shorter already. */
const WIDEST = 1_000;

/** A plan, or its questions, for a terminal. Whatever a carrier or a file calls something is data: it cannot move the cursor. */
export function diffText(planned: Planned, { screen, planners }: { screen: Screen; planners: Planners }): string {
  const { paint } = screen;
  const line = liner(screen);
  if (planned.kind === "questions") {
    return lines([
      ...planned.questions.map((asked) => line("cyan", "?", sayQuestion(asked))),
      ...planned.warnings.map((text) => line("yellow", "!", text)),
      "",
      paint("bold", `${counted(planned.questions.length, "question")}. Nothing was planned.`),
    ]);
  }
  const { content } = planned;
  const { steps, counts } = summarize(content, planners);
  const notes = [...warningsOf(content).map((text) => line("yellow", "!", text)), ...content.next.map((text) => line("cyan", ">", text))];
  if (steps.length === 0) {
    const trunks = new Set(content.setups.map(({ provider, trunk }) => `${provider} ${trunk}`)).size;
    return lines([paint("green", `✓ No changes: ${counted(trunks, "trunk")} as the file says.`), ...notes]);
  }
  return lines([
    ...(content.purpose ?? []).map((text) => paint("bold", folded(cleanText(text, WIDEST), screen.width, 0))),
    ...steps.flatMap((row) => {
      const [mark, kind] = marks[row.effect];
      return [line(kind, mark, row.said), ...row.exposure.map((text) => line("red", "  !", `${text} A person has to agree.`))];
    }),
    ...notes,
    "",
    paint("bold", `${counts.create} to create, ${counts.change} to change, ${counts.destroy} to remove, ${counts.unchanged} unchanged.`),
  ]);
}

/** The warnings of a plan alone, for where its steps are listed by the approval. */
export function warningsText(warnings: readonly string[], screen: Screen): string {
  return warnings.length === 0 ? "" : lines(warnings.map((text) => liner(screen)("yellow", "!", text)));
}

function liner({ paint, width }: Screen) {
  return (kind: Colour, mark: string, text: string) => paint(kind, `${mark} ${folded(cleanText(text, WIDEST), width, mark.length + 1)}`);
}

function lines(all: readonly string[]): string {
  return `${all.join("\n").trimStart()}\n`;
}

function sayQuestion({ field, question }: Question): string {
  return field === "" ? question : `${field}: ${question}`;
}

/** The same for programs. */
export function diffJson(planned: Planned): Record<string, unknown> {
  if (planned.kind === "questions") return cleanValue(planned) as Record<string, unknown>;
  const { setups: _, steps, ...rest } = planned.content;
  return cleanValue({ kind: "plan", counts: countsOf(planned.content), steps, ...rest }) as Record<string, unknown>;
}

/** 0: nothing to change; 2: changes; 1: something to answer first. */
export function exitCode(planned: Planned): 0 | 1 | 2 {
  if (planned.kind === "questions") return 1;
  return planned.content.steps.length === 0 ? 0 : 2;
}
