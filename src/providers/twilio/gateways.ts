import { type GatewayList, gatewayListSchema } from "../../core/carrier/gateway.ts";
import data from "./gateways.json" with { type: "json" };

export function twilioGateways(): GatewayList {
  return gatewayListSchema.parse(data);
}
