import * as z from "zod";
import type { Exposure } from "../../core/tool.ts";
import { newRule } from "./after.ts";
import { type NewRule, ruleTypes } from "./fields.ts";
import type { LiveKitReads } from "./reads.ts";
import { ruleText } from "./view.ts";

/** A dispatch rule as a program relies on it. */
export const ruleRowSchema = z.object({
  dispatch_rule_id: z.string(),
  name: z.string(),
  /** Empty: every trunk. */
  trunk_ids: z.array(z.string()),
  rule_type: z.enum(ruleTypes),
  room_name: z.string().optional(),
  room_prefix: z.string().optional(),
  agents: z.array(z.string()),
  has_pin: z.boolean().optional(),
  numbers: z.array(z.string()).optional(),
  inbound_numbers: z.array(z.string()).optional(),
  hide_phone_number: z.boolean().optional(),
  krisp_enabled: z.boolean().optional(),
});

/** Live calls that a new rule takes from another one. Behind a PIN it takes none but those of callers who type it. */
export async function takenCalls(input: NewRule, reads: LiveKitReads, signal?: AbortSignal): Promise<Exposure | undefined> {
  if (input.pin || input.trunk_ids.length === 0) return undefined;
  const rules = await reads.rules({ trunkIds: input.trunk_ids }, signal);
  if (rules.length === 0) return undefined;
  const items = rules.map(({ record }) => ({
    gravity: "opened" as const,
    what: record.sip_dispatch_rule_id,
    detail: `Live calls that the rule ${ruleText(record)} answers may go to this one at once.`,
  }));
  return { trunk: newRule(input), items, state: rules.map(({ record }) => record) };
}
