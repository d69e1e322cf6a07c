import type { DoneStep, StepDraft, TrunkFacts } from "../../../core/carrier/planner.ts";
import { ADDED } from "../../../rules/planned-rows.ts";
import { settingOptions, toInput } from "./options.ts";
import { removeAddress, takeOff } from "./rows.ts";

type Undo = (done: DoneStep, connectionId: string, before: TrunkFacts | undefined) => StepDraft | undefined;

const undos: Record<string, Undo> = {
  telnyx_add_address: ({ result }, connectionId) => {
    const row = result["address"] as { address_id?: unknown; address?: unknown; port?: number } | undefined;
    if (typeof row?.address_id !== "string" || typeof row.address !== "string") return undefined;
    return removeAddress(connectionId, { address_id: row.address_id, address: row.address, port: row.port }, ADDED);
  },
  telnyx_assign_phone_number: ({ result }, connectionId) => {
    const row = result["phone_number"] as { phone_number_id?: unknown; phone_number?: unknown } | undefined;
    if (typeof row?.phone_number_id !== "string" || typeof row.phone_number !== "string") return undefined;
    return takeOff(connectionId, { phone_number: row.phone_number, phone_number_id: row.phone_number_id }, ADDED);
  },
  // A number that went to another connection goes back; what was only taken off stays so.
  telnyx_unassign_phone_number: ({ step }, connectionId) =>
    step.chain === undefined
      ? undefined
      : {
          tool: "telnyx_assign_phone_number",
          arguments: { connection_id: connectionId, phone_number: step.arguments["phone_number"] },
          effect: "change",
          reason: "It was on this connection before the plan.",
        },
  telnyx_update_connection: ({ step }, connectionId, before) => {
    if (!before) return undefined;
    const given = step.arguments as { inbound?: object; outbound?: object } & Record<string, unknown>;
    const isSet = (option: string) => {
      const { into, name = option } = settingOptions[option] ?? {};
      return into === undefined ? name in given : name in (given[into] ?? {});
    };
    const options = Object.keys(settingOptions).filter((option) => isSet(option) && before[option] != null);
    const input = toInput(options.map((option) => [option, before[option]] as const));
    const alias =
      "ani_override" in (given.outbound ?? {})
        ? { outbound: { ...(input["outbound"] as object | undefined), ani_override: before["alias"] ?? "" } }
        : {};
    const profile =
      given["outbound_voice_profile_id"] !== undefined && before["outbound_voice_profile_id"] != null
        ? { outbound_voice_profile_id: before["outbound_voice_profile_id"] }
        : {};
    const name = given["connection_name"] === undefined ? {} : { connection_name: before["name"] };
    const fields = { ...name, ...input, ...alias, ...profile };
    if (Object.keys(fields).length === 0) return undefined;
    return {
      tool: "telnyx_update_connection",
      arguments: { connection_id: connectionId, ...fields },
      effect: "change",
      reason: "It was so before the plan.",
    };
  },
};

/** Takes a done step back; a profile stays, since others may use it, and so does a login, whose password nobody knows any more. */
export function undoTelnyx(done: DoneStep, before: TrunkFacts | undefined): StepDraft[] | undefined {
  const draft = undos[done.step.tool]?.(done, String(done.step.arguments["connection_id"]), before);
  return draft && [draft];
}
