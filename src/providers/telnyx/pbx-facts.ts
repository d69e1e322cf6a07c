import type { CarrierPbxFacts } from "../../core/carrier/pbx.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";

/** Media are encrypted by a setting of the connection, whatever the transport. */
export function telnyxPbxFacts({ attributes = {} }: TrunkDetail): CarrierPbxFacts {
  return { srtp: attributes["encrypted_media"] === "SRTP" };
}
