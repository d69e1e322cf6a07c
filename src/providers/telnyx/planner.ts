import { isIP } from "node:net";
import {
  type CarrierPlanner,
  createdBy,
  emptyTrunkPlan,
  type TrunkFacts,
  type TrunkPlan,
  type TrunkTask,
} from "../../core/carrier/planner.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { refuse } from "../../rules/findings.ts";
import { sayStepRun } from "./approval-sentences.ts";
import type { TelnyxClient } from "./client.ts";
import { type ConnectionType, connectionTypes } from "./json.ts";
import { planConnection } from "./planner/connection.ts";
import { describeTelnyx } from "./planner/describe.ts";
import { requireParts } from "./planner/needs.ts";
import { freeNumbers, numberIds } from "./planner/numbers.ts";
import { planAddresses, planLogin, planNumbers, planRemovals } from "./planner/rows.ts";
import { undoTelnyx } from "./planner/undo.ts";
import { collect, type Wanted } from "./planner/wanted.ts";
import { isConnectionId, toKnown, toProfile } from "./view.ts";

export const telnyxPlanner: CarrierPlanner<TelnyxClient> = {
  async numbersOf({ reads }, trunkId, signal) {
    return (await reads.numbersOf(trunkId, signal)).map(({ phone_number }) => phone_number);
  },
  async shared({ reads }, _, signal) {
    const profiles = (await reads.allProfiles(signal)).map(toProfile);
    return profiles.map((profile) => ({ id: profile.outbound_voice_profile_id, name: profile.name, facts: toKnown(profile) }));
  },
  numberIds,
  freeNumbers,
  checkName: (name) =>
    isConnectionId(name) ? refuse("trunk", "A new connection needs a name that does not look like an id of 15 to 20 digits.") : undefined,
  facts,
  plan: planTrunk,
  say: sayStepRun,
  describe: describeTelnyx,
  removeTrunk: ({ trunk_id }) => ({
    tool: "telnyx_delete_connection",
    arguments: { connection_id: trunk_id },
    effect: "destroy",
    reason: "The trunk is not among what is wanted.",
  }),
  undo: undoTelnyx,
  created: createdBy("telnyx_create_connection"),
};

function facts(trunk: TrunkDetail): TrunkFacts {
  const { phone_numbers = [], destination_uris = [], credentials = [], attributes = {} } = trunk;
  return {
    ...attributes,
    name: trunk.trunk_name,
    status: trunk.status ?? null,
    numbers: phone_numbers.map(({ phone_number }) => phone_number).sort(),
    addresses: destination_uris.map(({ destination }) => destination).sort(),
    logins: credentials.map(({ user_name }) => user_name),
    alias: trunk.alias ?? null,
  };
}

/** Numbers come over to a connection that is ready for their calls. */
function planTrunk(task: TrunkTask): TrunkPlan {
  const plan = emptyTrunkPlan();
  const wanted = collect(task, plan);
  const planning = { task, wanted, plan, type: typeFor(task, wanted), connectionId: task.trunk?.trunk_id ?? task.name };
  planConnection(planning);
  planAddresses(planning);
  planLogin(planning);
  planNumbers(planning);
  planRemovals(planning);
  requireParts(planning);
  return plan;
}

/** The kind that is there, or asked for; else the one that what is wanted needs. */
function typeFor({ trunk }: TrunkTask, { options, addresses, logins }: Wanted): ConnectionType {
  const known = connectionTypes.find((type) => type === (trunk ? trunk.auth_type : options.get("connection_type")?.value));
  if (known) return known;
  const hosts = [...addresses.values()].map(({ host }) => host);
  if (hosts.some((host) => isIP(host.split("/")[0] ?? "") === 0)) return "fqdn";
  return hosts.length === 0 && logins.size > 0 ? "credential" : "ip";
}
