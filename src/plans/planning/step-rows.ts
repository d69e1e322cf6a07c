import { sayReferences } from "../../core/carrier/login-reference.ts";
import type { Step, StepRun, Unchanged } from "../../core/carrier/planner.ts";
import { counted, quoteText } from "../../core/text.ts";
import type { Planners } from "./observe.ts";
import type { PlanContent } from "./plan-content.ts";

/** Consecutive calls of one tool on one trunk, as one row. */
export interface StepRow extends Pick<Step, "provider" | "trunk" | "tool" | "effect"> {
  /** `3`, or `3-1002`. */
  steps: string;
  count: number;
  /** In words, for a person: what the calls do, how much of it, to which trunk. */
  said: string;
  /** Why a person has to agree, the first few reasons. */
  exposure: string[];
}

type UnchangedRow = Omit<Unchanged, "value"> & { count: number; values: string[] };

export interface PlanSummary {
  steps: StepRow[];
  unchanged: UnchangedRow[];
  counts: Record<Step["effect"] | "unchanged" | "needs_approval", number>;
}

const MOST_NAMED = 3;

/** A plan as a reader takes it in: two thousand numbers are one row. */
export function summarize({ steps, unchanged }: Pick<PlanContent, "steps" | "unchanged">, planners: Planners): PlanSummary {
  return { steps: rowsOf(steps, planners), unchanged: unchangedRows(unchanged), counts: countsOf({ steps, unchanged }) };
}

export function unchangedRows(unchanged: readonly Unchanged[]): UnchangedRow[] {
  return grouped<Unchanged & { chain?: string }>(unchanged, (row) => `${row.trunk} ${row.kind}`).map((rows) => {
    const [{ trunk, kind }] = rows;
    return { trunk, kind, count: rows.length, values: rows.slice(0, MOST_NAMED).map(({ value }) => value) };
  });
}

export function countsOf({ steps, unchanged }: Pick<PlanContent, "steps" | "unchanged">): PlanSummary["counts"] {
  const of = (effect: Step["effect"]) => steps.filter((step) => step.effect === effect).length;
  return {
    create: of("create"),
    change: of("change"),
    destroy: of("destroy"),
    unchanged: unchanged.length,
    needs_approval: steps.filter(needsPerson).length,
  };
}

/** Whether the step's own tool would ask a person. */
export function needsPerson({ effect, exposure }: Step): boolean {
  return effect === "destroy" || exposure !== undefined;
}

export function rowsOf(steps: readonly Step[], planners: Planners): StepRow[] {
  const runs = grouped(steps, ({ provider, trunk, tool, effect, chain }) => JSON.stringify([provider, trunk, tool, effect, chain]));
  return runs.map((run) => {
    const [first] = run;
    const { provider, trunk, tool, effect } = first;
    const last = run.at(-1) ?? first;
    const exposure = [...new Set(run.flatMap((step) => step.exposure ?? []))];
    return {
      ...{ provider, trunk, tool, effect, count: run.length, said: say(run, planners) },
      steps: first === last ? String(first.n) : `${first.n}-${last.n}`,
      exposure: [...exposure.slice(0, MOST_NAMED), ...moreThan(exposure, "such")],
    };
  });
}

/** The carrier's own planner knows what its calls do. */
function say(run: StepRun, planners: Planners): string {
  const [first, ...others] = run.map((step) => ({ ...step, arguments: sayReferences(step.arguments) }));
  const [{ provider, tool, trunk }] = run;
  const name = `trunk ${quoteText(trunk)}`;
  return planners.get(provider)?.say(first ? [first, ...others] : run, name) ?? `Call ${tool} (${counted(run.length, "step")}) on ${name}.`;
}

function moreThan(values: readonly string[], what: string): string[] {
  return values.length > MOST_NAMED ? [`And ${values.length - MOST_NAMED} more ${what}.`] : [];
}

/** Neighbours that have the same key; those of a chain stand together although they take turns. */
function grouped<T extends { chain?: string | undefined }>(items: readonly T[], keyOf: (item: T) => string): [T, ...T[]][] {
  const groups: { key: string; items: [T, ...T[]] }[] = [];
  for (const item of items) {
    const key = keyOf(item);
    const last = item.chain === undefined ? groups.at(-1) : groups.find((group) => group.key === key);
    if (last?.key === key) last.items.push(item);
    else groups.push({ key, items: [item] });
  }
  return groups.map((group) => group.items);
}

/** A person reads this many sentences before agreeing. */
const MOST_SENTENCES = 12;

/** The sentences that a person agrees to, in the order of the steps. Those that open or remove something are the last to be left out. */
export function effects({ steps }: Pick<PlanContent, "steps">, planners: Planners): string[] {
  const rows = rowsOf(steps, planners).map((row) => ({ row, grave: row.effect === "destroy" || row.exposure.length > 0 }));
  const sentence = ({ row }: (typeof rows)[number]) => [row.said, ...row.exposure].join(" ");
  if (rows.length <= MOST_SENTENCES) return rows.map(sentence);
  const kept = new Set([...rows.filter(({ grave }) => grave), ...rows.filter(({ grave }) => !grave)].slice(0, MOST_SENTENCES - 1));
  const left = rows.filter((one) => !kept.has(one));
  const count = (some: typeof left) => some.reduce((sum, { row }) => sum + row.count, 0);
  const grave = count(left.filter((one) => one.grave));
  const warning = grave > 0 ? ` ${grave} of them ${grave === 1 ? "removes something or lets" : "remove something or let"} more in.` : "";
  return [
    ...rows.filter((one) => kept.has(one)).map(sentence),
    `And ${counted(count(left), "further step")}; the plan lists them.${warning}`,
  ];
}
