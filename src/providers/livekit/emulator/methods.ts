import { createRule, deleteRule, listRules, updateRule } from "./rules.ts";
import type { Call } from "./state.ts";
import { createTrunk, deleteTrunk, getTrunk, listTrunks, updateTrunk } from "./trunks.ts";

/** The methods of the service that are asked here, and none that places a call. */
export const methods: Record<string, (call: Call) => object> = {
  CreateSIPInboundTrunk: (call) => createTrunk(call, "inbound"),
  CreateSIPOutboundTrunk: (call) => createTrunk(call, "outbound"),
  UpdateSIPInboundTrunk: (call) => updateTrunk(call, "inbound"),
  UpdateSIPOutboundTrunk: (call) => updateTrunk(call, "outbound"),
  GetSIPInboundTrunk: (call) => getTrunk(call, "inbound"),
  GetSIPOutboundTrunk: (call) => getTrunk(call, "outbound"),
  ListSIPInboundTrunk: (call) => listTrunks(call, "inbound"),
  ListSIPOutboundTrunk: (call) => listTrunks(call, "outbound"),
  DeleteSIPTrunk: deleteTrunk,
  CreateSIPDispatchRule: createRule,
  UpdateSIPDispatchRule: updateRule,
  ListSIPDispatchRule: listRules,
  DeleteSIPDispatchRule: deleteRule,
};
