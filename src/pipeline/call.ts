import { AskPerson, type PersonChannel } from "../approval/agree.ts";
import { digest } from "../core/canonical.ts";
import type { CallOutcome } from "../core/carrier/observer.ts";
import type { Trunk } from "../core/carrier/trunk.ts";
import { urisShowing } from "../core/carrier/trunk-uris.ts";
import type { Progress } from "../core/plan-progress.ts";
import type { Binding } from "../core/store/journal.ts";
import { cleanText } from "../core/text.ts";
import { type AnyTool, type AnyWriteTool, mayNeedApproval, type ReadContext, type ToolContext, type ToolResult } from "../core/tool.ts";
import { gateRead } from "./gate.ts";
import { checkInput, parseGiven } from "./input.ts";
import { judgedWrite } from "./judged-write.ts";
import { resolveNames, tellingArguments } from "./names.ts";
import { checkAllowed } from "./policy.ts";
import { type ErrorReport, errorReport, isTooLong, markOf, present, shorten, toTrunkError } from "./result.ts";
import type { Scope } from "./scope.ts";
import { givenSecrets, resolveSecrets } from "./secret-fields.ts";
import { contextOf } from "./tool-context.ts";
import { finishEarlier, type WriteStep } from "./write.ts";

export interface Call {
  tool: AnyTool;
  arguments: unknown;
  requestId: string;
  signal: AbortSignal;
  person: PersonChannel;
  /** Told how far a plan is, where the client asked to be. */
  progress?: Progress | undefined;
  /** The signal is the caller's word, not a connection that broke. */
  stopsWithSignal?: boolean;
}

export type CallResult =
  | { kind: "done"; result: Record<string, unknown> }
  | { kind: "failed"; error: ErrorReport & { request_id: string } }
  | ({ kind: "ask" } & Pick<AskPerson, "approval" | "said" | "confirm" | "tries">);

/** One call from its arguments to its answer. The only place where errors are caught. */
export async function callTool(call: Call, scope: Scope): Promise<CallResult> {
  const { tool, requestId } = call;
  const started = scope.clock.now();
  const ended = (outcome: CallOutcome, error?: unknown) => {
    const ms = scope.clock.now() - started;
    scope.observer?.call({ tool: tool.name, outcome, ms });
    const about = {
      tool: tool.name,
      carrier: carrierOf(call, scope),
      caller: scope.principal,
      request_id: requestId,
      ...markOf(tool, scope),
    };
    scope.log[error === undefined ? "info" : "error"]({ ...about, outcome, ms, error }, messages[outcome] ?? "call failed");
  };
  try {
    const result = await run(call, scope);
    ended("done");
    return { kind: "done", result };
  } catch (error) {
    if (error instanceof AskPerson) {
      ended("asked");
      const { approval, said, confirm, tries } = error;
      return { kind: "ask", approval, said, confirm, tries };
    }
    if (call.signal.aborted) {
      ended("cancelled");
      throw error;
    }
    const known = toTrunkError(error, requestId);
    ended(known.code, known.code === "internal" ? error : undefined);
    return { kind: "failed", error: { ...errorReport(known, tool.effect), request_id: cleanText(requestId), ...markOf(tool, scope) } };
  }
}

/** A person who is to be asked is the normal way of things, and no failure. */
const messages: Partial<Record<CallOutcome, string>> = {
  done: "call done",
  asked: "call waits for a person",
  approval_required: "call waits for a person",
  approval_refused: "call was not approved",
  cancelled: "call was cancelled",
};

/** Of a tool for every carrier, the one that the call names. */
function carrierOf({ tool, arguments: given }: Call, { carriers }: Scope): string | undefined {
  const named = (given as { provider?: unknown } | null | undefined)?.provider;
  return tool.provider?.id ?? carriers.find(({ provider }) => provider.id === named)?.provider.id;
}

async function run(call: Call, scope: Scope): Promise<Record<string, unknown>> {
  const { tool, signal } = call;
  checkAllowed(tool, scope);
  const { input: parsed, approval, onlyIf } = parseGiven(tool, call.arguments);
  const secrets = givenSecrets(tool, parsed);
  const given = resolveSecrets(tool, parsed, scope.environmentSecret);
  const warnings = await checkInput(tool, given, scope.sandbox);
  const context = await contextOf(tool, scope, signal);
  const { input, seen } = await resolveNames(tool, given, context, scope);
  const bind = (): Binding => ({ principal: scope.principal, tool: tool.name, arguments: digest(tellingArguments(tool, input)) });
  if (tool.effect === "read") {
    if (mayNeedApproval(tool))
      await gateRead({ tool, input, secrets, warnings, approval, binding: bind(), context, person: call.person }, scope);
    return await read(tool, input, readContext(context, call, scope), warnings, scope);
  }
  if ("applies" in tool) return await applyTool(tool, input, approval, call, scope);
  const binding = bind();
  const step: WriteStep = { requestId: call.requestId, signal, tool, input, binding, context, seen, onlyIf };
  const earlier = mayNeedApproval(tool) ? await finishEarlier(step, scope) : undefined;
  if (earlier) return await answerOf(step, earlier, warnings, scope);
  const { result, remarks } = await judgedWrite(
    step,
    { tool, input, secrets, warnings, approval, binding, context, person: call.person },
    scope,
  );
  return await answerOf(step, result, [...warnings, ...remarks], scope);
}

type PlanTool = Extract<AnyTool, { applies: unknown }>;

async function applyTool(
  tool: PlanTool,
  input: Record<string, unknown>,
  approval: string | undefined,
  { person, signal, progress, stopsWithSignal = false }: Call,
  scope: Scope,
): Promise<Record<string, unknown>> {
  const { planId, cancel } = tool.applies(input);
  const binding: Binding = { principal: scope.principal, tool: tool.name, arguments: digest({ plan_id: planId }) };
  const result = await scope.plans.apply({ planId, cancel, binding, approval, person, signal, progress, stopsWithSignal }, scope);
  await scope.cache.clear();
  void scope.changes.publish({ list: true, uris: [`plans://${planId}`] });
  return shorten(await present(tool, result, scope));
}

async function answerOf(
  { tool, input }: WriteStep,
  result: ToolResult,
  warnings: string[],
  scope: Scope,
): Promise<Record<string, unknown>> {
  announce(tool, input, result, scope);
  await scope.cache.clear();
  return shorten(await present(tool, withWarnings(result, warnings), scope));
}

type ReadTool = Extract<AnyTool, { effect: "read" }>;

/** A page that is too long is asked for again in half the size, so that its cursor stays true. */
async function read(
  tool: ReadTool,
  input: Record<string, unknown>,
  context: ReadContext<unknown>,
  warnings: string[],
  scope: Scope,
): Promise<Record<string, unknown>> {
  const result = await present(tool, withWarnings(await tool.run(input, context), warnings), scope);
  const { limit } = input;
  if (!isTooLong(result) || typeof limit !== "number" || limit <= 1) return shorten(result);
  return await read(tool, { ...input, limit: Math.floor(limit / 2) }, context, warnings, scope);
}

function readContext(context: ToolContext<unknown>, { progress }: Call, scope: Scope): ReadContext<unknown> {
  const { signal } = context;
  return {
    ...context,
    ...(progress ? { progress } : {}),
    plans: {
      make: (wanted) => scope.plans.make(wanted, scope, signal),
      connect: (wanted) => scope.plans.connect(wanted, scope, signal),
      status: (planId, steps) => scope.plans.status(planId, scope, steps),
    },
  };
}

/** Tells subscribers that the trunk, or the list of trunks, has changed. */
function announce(tool: AnyWriteTool, input: Record<string, unknown>, result: ToolResult, scope: Scope): void {
  const { provider } = tool;
  if (!provider) return;
  const { trunk, before, after } = result as Record<"trunk" | "before" | "after", Partial<Trunk> | null | undefined>;
  const names = [before, after, trunk].map((seen) => seen?.trunk_name);
  const uris = urisShowing(provider.id, [input[provider.trunkField], trunk?.trunk_id, ...names]);
  // Listeners are told while the answer goes out; the call does not wait for them.
  void scope.changes.publish({ list: tool.changesList === true, uris });
}

function withWarnings(result: ToolResult, warnings: string[]): ToolResult {
  const own = Array.isArray(result["warnings"]) ? result["warnings"] : [];
  const all = [...new Set([...warnings, ...own])];
  const { warnings: _, ...rest } = result;
  return all.length > 0 ? { ...rest, warnings: all } : rest;
}
