import type { StepRun } from "../../core/carrier/planner.ts";
import type { Consequence } from "../../core/store/store.ts";
import { cleanText, quoteText } from "../../core/text.ts";
import type { ToolContext } from "../../core/tool.ts";
import type { VyomClient } from "./client.ts";
import { whatStays } from "./deactivate.ts";

const MAX_NUMBERS_NAMED = 5;

export async function deactivatingTrunk({ client, trunks, signal }: ToolContext<VyomClient>, trunkId: string): Promise<Consequence> {
  const { trunk } = await trunks.get(client, trunkId, signal);
  const numbers = (trunk.phone_numbers ?? []).map(({ phone_number }) => phone_number);
  const named = numbers.slice(0, MAX_NUMBERS_NAMED).join(", ");
  const more = numbers.length > MAX_NUMBERS_NAMED ? ` and ${numbers.length - MAX_NUMBERS_NAMED} more` : "";
  const remembered = numbers.length > 0 ? ` This server remembers its numbers: ${named}${more}.` : "";
  const type = trunk.attributes?.["trunk_type"];
  return {
    // The person reads the cleaned name, so the typed name is compared with it.
    confirm: cleanText(trunk.trunk_name, 100) || trunk.trunk_id,
    sentences: [
      `Deactivate trunk ${quoteText(trunk.trunk_name, 100)} (${trunk.trunk_id}) on Vyom: calls placed through it are refused.${remembered}`,
      ...whatStays(typeof type === "string" ? type : undefined),
    ],
    state: trunk,
  };
}

/** The planner's calls in words, before a person agrees to them. */
const stepSentences: Record<string, (trunk: string) => string> = {
  vyom_create_outbound_trunk: (trunk) => `Create ${trunk} on Vyom; nothing of it can be changed later.`,
  vyom_deactivate_trunk: (trunk) => `Deactivate ${trunk} on Vyom for good.`,
};

export function sayStepRun([{ tool }]: StepRun, trunk: string): string | undefined {
  return stepSentences[tool]?.(trunk);
}
