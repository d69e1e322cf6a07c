import { TrunkError } from "../core/errors.ts";
import type { AnyWriteTool } from "../core/tool.ts";

/** A write in doubt, with the call that shows whether it took effect. The carrier's part may say by what to know its record. */
export function withLook(error: unknown, tool: AnyWriteTool, input: Record<string, unknown>): unknown {
  if (!(error instanceof TrunkError) || error.code !== "outcome_unknown") return error;
  const trunk = tool.subject ? undefined : trunkOf(tool, input);
  if (trunk === undefined) return error;
  const call = `get_trunk ${JSON.stringify({ provider: tool.provider?.id, trunk_id: trunk })}`;
  const known = error.details.hint === undefined ? "" : ` ${error.details.hint}`;
  return error.with({
    hint: `Read the trunk: ${call} shows whether it took effect.${known} The same call again looks first too, and repeats nothing that it finds.`,
  });
}

/** Its id, or the name under which the call makes it. */
function trunkOf(tool: AnyWriteTool, input: Record<string, unknown>): unknown {
  const field = tool.provider?.trunkField;
  return field !== undefined && field in input ? input[field] : tool.after?.(undefined, input)?.trunk_name;
}
