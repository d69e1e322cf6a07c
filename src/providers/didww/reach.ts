import { type Attributes, amountOf, textOf } from "../../core/carrier/attributes.ts";
import { type CarrierReach, type Guard, guard, type Reach } from "../../core/carrier/reach.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { cleanText } from "../../core/text.ts";
import { toCallerRange } from "../../rules/caller-range.ts";
import { cidr } from "../../rules/range.ts";
import { DEFAULT_THRESHOLD } from "./input-rules.ts";
import { freshInboundReach, inboundReach, inboundRemarks } from "./voice-in/reach.ts";
import { isInbound } from "./voice-in/view.ts";

export const didwwReach: CarrierReach = {
  reach: (trunk) => (trunk && isInbound(trunk) ? inboundReach(trunk) : outboundReach(trunk)),
  fresh: (trunk) => (isInbound(trunk) ? freshInboundReach : outboundReach(undefined)),
  remarks: (before, after) => (isInbound(before ?? after ?? {}) ? inboundRemarks(before, after) : remarks(before, after)),
};

function outboundReach(trunk: TrunkDetail | undefined): Reach {
  const { whitelisted_ips = [], phone_numbers = [], credentials = [], attributes = {} } = trunk ?? {};
  return {
    callers: whitelisted_ips.map((row) => toCallerRange(cidr(row))),
    logins: credentials.map((row) => row.user_name),
    ...othersOf(trunk?.auth_type, textOf(attributes["twilio_account_sid"])),
    routes: phone_numbers.map((row) => ({
      key: row.phone_number_id ?? row.phone_number,
      what: `caller id ${row.phone_number}`,
      to: "out under it",
    })),
    // Numbers here are caller ids; calls go wherever dialling is permitted.
    routedOtherwise: attributes["default_dst_action"] !== "reject_all" || listOf(attributes["dst_prefixes"]).length > 0,
    spending: {
      threshold: trunk ? amountOf(attributes["threshold_amount"]) : DEFAULT_THRESHOLD,
      capacity: amountOf(attributes["capacity_limit"]),
      dialled: {
        otherwise: attributes["default_dst_action"] === "reject_all" ? "rejected" : "allowed",
        exceptions: listOf(attributes["dst_prefixes"]).map((prefix) => prefix.replace(/\D/g, "")),
      },
    },
    guards: trunk ? guardsOf(trunk, attributes) : newTrunkGuards,
  };
}

/** Callers whom neither addresses nor a login let in. */
function othersOf(method: string | undefined, twilio: string | undefined): Pick<Reach, "othersMayCall"> {
  if (twilio !== undefined) return { othersMayCall: `the Twilio account ${cleanText(twilio, 40)}` };
  return method === "ip_only" ? { othersMayCall: "the addresses that DIDWW's support set" } : {};
}

/** The most open values that a new trunk may have unasked: nothing depends on it yet. */
const newTrunkGuards: readonly Guard[] = [
  guard("status", "active", 1),
  guard("allowed_sip_ips", "listed", 0),
  guard("media_encryption_mode", "disabled", 1),
  guard("on_cli_mismatch_action", "send_original_cli", 2),
  guard("allow_any_did_as_cli", "true", 1),
  guard("callback_url", "none", 0),
  guard("tech_prefix", "none", 1),
  guard("allowed_rtp_ips", "any", 1),
  guard("emergency_enable_all", "false", 0),
  guard("twilio_account_sid", "none", 0),
];

function guardsOf(trunk: TrunkDetail, attributes: Attributes): Guard[] {
  const { status = "active" } = trunk;
  return [
    guard("status", status, status === "blocked" ? 0 : 1),
    addressList(trunk),
    encryption(textOf(attributes["media_encryption_mode"]) ?? "disabled"),
    mismatch(textOf(attributes["on_cli_mismatch_action"]) ?? "send_original_cli"),
    flag("allow_any_did_as_cli", attributes["allow_any_did_as_cli"]),
    // Each call's data goes there.
    presence("callback_url", textOf(attributes["callback_url"]), "none", 1),
    presence("tech_prefix", textOf(attributes["tech_prefix"]), "none", 0),
    presence("allowed_rtp_ips", listOf(attributes["allowed_rtp_ips"]).join(", ") || undefined, "any", 0),
    flag("emergency_enable_all", attributes["emergency_enable_all"]),
    // Every call of that account is let in.
    presence("twilio_account_sid", textOf(attributes["twilio_account_sid"]), "none", 1),
  ];
}

/** The documents allow an empty list and do not say whom it lets in. */
function addressList({ auth_type = "credentials_and_ip", whitelisted_ips = [] }: TrunkDetail): Guard {
  const isOpen = auth_type === "credentials_and_ip" && whitelisted_ips.length === 0;
  return isOpen
    ? guard("allowed_sip_ips", "empty: anyone who has the login may be able to place calls, from anywhere", 1)
    : guard("allowed_sip_ips", "listed", 0);
}

function encryption(mode: string): Guard {
  return guard("media_encryption_mode", mode, mode === "disabled" ? 1 : 0);
}

const mismatchLevels: Record<string, number> = { reject_call: 0, replace_cli: 1, randomize_cli: 1 };

function mismatch(action: string): Guard {
  return guard("on_cli_mismatch_action", action, mismatchLevels[action] ?? 2);
}

/** A value that is set or not. One that protects (level 0 where it is set) is needed by those who call. */
function presence(name: string, value: string | undefined, absent: string, levelWhereSet: 0 | 1): Guard {
  const isSet = value !== undefined;
  return { ...guard(name, value ?? absent, isSet ? levelWhereSet : 1 - levelWhereSet), needed: isSet && levelWhereSet === 0 };
}

function flag(name: string, value: Attributes[string] | undefined): Guard {
  return guard(name, value === true ? "true" : "false", value === true ? 1 : 0);
}

function listOf(value: Attributes[string] | undefined): string[] {
  return Array.isArray(value) ? [...value].sort() : [];
}

function remarks(before: TrunkDetail | undefined, after: TrunkDetail | undefined): string[] {
  if (before && !after) return ["No call goes out over it any more."];
  if (before?.status !== "blocked" && after?.status === "blocked")
    return ["It is blocked: no call goes out over it until it is active again."];
  if (before?.status === "blocked" && after?.status === "active") return ["Calls go out over it again at once."];
  return [];
}
