import type { CarrierPbxFacts } from "../../core/carrier/pbx.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { listNames } from "./list-names.ts";

/**
 * A trunk with a credential list asks for a login, from allowed addresses too. One that is not secure refuses SRTP, over TLS
 * too (32207, twilio.com/docs/api/errors/32207, 2026-11); a secure one refuses all else (32208).
 */
export function twilioPbxFacts(trunk: TrunkDetail): CarrierPbxFacts {
  return { needsLogin: listNames(trunk, "credential_lists").length > 0, srtp: trunk.attributes?.["secure"] === true };
}
