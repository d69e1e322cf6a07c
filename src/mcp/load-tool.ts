import { type ToolName, tools } from "../../tools/index.ts";
import { TrunkError } from "../core/errors.ts";
import type { AnyTool } from "../core/tool.ts";

/** A tool's code loads with its first call: by then an update may have replaced the files of this program. */
export async function loadTool(name: ToolName): Promise<AnyTool> {
  try {
    return (await tools[name]()).default;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new TrunkError("internal", "Trunkline's files were replaced or removed while it ran. Nothing was done. Restart it.");
  }
}
