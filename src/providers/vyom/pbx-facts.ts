import type { CarrierPbxFacts } from "../../core/carrier/pbx.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";

/** A Twilio trunk was created with Twilio's login, which no list shows. */
export function vyomPbxFacts({ attributes }: TrunkDetail): CarrierPbxFacts {
  return { needsLogin: attributes?.["trunk_type"] === "twilio" };
}
