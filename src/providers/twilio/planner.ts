import {
  type CarrierPlanner,
  createdBy,
  emptyTrunkPlan,
  type TrunkFacts,
  type TrunkPlan,
  type TrunkTask,
} from "../../core/carrier/planner.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import type { InputFinding } from "../../core/input-finding.ts";
import { quoteText } from "../../core/text.ts";
import { note, refuse } from "../../rules/findings.ts";
import { checkRemoved, listsOf } from "../../rules/planned-rows.ts";
import { cidr } from "../../rules/range.ts";
import { sayStepRun } from "./approval-sentences.ts";
import type { TwilioClient } from "./client.ts";
import { checkDomainName, checkRecoveryUrl } from "./input-rules.ts";
import { describeTwilio } from "./planner/describe.ts";
import { planRemovals } from "./planner/going.ts";
import { planStaying, sharedLists } from "./planner/lists.ts";
import { requireParts } from "./planner/needs.ts";
import { freeNumbers, numberLosses } from "./planner/numbers.ts";
import { planDestinations, planIps, planLogins, planNumbers } from "./planner/rows.ts";
import { undoTwilio } from "./planner/undo.ts";
import { collect, type Planning } from "./planner/wanted.ts";
import { isTrunkSid, MAX_NAME } from "./view.ts";

export const twilioPlanner: CarrierPlanner<TwilioClient> = {
  async numbersOf(client, trunkId, signal) {
    return (await client.numbersOn(trunkId, signal)).map((row) => row.phone_number);
  },
  numberLosses,
  freeNumbers,
  shared: sharedLists,
  nameFormat: `1 to ${MAX_NAME} characters`,
  checkName: (name) => checkName("trunk", name),
  facts,
  plan: planTrunk,
  say: sayStepRun,
  describe: describeTwilio,
  removeTrunk: ({ trunk_id }) => ({
    tool: "twilio_delete_trunk",
    arguments: { trunk_sid: trunk_id },
    effect: "destroy",
    reason: "The trunk is not among what is wanted.",
  }),
  created: createdBy("twilio_create_trunk"),
  undo: undoTwilio,
};

function checkName(field: string, name: string): InputFinding | undefined {
  if (isTrunkSid(name)) return refuse(field, "A new trunk needs a name that does not look like an id.");
  return name.length > MAX_NAME ? refuse(field, `A trunk's name has 1 to ${MAX_NAME} characters.`) : undefined;
}

/** Attributes that a carrier's own work changes, or that nobody can set, are not compared. */
function facts(trunk: TrunkDetail): TrunkFacts {
  const { phone_numbers, whitelisted_ips, destination_uris, credentials } = listsOf(trunk);
  return {
    name: trunk.trunk_name,
    domain_name: trunk.domain_name ?? null,
    ...trunk.attributes,
    numbers: phone_numbers.map((row) => row.phone_number).sort(),
    ips: whitelisted_ips.map(cidr).sort(),
    destinations: destination_uris
      .map(({ destination, type = "enabled", priority = 10, weight = 10 }) => `${destination} ${type} ${priority} ${weight}`)
      .sort(),
    logins: credentials.map((row) => row.user_name).sort(),
  };
}

/** Numbers come last, since their calls arrive at once. */
function planTrunk(task: TrunkTask): TrunkPlan {
  const plan = emptyTrunkPlan();
  const wanted = collect(task, plan);
  const planning: Planning = { task, live: listsOf(task.trunk), wanted, plan, trunkSid: task.trunk?.trunk_id ?? task.name };
  planTrunkItself(planning);
  planIps(planning);
  planStaying(planning);
  planLogins(planning);
  planDestinations(planning);
  planNumbers(planning);
  planRemovals(planning);
  checkRemoved(planning);
  requireParts(planning);
  return plan;
}

/** Recording is no field of a create: a second step sets it. */
const afterwards = ["recording_mode", "recording_trim"];

function planTrunkItself(planning: Planning): void {
  const { task, wanted, plan, trunkSid } = planning;
  const changed = changedFields(planning);
  checkFields(planning);
  if (!task.trunk) {
    note(plan, [checkName(`${task.wanted[0]?.at ?? ""}trunk`, task.name)]);
    const fields = Object.fromEntries(Object.entries(changed).filter(([name]) => !afterwards.includes(name)));
    plan.steps.push({
      tool: "twilio_create_trunk",
      arguments: { friendly_name: task.name, ...fields },
      effect: "create",
      reason: "There is no trunk of this name.",
    });
  } else plan.unchanged.push({ kind: "trunk", value: task.trunk.trunk_name });
  const { newName } = wanted;
  const name = newName && newName.value !== task.trunk?.trunk_name ? { friendly_name: newName.value } : {};
  if (newName) note(plan, [checkName(newName.field, newName.value)]);
  const rest = Object.fromEntries(Object.entries(changed).filter(([field]) => task.trunk || afterwards.includes(field)));
  const update = { ...(task.trunk ? name : {}), ...rest };
  if (Object.keys(update).length === 0) return;
  const reason = task.trunk ? `It is ${quoteText(task.trunk.trunk_name)} with other values now.` : "A new trunk records nothing.";
  plan.steps.push({ tool: "twilio_update_trunk", arguments: { trunk_sid: trunkSid, ...update }, effect: "change", reason });
}

function changedFields({ task, wanted, plan }: Planning): Record<string, unknown> {
  const now: Record<string, unknown> = { ...task.trunk?.attributes, domain_name: task.trunk?.domain_name };
  const changed: Record<string, unknown> = {};
  for (const [name, { value }] of wanted.options) {
    if (task.trunk && (now[name] ?? "") === value) plan.unchanged.push({ kind: "option", value: name });
    else if (task.trunk || value !== "") changed[name] = value;
  }
  return changed;
}

function checkFields({ wanted: { options }, plan }: Planning): void {
  const [domain, recovery] = [options.get("domain_name"), options.get("disaster_recovery_url")];
  const [badDomain, badUrl] = [
    checkDomainName(domain?.value as string | undefined),
    checkRecoveryUrl(recovery?.value as string | undefined),
  ];
  note(plan, [badDomain && { ...badDomain, field: domain?.field ?? "" }, badUrl && { ...badUrl, field: recovery?.field ?? "" }]);
}
