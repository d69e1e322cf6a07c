import type { Attributes } from "../../core/carrier/attributes.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import { given } from "../../core/given.ts";
import { quoteText } from "../../core/text.ts";
import { type TrunkFields, toNewRule, toTrunk } from "./body.ts";
import type { InboundChange, NewInbound, NewOutbound, NewRule, OutboundChange, RuleChange } from "./fields.ts";
import { inboundSchema, outboundSchema, ruleSchema } from "./json.ts";
import { ruleDetail, targetText, toDetail } from "./view.ts";

/** Trunks and rules as this carrier's calls leave them: what an approval is judged by. */

/** Stands in for an id that LiveKit has not given yet. */
const NO_ID = "new";

export function newInbound(input: NewInbound): TrunkDetail {
  // A user name without a password gets one of ours, once nobody objects: it is no half login.
  const login = input.auth_username ? { auth_password: input.auth_password ?? "set" } : {};
  const record = inboundSchema.parse({ ...toTrunk({ ...input, ...login }), sip_trunk_id: NO_ID });
  return { ...toDetail(record, undefined), trunk_id: "", trunk_name: input.name };
}

export function newOutbound(input: NewOutbound): TrunkDetail {
  const record = outboundSchema.parse({ ...toTrunk(input), sip_trunk_id: NO_ID });
  return { ...toDetail(record, undefined), trunk_id: "", trunk_name: input.name };
}

export function changedInbound(trunk: TrunkDetail, { trunk_id: _, ...input }: InboundChange): TrunkDetail {
  return changed(trunk, input, "inbound");
}

export function changedOutbound(trunk: TrunkDetail, { trunk_id: _, ...input }: OutboundChange): TrunkDetail {
  return changed(trunk, input, "outbound");
}

/** Parts of the common view, and fields whose change shows there. */
const parts = [
  ["phone_numbers", "numbers"],
  ["whitelisted_ips", "allowed_addresses"],
  ["destination_uris", "address"],
  ["destination_uris", "transport"],
  ["domain_name", "address"],
] as const;

/** The same for attributes that have another name than the field. */
const alsoShown = { numbers: "caller_ids", allowed_addresses: "allowed_hosts", auth_username: "half_login" } as const;

/** The fields that are given, as a new trunk would show them, over those that the trunk has. */
function changed(trunk: TrunkDetail, input: TrunkFields, direction: "inbound" | "outbound"): TrunkDetail {
  refuseOther(trunk, direction);
  refuseHalfLogin(trunk, input);
  const fields = given({ ...input, ...loginOf(trunk, input) });
  const body = { ...given(addressOf(trunk)), ...given(toTrunk(fields)), sip_trunk_id: NO_ID };
  const shown = toDetail(direction === "inbound" ? inboundSchema.parse(body) : outboundSchema.parse(body), undefined);
  const { credentials = [] } = shown;
  return {
    ...trunk,
    ...Object.fromEntries(parts.filter(([, field]) => field in fields).map(([part]) => [part, shown[part]])),
    ...("name" in fields ? { trunk_name: shown.trunk_name } : {}),
    ...("auth_username" in fields ? { credentials: credentials.map(({ user_name, use }) => withKept(trunk, { user_name, use })) } : {}),
    attributes: changedAttributes(trunk, fields, shown),
  };
}

function changedAttributes({ attributes }: TrunkDetail, fields: TrunkFields, shown: TrunkDetail): Attributes {
  const names = Object.keys(fields).flatMap((name) => [name, alsoShown[name as keyof typeof alsoShown] ?? name]);
  const now = Object.fromEntries(names.map((name) => [name, shown.attributes?.[name]]));
  return given({ ...attributes, ...now, ...(fields.auth_password ? { auth_password: "a new one" } : {}) });
}

/** The trunk's own place of a password stays, for one that another replaces. */
function withKept({ credentials = [] }: TrunkDetail, login: { user_name: string; use?: string | undefined }) {
  const kept = credentials.find(({ user_name }) => user_name === login.user_name)?.kept_as;
  return kept === undefined ? login : { ...login, kept_as: kept };
}

function addressOf({ attributes = {} }: TrunkDetail): object {
  const { address, transport } = attributes;
  return { address, transport: `SIP_TRANSPORT_${String(transport ?? "auto").toUpperCase()}` };
}

/** The login that a change leaves, where it changes one; the password stands for any. */
function loginOf({ credentials: [now] = [] }: TrunkDetail, { auth_username, auth_password }: TrunkFields): TrunkFields | undefined {
  if (auth_username === undefined && auth_password === undefined) return undefined;
  const name = auth_username ?? now?.user_name ?? "";
  return name === "" ? { auth_username: "", auth_password: "" } : { auth_username: name, auth_password: "set" };
}

function refuseOther({ attributes = {}, trunk_name }: TrunkDetail, direction: string): void {
  if (attributes["direction"] === direction) return;
  const is = attributes["direction"] === "inbound" ? "an inbound" : "an outbound";
  throw new TrunkError("invalid_input", `Trunk ${quoteText(trunk_name)} is ${is} trunk. Nothing was sent.`, {
    field: "trunk_id",
    hint: `Call livekit_update_${String(attributes["direction"])}_trunk.`,
    applied: false,
  });
}

function refuseHalfLogin({ credentials = [], attributes = {} }: TrunkDetail, { auth_username, auth_password }: TrunkFields): void {
  if (auth_password === undefined || auth_username !== undefined || credentials.length > 0) return;
  if (String(attributes["half_login"] ?? "").startsWith("a user name")) return;
  throw new TrunkError("invalid_input", "The trunk has no login: a password alone would let everybody in. Nothing was sent.", {
    field: "auth_username",
    hint: "Pass auth_username too.",
    applied: false,
  });
}

export function newRule(input: NewRule): TrunkDetail {
  const record = ruleSchema.parse({ ...toNewRule(input), sip_dispatch_rule_id: NO_ID });
  return { ...ruleDetail(record), trunk_id: "", trunk_name: input.name };
}

export function changedRule({ attributes = {}, ...rule }: TrunkDetail, { dispatch_rule_id: _, name, ...change }: RuleChange): TrunkDetail {
  const { agents, pin, rule_type, room_name, room_prefix, ...rest } = change;
  const isOther = rule_type !== undefined && rule_type !== attributes["rule_type"];
  // Another kind of rule keeps the PIN, and not the room.
  const { room_name: __, room_prefix: ___, ...kept } = attributes;
  const row = {
    ...(isOther ? kept : attributes),
    ...given({ rule_type, room_name, room_prefix, agents: agents?.map(({ agent_name }) => agent_name) }),
    ...(pin === undefined ? {} : { has_pin: pin !== "" }),
  };
  return {
    ...rule,
    ...(name === undefined ? {} : { trunk_name: name }),
    attributes: {
      ...row,
      ...given(Object.fromEntries(Object.entries(rest).filter(([field]) => field in shownFields))),
      leads_to: targetText(row as Parameters<typeof targetText>[0]),
      ...(pin ? { pin: "a new one" } : {}),
    },
  };
}

/** Those of a change that a rule shows as they are. */
const shownFields = { trunk_ids: 1, numbers: 1, inbound_numbers: 1, hide_phone_number: 1, krisp_enabled: 1, media_encryption: 1 };

/** A trunk that a rule served, once the rule is gone. */
export function withoutRule(trunk: TrunkDetail, { dispatch_rule_id }: { dispatch_rule_id: string }): TrunkDetail {
  const rules = trunk.attributes?.["dispatch_rules"];
  if (!Array.isArray(rules)) return trunk;
  return {
    ...trunk,
    attributes: { ...trunk.attributes, dispatch_rules: rules.filter((text) => !text.startsWith(`${dispatch_rule_id} `)) },
  };
}
