import type { CarrierPbxFacts } from "../../core/carrier/pbx.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";

/** StreamKit demands this header on every INVITE (StreamKit documents, 2026-01). */
export const FLOW_HEADER = "X-Exotel-AccountSid";

export function exotelPbxFacts({ domain_name = "" }: TrunkDetail): CarrierPbxFacts {
  const value = /^([A-Za-z0-9_-]{1,64})\.pstn\.exotel\.com$/i.exec(domain_name)?.[1];
  return { flowHeader: { name: FLOW_HEADER, value } };
}
