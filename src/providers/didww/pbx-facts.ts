import type { CarrierPbxFacts } from "../../core/carrier/pbx.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { isInbound } from "./voice-in/view.ts";

/** A trunk for calls in answers the PBX's challenge; only one that registers has a login of the PBX's. */
export function didwwPbxFacts(trunk: TrunkDetail): CarrierPbxFacts {
  return isInbound(trunk) && trunk.auth_type !== "registration" ? { answersWithLogin: true } : {};
}
