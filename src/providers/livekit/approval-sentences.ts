import type { StepRun } from "../../core/carrier/planner.ts";
import { quoteText } from "../../core/text.ts";
import { sayFields } from "../../rules/say-fields.ts";

type Given = Record<string, unknown>;

/** The planner's calls in words, before a person agrees to them. `fields`: what is set, or nothing. */
const stepSentences: Record<string, (trunk: string, fields: string, given: Given, about: string | undefined) => string> = {
  livekit_create_inbound_trunk: (trunk, fields) => `Create the inbound ${trunk} on LiveKit${fields}.`,
  livekit_update_inbound_trunk: (trunk, fields) => `Change the inbound ${trunk} on LiveKit${fields}.`,
  livekit_create_outbound_trunk: (trunk, fields) => `Create the outbound ${trunk} on LiveKit${fields}.`,
  livekit_update_outbound_trunk: (trunk, fields) => `Change the outbound ${trunk} on LiveKit${fields}.`,
  livekit_delete_trunk: (trunk) => `Delete ${trunk} on LiveKit; this cannot be undone.`,
  livekit_create_dispatch_rule: (trunk, __, { room_prefix, room_name, agents }) =>
    `Lead calls of ${trunk} on LiveKit to ${roomOf(room_prefix, room_name)}${agentsOf(agents)}.`,
  livekit_delete_dispatch_rule: (trunk, __, { dispatch_rule_id }, about = String(dispatch_rule_id)) =>
    `Delete the dispatch rule ${quoteText(about)} of ${trunk} on LiveKit.`,
};

export function sayStepRun([{ tool, arguments: given, about }]: StepRun, trunk: string): string | undefined {
  const fields = sayFields(given, ["name", "trunk_id", "auth_password"]);
  return stepSentences[tool]?.(trunk, fields === "" ? "" : `: ${fields}`, given, about);
}

function roomOf(prefix: unknown, name: unknown): string {
  return name === undefined ? `rooms ${quoteText(`${String(prefix ?? "")}_*`)}` : `room ${quoteText(String(name))}`;
}

function agentsOf(agents: unknown): string {
  const names = Array.isArray(agents) ? agents.map(({ agent_name }: { agent_name: string }) => quoteText(agent_name)) : [];
  return names.length === 0 ? ", where no agent is sent by name" : ` and agent ${names.join(", ")}`;
}
