import type { CarrierPbxFacts } from "../../core/carrier/pbx.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { listNames } from "./list-names.ts";

/** A trunk with a credential list asks for a login, from allowed addresses too. */
export function twilioPbxFacts(trunk: TrunkDetail): CarrierPbxFacts {
  return { needsLogin: listNames(trunk, "credential_lists").length > 0 };
}
