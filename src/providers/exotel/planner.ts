import {
  type CarrierPlanner,
  createdBy,
  emptyTrunkPlan,
  type TrunkFacts,
  type TrunkPlan,
  type TrunkTask,
} from "../../core/carrier/planner.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { quoteText } from "../../core/text.ts";
import { note, refuse } from "../../rules/findings.ts";
import { listsOf } from "../../rules/planned-rows.ts";
import { cidr } from "../../rules/range.ts";
import { allRows } from "./api.ts";
import { sayStepRun } from "./approval-sentences.ts";
import type { ExotelClient } from "./client.ts";
import { checkTrunkName } from "./input-rules.ts";
import { describeExotel } from "./planner/describe.ts";
import { checkRemoved } from "./planner/going.ts";
import { planMoves } from "./planner/moves.ts";
import { requireParts, warnOfMixedLogin } from "./planner/needs.ts";
import type { Planning } from "./planner/planning.ts";
import { planRemovals, undoExotel } from "./planner/removals.ts";
import { planAlias, planDestinations, planIps, planLogins, planNumbers, wantDestinationAddresses } from "./planner/rows.ts";
import { collect, type Wanted } from "./planner/wanted.ts";

export const exotelPlanner: CarrierPlanner<ExotelClient> = {
  async numbersOf(client, trunkId, signal) {
    const rows = await allRows((page) => client.listPhoneNumbers(trunkId, page), signal);
    return rows.map((row) => row.phone_number);
  },
  nameFormat: "1 to 16 letters, digits and underscores",

  checkName: (name) => checkTrunkName("trunk", name),
  facts,
  plan: planTrunk,
  say: sayStepRun,
  describe: describeExotel,

  removeTrunk: (trunk) => ({
    tool: "exotel_delete_trunk",
    arguments: { trunk_sid: trunk.trunk_id },
    effect: "destroy",
    reason: "The trunk is not among what is wanted.",
  }),

  undo: undoExotel,

  created: createdBy("exotel_create_trunk"),
};

function facts(trunk: TrunkDetail): TrunkFacts {
  const { phone_numbers, whitelisted_ips, destination_uris, credentials } = listsOf(trunk);
  return {
    name: trunk.trunk_name,
    status: trunk.status ?? null,
    numbers: phone_numbers.map((row) => `${row.phone_number} ${row.mode ?? "pstn"}`).sort(),
    ips: whitelisted_ips.map(cidr).sort(),
    destinations: destination_uris.map((row) => row.destination).sort(),
    logins: credentials.map((row) => row.user_name).sort(),
    alias: trunk.alias ?? null,
  };
}

/** In the order of the quick starts; whitelisting before destinations, which may depend on it. Numbers come over to a trunk that is ready. */
function planTrunk(task: TrunkTask): TrunkPlan {
  const plan = emptyTrunkPlan();
  const wanted = collect(task, plan);
  const planning: Planning = { task, live: listsOf(task.trunk), wanted, plan, trunkSid: task.trunk?.trunk_id ?? task.name };
  planExistence(planning);
  wantDestinationAddresses(planning);
  // The number of a connection comes once its calls have a place to go to.
  const isConnected = task.wanted.some(({ setup }) => setup.connected);
  if (!isConnected) planNumbers(planning);
  planIps(planning);
  planDestinations(planning);
  planLogins(planning);
  if (isConnected) planNumbers(planning);
  planMoves(planning);
  planAlias(planning);
  planRemovals(planning);
  checkRemoved(planning);
  planName(planning);
  requireParts(planning);
  warnOfMixedLogin(planning);
  return plan;
}

function planExistence({ task, wanted, plan }: Planning): void {
  if (task.trunk) plan.unchanged.push({ kind: "trunk", value: task.trunk.trunk_name });
  else planCreation(task, wanted.domainName, plan);
  const { domainName } = wanted;
  if (!task.trunk || !domainName) return;
  if (domainName.value === task.trunk.domain_name) plan.unchanged.push({ kind: "option", value: "domain_name" });
  else
    note(plan, [
      refuse(
        domainName.field,
        `The trunk's domain is ${quoteText(task.trunk.domain_name ?? "")}, and nothing changes it.`,
        "Leave it out?",
      ),
    ]);
}

function planCreation({ wanted: [first], name }: TrunkTask, domain: Wanted["domainName"], plan: TrunkPlan): void {
  const isForeign = domain && !/^[A-Za-z0-9-]+\.pstn\.exotel\.com$/.test(domain.value);
  note(plan, [
    checkTrunkName(`${first?.at ?? ""}trunk`, name),
    isForeign ? refuse(domain.field, "A domain is <account_sid>.pstn.exotel.com.", "Leave it out to have the right one.") : undefined,
  ]);
  plan.steps.push({
    tool: "exotel_create_trunk",
    arguments: { trunk_name: name, ...(domain ? { domain_name: domain.value } : {}) },
    effect: "create",
    reason: "There is no trunk of this name.",
  });
}

function planName({ task, wanted, plan, trunkSid }: Planning): void {
  const { newName } = wanted;
  if (!task.trunk || !newName || newName.value === task.trunk.trunk_name) return;
  note(plan, [checkTrunkName(newName.field, newName.value)]);
  const reason = `It is called ${quoteText(task.trunk.trunk_name)} now.`;
  plan.steps.push({ tool: "exotel_update_trunk", arguments: { trunk_sid: trunkSid, trunk_name: newName.value }, effect: "change", reason });
}
