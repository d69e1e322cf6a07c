import { digest } from "../../core/canonical.ts";
import type { Step } from "../../core/carrier/planner.ts";
import { type StepBegin, stepRequest } from "../../core/store/plans.ts";
import type { AnyWriteTool, ToolContext } from "../../core/tool.ts";
import { parseInput } from "../../pipeline/input.ts";
import { tellingArguments } from "../../pipeline/names.ts";
import { checkAllowed } from "../../pipeline/policy.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { redact, resolveSecrets } from "../../pipeline/secret-fields.ts";
import { contextOf } from "../../pipeline/tool-context.ts";
import { resolveTrunkName } from "../../pipeline/trunk-name.ts";
import { lockKey } from "../../pipeline/write.ts";
import { stepTool } from "../planning/judge-steps.ts";
import { withLogins } from "./logins-of.ts";

/** A step whose every argument is known, ready to be journaled and sent. */
export interface ReadyStep {
  step: Step;
  tool: AnyWriteTool;
  input: Record<string, unknown>;
  context: ToolContext<unknown>;
  begin: StepBegin;
  /** Of its trunk before a removal. */
  snapshot?: string | undefined;
}

/** The names of trunks that this run has created or looked up: each is resolved once. */
export type KnownTrunks = Map<string, string>;

/** Refuses a plan with a step that the operator, or the caller's token, does not allow. */
export async function checkSteps(steps: readonly Step[], scope: Scope): Promise<void> {
  for (const name of new Set(steps.map(({ tool }) => tool))) checkAllowed(await stepTool(name), scope, `The plan needs ${name}, which`);
}

/** The arguments as a single call would have them: parsed, secrets put in, the trunk's name resolved, what we generate generated. */
export async function readyStep(plan: string, step: Step, scope: Scope, known: KnownTrunks, signal: AbortSignal): Promise<ReadyStep> {
  const tool = await stepTool(step.tool);
  const { input: parsed } = parseInput(tool, await withLogins(step, tool, scope, known, signal));
  const given = resolveSecrets(tool, parsed, scope.environmentSecret);
  const context = await contextOf(tool, scope, signal);
  const named = await withTrunkId(tool, given, context, known, signal);
  const input = tool.resolve ? await tool.resolve(named, context) : named;
  const prepared = tool.prepare?.(input) ?? input;
  const binding = { principal: scope.principal, tool: tool.name, arguments: digest(tellingArguments(tool, input)) };
  const begin = { ...binding, requestId: stepRequest(plan, step.n), redacted: redact(tool, prepared), n: step.n, lock: lockKey(binding) };
  return { step, tool, input: prepared, context, begin };
}

async function withTrunkId(
  tool: AnyWriteTool,
  input: Record<string, unknown>,
  context: ToolContext<unknown>,
  known: KnownTrunks,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const field = tool.provider?.trunkField;
  const named = field === undefined ? undefined : input[field];
  if (field === undefined || typeof named !== "string") return input;
  const key = `${tool.provider?.id} ${named}`;
  const id = known.get(key);
  const resolved = id === undefined ? await resolveTrunkName(context, field, input, signal, tool.kind) : { ...input, [field]: id };
  known.set(key, String(resolved[field]));
  return resolved;
}
