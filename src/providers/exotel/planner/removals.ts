import { type DoneStep, isExact, type StepDraft, type TrunkFacts } from "../../../core/carrier/planner.ts";
import { cleanText, quoteText } from "../../../core/text.ts";
import { ADDED, removal, undoAdded } from "../../../rules/planned-rows.ts";
import { goingOf, parts, removalsOf } from "./going.ts";
import type { Planning } from "./planning.ts";

/** Rows that are to go, once everything else is there. */
export function planRemovals(planning: Planning): void {
  const { task, wanted, plan, trunkSid } = planning;
  if (!task.trunk) return;
  for (const part of parts) plan.removals.push(...removalsOf(planning, part, goingOf(planning, part)));
  const { alias } = task.trunk;
  if (alias !== undefined && (wanted.alias?.value ?? "") === "" && isExact(task, "alias"))
    plan.removals.push(removal("exotel_remove_trunk_alias", { trunk_sid: trunkSid }, `Alias ${quoteText(alias)}`));
}

type Undo = (done: DoneStep, trunkSid: string, before: TrunkFacts | undefined) => StepDraft | undefined;

function modeOf(before: TrunkFacts | undefined, number: string): string | undefined {
  const numbers = before?.["numbers"];
  const row = Array.isArray(numbers) ? numbers.find((entry) => entry.startsWith(`${number} `)) : undefined;
  return row?.split(" ")[1];
}

const undos: Record<string, Undo> = {
  exotel_map_phone_number: undoAdded("phone_number", "phone_number_id", "exotel_unmap_phone_number", "phone_number"),
  exotel_whitelist_ip: undoAdded("whitelisted_ip", "whitelisted_ip_id", "exotel_remove_whitelisted_ip", "ip"),
  exotel_create_credentials: undoAdded("credentials", "credential_id", "exotel_delete_credentials", "user_name"),
  exotel_update_phone_number: ({ step }, trunkSid, before) => {
    const { phone_number_id, phone_number } = step.arguments;
    const mode = modeOf(before, String(phone_number));
    if (mode === undefined) return undefined;
    const again = { trunk_sid: trunkSid, phone_number_id, phone_number, mode };
    return { tool: "exotel_update_phone_number", arguments: again, effect: "change", reason: `It was in mode ${mode} before the plan.` };
  },
  // A number that went to another trunk goes back; what was only removed stays so.
  exotel_unmap_phone_number: ({ step }, trunkSid, before) => {
    const { phone_number } = step.arguments;
    const mode = step.chain === undefined ? undefined : modeOf(before, String(phone_number));
    if (mode === undefined) return undefined;
    const reason = "It was on this trunk before the plan.";
    return { tool: "exotel_map_phone_number", arguments: { trunk_sid: trunkSid, phone_number, mode }, effect: "create", reason };
  },
  exotel_update_trunk: (_, trunkSid, before) => {
    const name = before?.["name"];
    const reason = "It was called so before the plan.";
    return typeof name === "string"
      ? { tool: "exotel_update_trunk", arguments: { trunk_sid: trunkSid, trunk_name: name }, effect: "change", reason }
      : undefined;
  },
  exotel_set_trunk_alias: (_, trunkSid, before) => {
    if (!before || before["alias"] === undefined) return undefined;
    const { alias } = before;
    if (alias === null)
      return { ...removal("exotel_remove_trunk_alias", { trunk_sid: trunkSid }, "Alias"), reason: "There was none before the plan." };
    return {
      tool: "exotel_set_trunk_alias",
      arguments: { trunk_sid: trunkSid, alias },
      effect: "change",
      reason: "It was so before the plan.",
    };
  },
};

/** Plans the steps that take a done step back; one that added several rows needs several. */
export function undoExotel(done: DoneStep, before: TrunkFacts | undefined): StepDraft[] | undefined {
  const { step, result } = done;
  const trunkSid = String(step.arguments["trunk_sid"]);
  if (step.tool === "exotel_add_destination_uris") return destinationsAdded(result, trunkSid);
  const draft = undos[step.tool]?.(done, trunkSid, before);
  return draft && [draft];
}

/** Destinations that were there already are not the plan's. */
function destinationsAdded(result: Record<string, unknown>, trunkSid: string): StepDraft[] | undefined {
  const rows = Array.isArray(result["destination_uris"]) ? (result["destination_uris"] as Record<string, unknown>[]) : [];
  const own = rows.filter((row) => row["status"] === "added");
  if (!own.every((row) => typeof row["destination_uri_id"] === "string")) return undefined;
  return own.map(({ destination_uri_id, destination }) =>
    removal("exotel_remove_destination_uri", { trunk_sid: trunkSid, destination_uri_id }, cleanText(String(destination), 120), ADDED),
  );
}
