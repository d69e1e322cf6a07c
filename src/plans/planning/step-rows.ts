import * as z from "zod";
import { type Step, stepSchema, unchangedSchema } from "../../core/carrier/planner.ts";
import { cleanText, counted, quoteText } from "../../core/text.ts";
import type { PlanContent } from "./plan-content.ts";

/** Consecutive calls of one tool on one trunk, as one row. */
export const stepRowSchema = stepSchema.pick({ provider: true, trunk: true, tool: true, effect: true, reason: true }).extend({
  /** `3`, or `3-1002`. */
  steps: z.string(),
  count: z.number(),
  /** What the calls are about, the first few. */
  about: z.array(z.string()),
  exposure: z.array(z.string()).optional(),
});
export type StepRow = z.infer<typeof stepRowSchema>;

const unchangedRowSchema = unchangedSchema.omit({ value: true }).extend({ count: z.number(), values: z.array(z.string()) });

export const planSummarySchema = z.object({
  steps: z.array(stepRowSchema),
  unchanged: z.array(unchangedRowSchema),
  counts: z.object({ create: z.number(), change: z.number(), destroy: z.number(), unchanged: z.number(), needs_approval: z.number() }),
});
export type PlanSummary = z.infer<typeof planSummarySchema>;

const MOST_NAMED = 3;

/** A plan as a reader takes it in: two thousand numbers are one row. */
export function summarize({ steps, unchanged }: Pick<PlanContent, "steps" | "unchanged">): PlanSummary {
  const of = (effect: Step["effect"]) => steps.filter((step) => step.effect === effect).length;
  const kept = grouped(unchanged, (row) => `${row.trunk} ${row.kind}`);
  return {
    steps: rowsOf(steps),
    unchanged: kept.map((rows) => {
      const { trunk = "", kind = "trunk" } = rows[0] ?? {};
      return { trunk, kind, count: rows.length, values: rows.slice(0, MOST_NAMED).map(({ value }) => value) };
    }),
    counts: {
      create: of("create"),
      change: of("change"),
      destroy: of("destroy"),
      unchanged: unchanged.length,
      needs_approval: steps.filter(needsPerson).length,
    },
  };
}

/** Whether the step's own tool would ask a person. */
export function needsPerson({ effect, exposure }: Step): boolean {
  return effect === "destroy" || exposure !== undefined;
}

export function rowsOf(steps: readonly Step[]): StepRow[] {
  const runs = grouped(steps, ({ provider, trunk, tool, effect }) => JSON.stringify([provider, trunk, tool, effect]));
  return runs.map((run) => {
    const [first] = run as [Step];
    const { provider, trunk, tool, effect, reason } = first;
    const last = run.at(-1) ?? first;
    const exposure = [...new Set(run.flatMap((step) => step.exposure ?? []))];
    return {
      provider,
      trunk,
      tool,
      effect,
      reason: run.every((step) => step.reason === reason) ? reason : `${reason} (and other reasons)`,
      steps: first === last ? String(first.n) : `${first.n}-${last.n}`,
      count: run.length,
      about: aboutRun(run),
      ...(exposure.length > 0 ? { exposure: [...exposure.slice(0, MOST_NAMED), ...moreThan(exposure, "such")] } : {}),
    };
  });
}

function moreThan(values: readonly string[], what: string): string[] {
  return values.length > MOST_NAMED ? [`And ${values.length - MOST_NAMED} more ${what}.`] : [];
}

/** Neighbours that have the same key. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups: { key: string; items: T[] }[] = [];
  for (const item of items) {
    const key = keyOf(item);
    const last = groups.at(-1);
    if (last?.key === key) last.items.push(item);
    else groups.push({ key, items: [item] });
  }
  return groups.map((group) => group.items);
}

/** A long row of numbers is said by its ends. */
function aboutRun(run: readonly Step[]): string[] {
  const all = run.flatMap(about);
  const [first, last] = [all[0], all.at(-1)];
  if (all.length <= MOST_NAMED || first === undefined || last === undefined) return all;
  return [`${first} to ${last}`];
}

/** What a call is about, besides its trunk: never more of its arguments than a person should read. */
function about({ arguments: given, reason, effect }: Step): string[] {
  const { phone_number, ip, mask, destinations, user_name, alias } = given;
  if (Array.isArray(destinations)) return destinations.map(({ destination }) => cleanText(String(destination), 120));
  if (typeof ip === "string") return [mask === 32 ? ip : `${ip}/${mask}`];
  for (const value of [phone_number, user_name, alias]) if (typeof value === "string") return [cleanText(value, 64)];
  // A removal names an id; its reason says what that is.
  return effect === "destroy" ? [reason.replace(/ (is not among what is wanted|was added by the plan)\.$/, "")] : [];
}

/** As many sentences as a person reads before agreeing. */
const MOST_SENTENCES = 12;

const verbs: Record<string, (count: string, about: string, trunk: string) => string> = {
  exotel_create_trunk: (_, __, trunk) => `Create ${trunk} on Exotel`,
  exotel_map_phone_number: (count, about, trunk) => `Map ${count} (${about}) on ${trunk}`,
  exotel_update_phone_number: (count, about, trunk) => `Switch the mode of ${count} (${about}) on ${trunk}`,
  exotel_whitelist_ip: (count, about, trunk) => `Let calls come from ${count} (${about}) on ${trunk}`,
  exotel_add_destination_uris: (count, about, trunk) => `Send inbound calls of ${trunk} to ${count} (${about})`,
  exotel_create_credentials: (count, about, trunk) => `Create ${count} (${about}) on ${trunk}`,
  exotel_set_trunk_alias: (_, about, trunk) => `Show ${about} as the caller id of ${trunk}`,
  didww_create_voice_out_trunk: (_, __, trunk) => `Create ${trunk} on DIDWW`,
  didww_update_voice_out_trunk: (_, __, trunk) => `Change ${trunk} on DIDWW`,
  vyom_create_outbound_trunk: (_, __, trunk) => `Create ${trunk} on Vyom; nothing of it can be changed later`,
  exotel_unmap_phone_number: (count, about, trunk) => `Unmap ${count} (${about}) from ${trunk}: their calls stop at once`,
  exotel_remove_whitelisted_ip: (count, about, trunk) => `Remove ${count} (${about}) from ${trunk}: calls from there are refused`,
  exotel_remove_destination_uri: (count, about, trunk) => `Remove ${count} (${about}) from ${trunk}: inbound calls no longer go there`,
  exotel_delete_credentials: (count, about, trunk) => `Delete ${count} (${about}) of ${trunk}: calls with them are refused`,
  exotel_remove_trunk_alias: (_, __, trunk) => `Remove the alias of ${trunk}`,
  exotel_delete_trunk: (_, __, trunk) => `Delete ${trunk} on Exotel with all that hangs on it; this cannot be undone`,
  didww_delete_voice_out_trunk: (_, __, trunk) => `Delete ${trunk} on DIDWW; this cannot be undone`,
  vyom_deactivate_trunk: (_, __, trunk) => `Deactivate ${trunk} on Vyom for good`,
};

const nouns: Record<string, [one: string, many?: string]> = {
  phone: ["number"],
  ip: ["IP or range", "IPs and ranges"],
  destination: ["destination"],
  credentials: ["login"],
};

function countOf(tool: string, count: number): string {
  const noun = Object.entries(nouns).find(([part]) => tool.includes(part))?.[1] ?? ["step"];
  return counted(count, ...noun);
}

/** One row in words, for a person: what it does, how much of it, to which trunk. */
export function sayRow(row: StepRow): string {
  const trunk = `trunk ${quoteText(row.trunk)}`;
  const verb = verbs[row.tool] ?? ((count, _, name) => `Call ${row.tool} (${count}) on ${name}`);
  const total = row.tool === "exotel_add_destination_uris" ? Math.max(row.count, row.about.length) : row.count;
  return `${verb(countOf(row.tool, total), row.about.join(", "), trunk)}.`;
}

/** What a person agrees to. What opens or removes something comes first: it must not be what is left out. */
export function effects({ steps }: Pick<PlanContent, "steps">): string[] {
  const rows = rowsOf(steps).map((row) => ({ row, grave: row.effect === "destroy" || row.exposure !== undefined }));
  const ordered = [...rows.filter(({ grave }) => grave), ...rows.filter(({ grave }) => !grave)];
  const sentences = ordered.map(({ row }) => [sayRow(row), ...(row.exposure ?? [])].join(" "));
  if (sentences.length <= MOST_SENTENCES) return sentences;
  const left = ordered.slice(MOST_SENTENCES - 1);
  const total = left.reduce((sum, { row }) => sum + row.count, 0);
  const grave = left.filter((one) => one.grave).reduce((sum, { row }) => sum + row.count, 0);
  const warning = grave > 0 ? ` ${grave} of them ${grave === 1 ? "removes something or lets" : "remove something or let"} more in.` : "";
  return [...sentences.slice(0, MOST_SENTENCES - 1), `And ${counted(total, "further step")}; the plan lists them.${warning}`];
}
