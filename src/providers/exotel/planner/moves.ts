import { quoteText } from "../../../core/text.ts";
import { leaving, MOVES, removal } from "../../../rules/planned-rows.ts";
import type { Planning } from "./planning.ts";

/** Numbers that another trunk has: each is taken off there, and mapped here at once. */
export function planMoves({ task, wanted, plan, trunkSid }: Planning): void {
  const elsewhere = new Map(task.elsewhere.map((one) => [one.row.phone_number, one]));
  for (const want of wanted.numbers.values()) {
    const { row, trunk_id, trunk_name } = elsewhere.get(want.number) ?? {};
    if (!row || trunk_id === undefined || trunk_name === undefined) continue;
    const said = quoteText(row.phone_number);
    if (row.phone_number_id === undefined) {
      const question = `${said} is on the trunk ${quoteText(trunk_name)}, and Exotel's list has no id by which to take it off there. Leave it out?`;
      plan.questions.push({ field: want.field, question });
      continue;
    }
    const input = { trunk_sid: trunk_id, phone_number_id: row.phone_number_id, phone_number: row.phone_number };
    const off = removal("exotel_unmap_phone_number", input, `Number ${said}`);
    plan.steps.push(leaving(off, row.phone_number, trunk_name, task.name), {
      tool: "exotel_map_phone_number",
      arguments: { trunk_sid: trunkSid, phone_number: row.phone_number, mode: want.mode ?? want.sent ?? row.mode ?? "pstn" },
      effect: "create",
      reason: `${want.reason} It is on ${quoteText(trunk_name)} until then.`,
      chain: MOVES,
    });
  }
}
