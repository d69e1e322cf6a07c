import type { StepDraft, TrunkPlan, TrunkTask } from "../../../core/carrier/planner.ts";
import type { TrunkDetail } from "../../../core/carrier/trunk.ts";
import { quoteText } from "../../../core/text.ts";
import { note } from "../../../rules/findings.ts";
import type { NewInbound } from "../fields.ts";
import { checkNewInbound } from "../input-rules.ts";
import { loginOf } from "./changes.ts";
import type { Wanted } from "./options.ts";
import { placed } from "./placed.ts";

const ROOM_PREFIX = "call";

export function planNewInbound({ name, sandbox, wanted: setups }: TrunkTask, wanted: Wanted, plan: TrunkPlan): void {
  const { agent_name: _, room_prefix: __, auth_password: ___, destination_country: ____, from_host: _____, ...options } = wanted.options;
  if (wanted.numbers.size === 0) {
    plan.questions.push({ field: `${wanted.at}numbers`, question: "Which numbers does the trunk take, in E.164?" });
    return;
  }
  const isConnected = setups.some(({ setup }) => setup.connected);
  const input: NewInbound = {
    name,
    numbers: [...wanted.numbers.keys()],
    ...(wanted.ips.size > 0 ? { allowed_addresses: [...wanted.ips.keys()] } : {}),
    ...loginOf(undefined, wanted, plan),
    ...options,
  };
  note(
    plan,
    checkNewInbound(input, sandbox)
      // Of a connection it is known whether the carrier can log in.
      .filter((finding) => !isConnected || finding?.level !== "warn" || finding.field !== "auth_username")
      .map((finding) => placed(finding, wanted)),
  );
  plan.steps.push({
    tool: "livekit_create_inbound_trunk",
    arguments: { ...input },
    effect: "create",
    reason: "There is no trunk of this name.",
  });
  if (setups.some(({ setup }) => setup.use_case !== undefined) || wanted.options.agent_name !== undefined) addRule(name, wanted, plan);
  if (isConnected) return;
  plan.next.push("At the carrier, send the calls to LIVEKIT_SIP_HOST (5061 with tls, or 5060 with tcp), and the number last.");
}

/** A rule for a trunk that no rule of its own serves; one that has another is for a person to change. */
export function planRule(trunk: TrunkDetail, wanted: Wanted, plan: TrunkPlan): void {
  const { agent_name } = wanted.options;
  if (agent_name === undefined) return;
  const rules = trunk.attributes?.["dispatch_rules"];
  const own = (Array.isArray(rules) ? rules : []).filter((text) => !text.includes(" (every trunk): "));
  if (own.some((text) => text.includes(`agent ${quoteText(agent_name)}`))) {
    plan.unchanged.push({ kind: "option", value: "agent_name" });
    return;
  }
  if (own.length === 0) {
    addRule(trunk.trunk_id, wanted, plan);
    return;
  }
  const question = `A dispatch rule leads its calls elsewhere: ${own[0]}. Change it with livekit_update_dispatch_rule, or leave agent_name out?`;
  plan.questions.push({ field: `${wanted.at}options.agent_name`, question });
}

function addRule(trunk: string, { options, at }: Wanted, plan: TrunkPlan): void {
  const { agent_name, room_prefix = ROOM_PREFIX } = options;
  if (agent_name === undefined) {
    const question = "Which agent answers? Its name as the worker registers it, in the same spelling.";
    plan.questions.push({ field: `${at}options.agent_name`, question });
    return;
  }
  const draft: StepDraft = {
    tool: "livekit_create_dispatch_rule",
    arguments: { name: `${agent_name} (${trunk})`, trunk_ids: [trunk], rule_type: "individual", room_prefix, agents: [{ agent_name }] },
    effect: "create",
    reason: "No dispatch rule leads its calls to an agent.",
    // Taken back by itself: it does not go with its trunk.
    chain: `dispatch rule of ${trunk}`,
  };
  plan.steps.push(draft);
}
