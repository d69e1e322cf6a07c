import type { TrunkDetail } from "../core/carrier/trunk.ts";
import { TrunkError } from "../core/errors.ts";
import type { ToolResult } from "../core/tool.ts";
import type { Scope } from "./scope.ts";
import { withoutSecrets } from "./secret-fields.ts";
import type { WriteStep } from "./write.ts";

/** The result of reading back a write. */
export interface Seen {
  verified: boolean;
  /** The trunk as it was read, where the effect is missing. */
  trunk?: TrunkDetail;
  warnings?: string[];
}

/** A carrier that is slow to show a change has this long. */
const SHOWN_AFTER_MS = [0, 500];

/** Reads back a call that the carrier documents thinly; undefined for any other. Failing to read undoes nothing, so it is no error. */
export async function readBack(step: WriteStep, result: ToolResult, { clock }: Pick<Scope, "clock">): Promise<Seen | undefined> {
  const { tool, input, context } = step;
  const operation = tool.write(context);
  if (!operation.thin) return undefined;
  // Its answer was lost, and it was found by reading back.
  if (result["settled"] === true) return { verified: true };
  try {
    for (const ms of SHOWN_AFTER_MS) {
      if (ms > 0) await clock.sleep(ms);
      if (await operation.settle(withoutSecrets(tool, input))) return { verified: true };
    }
    const id = String(input[tool.provider?.trunkField ?? ""]);
    const { trunk } = await context.trunks.get(context.client, id, step.signal);
    return {
      verified: false,
      trunk,
      warnings: ["The carrier accepted the call, but reading back does not show its effect: `after` is the trunk as it was read."],
    };
  } catch (error) {
    const because = error instanceof TrunkError ? ` ${error.message}` : "";
    return { verified: false, warnings: [`The carrier accepted the call; whether it took effect could not be read.${because}`] };
  }
}
