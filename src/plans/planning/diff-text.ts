import type { Question } from "../../core/carrier/planner.ts";
import { cleanText, cleanValue, counted, quoteText } from "../../core/text.ts";
import type { Planners } from "./observe.ts";
import type { Planned } from "./plan-content.ts";
import { countsOf, summarize } from "./step-rows.ts";

type Colour = "red" | "green" | "yellow" | "cyan" | "dim";

const codes: Record<Colour, number> = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2 };
const marks = { create: ["+", "green"], change: ["~", "yellow"], destroy: ["-", "red"] } as const;

/** How much of a sentence is shown; names inside are shorter already. */
const WIDEST = 1_000;

/** A plan, or its questions, for a terminal. Whatever a carrier or a file calls something is data: it cannot move the cursor. */
export function diffText(planned: Planned, { colour, planners }: { colour: boolean; planners: Planners }): string {
  const paint = (kind: Colour, text: string) => (colour ? `\u001b[${codes[kind]}m${text}\u001b[0m` : text);
  const line = (kind: Colour, mark: string, text: string) => paint(kind, `${mark} ${cleanText(text, WIDEST)}`);
  if (planned.kind === "questions") {
    return lines([
      ...planned.questions.map((asked) => line("cyan", "?", sayQuestion(asked))),
      ...planned.warnings.map((text) => line("yellow", "!", text)),
      "",
      `${counted(planned.questions.length, "question")}. Nothing was planned.`,
    ]);
  }
  const { content } = planned;
  const { steps, unchanged, counts } = summarize(content, planners);
  return lines([
    ...steps.flatMap((row) => {
      const [mark, kind] = marks[row.effect];
      return [line(kind, mark, row.said), ...row.exposure.map((text) => line("red", "  !", `${text} A person has to agree.`))];
    }),
    ...unchanged.map((row) =>
      line(
        "dim",
        "=",
        `${counted(row.count, row.kind)} of ${quoteText(row.trunk)} unchanged: ${row.values.join(", ")}${row.count > row.values.length ? ", …" : ""}`,
      ),
    ),
    ...content.warnings.map((text) => line("yellow", "!", text)),
    ...content.next.map((text) => line("cyan", ">", text)),
    "",
    `${counts.create} to create, ${counts.change} to change, ${counts.destroy} to remove, ${counts.unchanged} unchanged.`,
  ]);
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
