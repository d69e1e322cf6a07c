import type { DoneStep, StepDraft, TrunkFacts } from "../../../core/carrier/planner.ts";
import { undoAdded } from "../../../rules/planned-rows.ts";

type Undo = (done: DoneStep, trunkSid: string, before: TrunkFacts | undefined) => StepDraft | undefined;

/** The values as they were. */
function changedBack(trunkSid: string, names: readonly string[], before: TrunkFacts | undefined): StepDraft | undefined {
  if (!before) return undefined;
  const values = names.map((name) => [name, before[name === "friendly_name" ? "name" : name] ?? ""] as const);
  return {
    tool: "twilio_update_trunk",
    arguments: { trunk_sid: trunkSid, ...Object.fromEntries(values) },
    effect: "change",
    reason: "They were so before the plan.",
  };
}

const undos: Record<string, Undo> = {
  twilio_allow_ip: (done, trunkSid, before) => {
    const { ip, cidr_prefix_length: mask = 32 } = done.step.arguments;
    const ips = before?.["ips"];
    // It might call before, by a list that the plan took off.
    if (Array.isArray(ips) && ips.includes(`${ip}/${mask}`)) return undefined;
    return undoAdded("whitelisted_ip", "whitelisted_ip_id", "twilio_remove_ip", "ip")(done, trunkSid);
  },
  twilio_create_credential: undoAdded("credentials", "credential_id", "twilio_delete_credential", "username"),
  twilio_add_origination_url: undoAdded("destination_uri", "destination_uri_id", "twilio_remove_origination_url", "sip_url"),
  twilio_assign_phone_number: undoAdded("phone_number", "phone_number_id", "twilio_unassign_phone_number", "phone_number"),
  twilio_update_origination_url: ({ step }, trunkSid) => ({
    tool: "twilio_update_origination_url",
    arguments: { trunk_sid: trunkSid, destination_uri_id: step.arguments["destination_uri_id"], enabled: false },
    effect: "change",
    reason: "It was switched off before the plan.",
    ...(step.about === undefined ? {} : { about: step.about }),
  }),
  // A number that went to another trunk goes back; what was only removed stays so.
  twilio_unassign_phone_number: ({ step }, trunkSid) =>
    step.chain === undefined
      ? undefined
      : {
          tool: "twilio_assign_phone_number",
          arguments: { trunk_sid: trunkSid, phone_number: step.arguments["phone_number"], loses: "" },
          effect: "change",
          reason: "It was on this trunk before the plan.",
        },
  twilio_update_trunk: ({ step }, trunkSid, before) =>
    changedBack(
      trunkSid,
      Object.keys(step.arguments).filter((name) => name !== "trunk_sid"),
      before,
    ),
};

/** Plans the step that takes a done step back. */
export function undoTwilio(done: DoneStep, before: TrunkFacts | undefined): StepDraft[] | undefined {
  const draft = undos[done.step.tool]?.(done, String(done.step.arguments["trunk_sid"]), before);
  return draft && [draft];
}
