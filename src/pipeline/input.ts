import type * as z from "zod";
import { brokenRule } from "../core/broken-rule.ts";
import { TrunkError } from "../core/errors.ts";
import type { InputFinding } from "../core/input-finding.ts";
import { lenient } from "../core/lenient.ts";
import type { OnlyIf } from "../core/only-if.ts";
import { cleanText } from "../core/text.ts";
import { type AnyTool, inputSchema } from "../core/tool.ts";
import { holdsSecret } from "./secret-fields.ts";

/** The tool's own arguments, and those that the pipeline takes out of every call. */
export interface ParsedInput {
  input: Record<string, unknown>;
  approval: string | undefined;
  onlyIf: OnlyIf;
}

/** The arguments of a call, parsed, or an error that names the field, the rule, what came and what to do. */
export function parseInput(tool: AnyTool, given: unknown): ParsedInput {
  const parsed = inputSchema(tool).safeParse(given ?? {});
  if (!parsed.success) throw inputError(tool, parsed.error, given);
  const { approval, only_if, ...input } = parsed.data as Record<string, unknown>;
  return { input, approval: typeof approval === "string" ? approval : undefined, onlyIf: only_if as OnlyIf };
}

/** The same for arguments that a model wrote; those of a plan's steps are ours, and say what they mean. */
export function parseGiven(tool: AnyTool, given: unknown): ParsedInput {
  return parseInput(tool, lenient(inputSchema(tool), given));
}

function inputError(tool: AnyTool, error: z.ZodError, given: unknown): TrunkError {
  const [issue] = error.issues;
  const isUnknown = issue?.code === "unrecognized_keys";
  const field = isUnknown
    ? issue.keys.map((key) => [...issue.path, cleanText(key, 40)].join(".")).join(", ")
    : (issue?.path.join(".") ?? "");
  const received = isUnknown ? "" : `, received ${describe(tool, given, issue?.path ?? [])}`;
  const rule = isUnknown ? "no such field" : brokenRule(issue?.message ?? "");
  return new TrunkError("invalid_input", `${field || "arguments"}: ${rule}${received}. Nothing was sent.`, {
    field,
    hint: `${tool.name} takes: ${Object.keys(inputSchema(tool).shape).join(", ")}.`,
  });
}

function describe(tool: AnyTool, given: unknown, path: readonly PropertyKey[]): string {
  const value = valueAt(given, path);
  if (value === undefined) return "nothing";
  if (holdsSecret(tool, path)) return "a value that is not shown";
  return cleanText(typeof value === "string" ? `"${value}"` : (JSON.stringify(value) ?? typeof value), 80);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (at !== null && typeof at === "object" ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}

/** Runs a tool's own rules: the first refusal stops the call, the rest become warnings of its result. */
export async function checkInput(tool: AnyTool, input: Record<string, unknown>, sandbox: boolean): Promise<string[]> {
  const findings: (InputFinding | undefined)[] = (await tool.check?.(input, { sandbox })) ?? [];
  const found = findings.filter((finding) => finding !== undefined);
  const refusal = found.find((finding) => finding.level === "refuse");
  if (refusal) throw new TrunkError("invalid_input", refusal.message, { field: refusal.field, hint: refusal.hint });
  return found.map((finding) => finding.message);
}
