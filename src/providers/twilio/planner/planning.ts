import type { TrunkPlan, TrunkTask } from "../../../core/carrier/planner.ts";
import type { Credential, DestinationUri, PhoneNumber, TrunkDetail, WhitelistedIp } from "../../../core/carrier/trunk.ts";
import type { Wanted } from "./wanted.ts";

export interface Lists {
  phone_numbers: PhoneNumber[];
  whitelisted_ips: WhitelistedIp[];
  destination_uris: DestinationUri[];
  credentials: Credential[];
}

export function listsOf(trunk: TrunkDetail | undefined): Lists {
  const { phone_numbers = [], whitelisted_ips = [], destination_uris = [], credentials = [] } = trunk ?? {};
  return { phone_numbers, whitelisted_ips, destination_uris, credentials };
}

/** One trunk's planning: what is wanted, what is there, and what comes of it. */
export interface Planning {
  task: TrunkTask;
  /** The trunk's lists; all of them empty for one that is to be created. */
  live: Lists;
  wanted: Wanted;
  plan: TrunkPlan;
  /** The id, or the name of a trunk that the first step creates. */
  trunkSid: string;
}
