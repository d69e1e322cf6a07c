import {
  type CarrierPlanner,
  createdBy,
  type DoneStep,
  emptyTrunkPlan,
  type StepDraft,
  type TrunkFacts,
  type TrunkPlan,
  type TrunkTask,
} from "../../core/carrier/planner.ts";
import type { Setup } from "../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { note, refuse } from "../../rules/findings.ts";
import { cidr } from "../../rules/range.ts";
import { sayStepRun } from "./approval-sentences.ts";
import type { LiveKitClient } from "./client.ts";
import type { InboundChange, OutboundChange } from "./fields.ts";
import { checkInboundChange, checkOutboundChange } from "./input-rules.ts";
import { changedFields } from "./planner/changes.ts";
import { planNewInbound, planRule } from "./planner/inbound.ts";
import { collect, type Wanted } from "./planner/options.ts";
import { changedGateway, planNewOutbound } from "./planner/outbound.ts";
import { placed } from "./planner/placed.ts";
import { isTrunkId } from "./view.ts";

export const livekitPlanner: CarrierPlanner<LiveKitClient> = {
  checkName: (name) => (isTrunkId(name) ? refuse("trunk", "A new trunk needs a name that does not look like an id.") : undefined),
  facts,
  plan: planTrunk,
  say: sayStepRun,
  describe,
  removeTrunk: ({ trunk_id }) => ({
    tool: "livekit_delete_trunk",
    arguments: { trunk_id },
    effect: "destroy",
    reason: "The trunk is not among what is wanted.",
  }),
  removeBeside,
  created: (done) => (/^livekit_create_(in|out)bound_trunk$/.test(done.step.tool) ? createdBy(done.step.tool)(done) : undefined),
  undo,
};

function facts({ trunk_name, phone_numbers = [], whitelisted_ips = [], credentials = [], attributes = {} }: TrunkDetail): TrunkFacts {
  return {
    name: trunk_name,
    numbers: phone_numbers.map(({ phone_number }) => phone_number).sort(),
    allowed_addresses: whitelisted_ips.map(cidr).sort(),
    auth_username: credentials[0]?.user_name ?? null,
    ...attributes,
  };
}

function planTrunk(task: TrunkTask): TrunkPlan {
  const plan = emptyTrunkPlan();
  const wanted = collect(task, plan);
  if (plan.questions.length > 0) return plan;
  if (wanted.direction === undefined) {
    const question = "Is the trunk for calls in, or for calls out? At LiveKit these are two trunks.";
    plan.questions.push({ field: `${wanted.at}use_case`, question, candidates: ["inbound", "outbound"] });
    return plan;
  }
  refuseForeign(wanted, plan);
  if (task.trunk) planChange(task, task.trunk, wanted, plan);
  else if (wanted.direction === "inbound") planNewInbound(task, wanted, plan);
  else planNewOutbound(task, wanted, plan);
  return plan;
}

/** Asks about everything that the other kind of trunk has. */
function refuseForeign({ direction, ips, destinations, options }: Wanted, plan: TrunkPlan): void {
  const ask = (field: string, question: string) => plan.questions.push({ field, question });
  if (direction === "outbound")
    for (const field of ips.values()) ask(field, "An outbound trunk has no address list: the carrier has one. Leave ips out?");
  if (direction === "inbound")
    for (const field of destinations.values())
      ask(field, "An inbound trunk has no destination: its dispatch rule leads calls to an agent. Leave it out?");
  if (direction === "outbound" && options.agent_name !== undefined)
    ask("options.agent_name", "Of calls out your app says which agent speaks, not the trunk. Leave agent_name out?");
}

const shrinking = ["numbers", "allowed_addresses"];

function planChange(task: TrunkTask, trunk: TrunkDetail, wanted: Wanted, plan: TrunkPlan): void {
  const isIn = wanted.direction === "inbound";
  const changed = { ...changedFields(task, trunk, wanted, plan), ...(isIn ? {} : changedGateway(trunk, wanted, plan)) };
  if (Object.keys(changed).length > 0) {
    const input = { trunk_id: trunk.trunk_id, ...changed };
    const findings = isIn
      ? checkInboundChange(input as InboundChange, task.sandbox)
      : checkOutboundChange(input as OutboundChange, task.sandbox);
    note(
      plan,
      findings.map((finding) => placed(finding, wanted)),
    );
    const reason = `It has other values now: ${Object.keys(changed).join(", ")}.`;
    // A change that only takes away is made once nothing leads there any more.
    const isLess = wanted.numbers.size + wanted.ips.size === 0 && Object.keys(changed).every((name) => shrinking.includes(name));
    (isLess ? plan.removals : plan.steps).push({
      tool: `livekit_update_${wanted.direction}_trunk`,
      arguments: input,
      effect: "change",
      reason,
    });
  }
  if (isIn) planRule(trunk, wanted, plan);
}

/** The rules of a trunk alone: without it they would lead nothing anywhere. */
function removeBeside({ attributes = {} }: TrunkDetail): StepDraft[] {
  const rules = Array.isArray(attributes["dispatch_rules"]) ? attributes["dispatch_rules"] : [];
  return rules.flatMap((text): StepDraft[] => {
    const [, dispatch_rule_id, about = ""] = /^(SDR_\w+) "(.*?)": (?!.* \((?:every trunk|\d+ trunks)\): )/.exec(text) ?? [];
    if (dispatch_rule_id === undefined) return [];
    const reason = "It leads the calls of this trunk on.";
    return [{ tool: "livekit_delete_dispatch_rule", arguments: { dispatch_rule_id }, effect: "destroy", reason, about }];
  });
}

/** The values as they were; what was empty is emptied again. */
function undo({ step, result }: DoneStep, before: TrunkFacts | undefined): StepDraft[] | undefined {
  if (step.tool === "livekit_create_dispatch_rule") {
    const { dispatch_rule_id } = (result["dispatch_rule"] ?? {}) as { dispatch_rule_id?: string };
    const reason = "The plan had created it.";
    return dispatch_rule_id === undefined
      ? undefined
      : [{ tool: "livekit_delete_dispatch_rule", arguments: { dispatch_rule_id }, effect: "destroy", reason }];
  }
  if (!step.tool.startsWith("livekit_update_") || !before) return undefined;
  const { trunk_id, auth_password: _, ...fields } = step.arguments;
  // The password that a login had before is known to nobody here.
  if ("auth_username" in fields && before["auth_username"] !== null) return undefined;
  const values = Object.keys(fields).map((name) => [name, before[name] ?? emptyOf(name)]);
  return [
    { tool: step.tool, arguments: { trunk_id, ...Object.fromEntries(values) }, effect: "change", reason: "They were so before the plan." },
  ];
}

function emptyOf(name: string): string | string[] {
  if (name === "media_encryption") return "disable";
  return ["numbers", "allowed_addresses", "allowed_numbers"].includes(name) ? [] : "none";
}

const shownOptions = ["media_encryption", "allowed_numbers", "destination_country", "from_host"];

function describe(trunk: TrunkDetail, name: string): { setups: Setup[]; comments: string[] } {
  const { phone_numbers = [], whitelisted_ips = [], destination_uris = [], credentials = [], attributes = {} } = trunk;
  const ips = whitelisted_ips.map(({ ip, mask }) => (mask === (ip.includes(":") ? 128 : 32) ? ip : `${ip}/${mask}`)).sort();
  const rule = ruleOptions(attributes["dispatch_rules"]);
  const options = { ...Object.fromEntries(Object.entries(attributes).filter(([field]) => shownOptions.includes(field))), ...rule };
  const isOut = attributes["direction"] === "outbound";
  const setup: Setup = {
    provider: "livekit",
    use_case: isOut ? "outbound" : "inbound",
    trunk: name,
    ...(phone_numbers.length > 0 ? { numbers: phone_numbers.map(({ phone_number }) => phone_number) } : {}),
    ...(ips.length > 0 ? { ips } : {}),
    ...(isOut ? { destinations: destination_uris.map(({ destination }) => destination) } : {}),
    ...(credentials.length > 0 ? { credentials: credentials.map(({ user_name }) => user_name) } : {}),
    ...(Object.keys(options).length > 0 ? { options } : {}),
  };
  const comments = isOut && credentials.length > 0 ? ["to create it anew, options.auth_password needs env:TRUNKLINE_SECRET_<name>"] : [];
  return { setups: [setup], comments };
}

/** Of the one rule of its own that a trunk has, as far as a setup can say it. */
function ruleOptions(rules: unknown): { agent_name?: string; room_prefix?: string } {
  const own = (Array.isArray(rules) ? rules.map(String) : []).filter((text) => !text.includes(" (every trunk): "));
  const [, room_prefix, agent_name] = (own.length === 1 && /: rooms "(.*)_\*", agent "([^"]+)"$/.exec(own[0] ?? "")) || [];
  return agent_name === undefined ? {} : { agent_name, ...(room_prefix ? { room_prefix } : {}) };
}
