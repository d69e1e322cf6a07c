import { type ErrorDetails, TrunkError } from "../core/errors.ts";
import { MAX_WEIGHT, weightOf } from "../core/result-weight.ts";
import { cleanText, cleanValue } from "../core/text.ts";
import { type AnyTool, type Effect, outputSchema, type ToolResult } from "../core/tool.ts";
import type { Scope } from "./scope.ts";
import { placeLines, withPlaces } from "./secret-place.ts";

export function isTooLong(result: Record<string, unknown>): boolean {
  return weightOf(result) > MAX_WEIGHT;
}

/** The last steps of every call: secrets out, allow-list, clean text. */
export async function present(tool: AnyTool, result: ToolResult, scope: Scope): Promise<Record<string, unknown>> {
  const shown = (await withPlaces(result, scope)) as ToolResult;
  const allowed = outputSchema(tool).parse({ ...shown, ...markOf(tool, scope) });
  return cleanValue(allowed, [...placeLines, ...(tool.textFields ?? [])]) as Record<string, unknown>;
}

/** Tells the sandbox from a live account, in every answer of a tool of one carrier. */
export function markOf(tool: AnyTool, { sandbox, carriers }: Pick<Scope, "sandbox" | "carriers">): { sandbox?: true; account?: string } {
  if (sandbox) return { sandbox: true };
  const account = carriers.find(({ provider }) => provider === tool.provider)?.account;
  return account === undefined ? {} : { account };
}

/** Drops rows from the longest list until the answer is short enough, and says how many. */
export function shorten(result: Record<string, unknown>): Record<string, unknown> {
  if (!isTooLong(result)) return result;
  const copy = structuredClone(result);
  let omitted = 0;
  // Halving keeps the work linear however long the list is; the sentence about it needs room too.
  for (let list = longestList(copy); list && list.length > 0 && weightOf(copy) > MAX_WEIGHT - 200; list = longestList(copy)) {
    omitted += list.splice(Math.floor(list.length / 2)).length;
  }
  const warnings = Array.isArray(copy["warnings"]) ? copy["warnings"] : [];
  return {
    ...copy,
    omitted,
    warnings: [...warnings, `${omitted} rows were left out to keep the answer short; its own list tool pages through them.`],
  };
}

function longestList(value: unknown): unknown[] | undefined {
  if (value === null || typeof value !== "object") return undefined;
  const inner = Object.values(value).map(longestList);
  const lists = [Array.isArray(value) ? value : undefined, ...inner].filter((list) => list !== undefined);
  return lists.sort((a, b) => weightOf(b) - weightOf(a))[0];
}

const MAX_MESSAGE = 4_500;

export interface ErrorReport extends ErrorDetails {
  code: string;
  message: string;
}

/** A failure as the agent reads it. `applied` is said of writes only. */
export function errorReport(error: TrunkError, effect: Effect): ErrorReport {
  const { applied: _, ...details } = error.details;
  const report = {
    code: error.code,
    message: error.message,
    ...details,
    hint: error.hint,
    ...(effect === "read" ? {} : { applied: error.applied }),
  };
  const cleaned = cleanValue(Object.fromEntries(Object.entries(report).filter(([, value]) => value !== undefined))) as ErrorReport;
  // Our own sentences say what will be lost: they are cleaned like everything else, but not cut where names are.
  return { ...cleaned, message: cleanText(error.message, MAX_MESSAGE) };
}

/** One sentence for a client that shows no more: what happened and what to do. The report has the rest. */
export function errorSentence({ code, message, hint, approve_url: url }: ErrorReport): string {
  if (code === "approval_required")
    return `Nothing was done yet. A person has to agree first${url === undefined ? `. ${hint}` : `: ${url}`}`;
  return message;
}

/** Any other error is a fault of ours: the agent gets a reference, the operator the detail. */
export function toTrunkError(error: unknown, requestId: string): TrunkError {
  if (error instanceof TrunkError) return error;
  return new TrunkError("internal", `Trunkline failed unexpectedly (reference ${requestId}).`);
}
