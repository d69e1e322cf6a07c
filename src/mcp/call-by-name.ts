import { type ToolName, tools } from "../../tools/index.ts";
import { TrunkError } from "../core/errors.ts";
import { type CallResult, callTool } from "../pipeline/call.ts";
import type { Scope } from "../pipeline/scope.ts";
import { loadTool } from "./load-tool.ts";

/** One call as a client makes it, from a command of this program. `approval`: the id under which a person agreed. */
export async function callByName(name: string, args: Record<string, unknown>, scope: Scope): Promise<CallResult> {
  if (!Object.hasOwn(tools, name)) throw new TrunkError("internal", `There is no tool ${name}.`);
  const tool = await loadTool(name as ToolName);
  return await callTool(
    { tool, arguments: args, requestId: "terminal", signal: new AbortController().signal, person: { canAsk: true, answer: undefined } },
    scope,
  );
}
