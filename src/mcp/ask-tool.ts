import { currentTrace } from "../core/call-context.ts";
import { newId } from "../core/id.ts";
import { callTool } from "../pipeline/call.ts";
import type { Scope } from "../pipeline/scope.ts";
import { loadTool } from "./load-tool.ts";

/** The answer of a tool that only reads, through the same pipeline as a call; undefined for something that is not there. */
export async function askTool(
  name: "list_trunks" | "get_trunk" | "get_plan",
  args: unknown,
  scope: Scope,
  signal: AbortSignal,
): Promise<Record<string, unknown> | undefined> {
  const tool = await loadTool(name);
  const requestId = currentTrace()?.requestId ?? newId();
  const result = await callTool({ tool, arguments: args, requestId, signal, person: { canAsk: false, answer: undefined } }, scope);
  if (result.kind === "done") return result.result;
  if (result.kind === "failed" && result.error.code === "not_found") return undefined;
  // The protocol passes this message on. It is the report's, and so a sentence of ours.
  throw new Error(result.kind === "failed" ? `${result.error.message} ${result.error.hint}` : "Reading asks nobody.");
}
