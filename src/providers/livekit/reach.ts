import type { Attributes } from "../../core/carrier/attributes.ts";
import { type CarrierReach, emptyReach, type Guard, guard, type Reach } from "../../core/carrier/reach.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { quoteText, someOf } from "../../core/text.ts";
import { toCallerRange } from "../../rules/caller-range.ts";
import { cidr } from "../../rules/range.ts";
import { encryptions } from "./json.ts";
import { isTrunkId } from "./view.ts";

export const livekitReach: CarrierReach = { reach, remarks };

function reach(trunk: TrunkDetail | undefined): Reach {
  if (!trunk) return { ...emptyReach, guards: newGuards };
  const { attributes = {} } = trunk;
  if (attributes["direction"] === "dispatch_rule") return ruleReach(attributes);
  return attributes["direction"] === "outbound" ? outboundReach(trunk, attributes) : inboundReach(trunk, attributes);
}

/** The most open values that a new trunk or rule may have unasked. */
const newGuards: readonly Guard[] = [
  guard("media_encryption", "disable", 2),
  guard("allowed_numbers", "any", 1),
  guard("allowed_addresses", "any: whoever has the login may call from anywhere", 1),
  guard("allowed_hosts", "none", 0),
  guard("half_login", "none", 0),
  guard("caller ids", "those listed", 0),
  guard("served trunks", "those named", 0),
  guard("pin", "none", 1),
  guard("inbound_numbers", "any", 1),
  guard("hide_phone_number", "false", 1),
];

/** Everybody: a trunk without a login and without addresses lets in whoever knows its host and a number. */
const everybody = ["0.0.0.0/0", "::/0"].map(toCallerRange);

function inboundReach({ credentials = [], whitelisted_ips = [], phone_numbers = [] }: TrunkDetail, attributes: Attributes): Reach {
  const isOpen = credentials.length === 0 && whitelisted_ips.length === 0;
  const numbers = phone_numbers.map(({ phone_number }) => phone_number).sort();
  const hosts = listOf(attributes["allowed_hosts"]);
  const { half_login } = attributes;
  return {
    ...emptyReach,
    callers: isOpen ? everybody : whitelisted_ips.map((row) => toCallerRange(cidr(row))),
    logins: credentials.map(({ user_name }) => user_name),
    // Rules are judged by themselves: one that goes or comes is no other trunk.
    routes: numbers.map((number) => ({ key: `number ${number}`, what: `number ${number}`, to: "into this trunk" })),
    // Numbers only choose the trunk: without one, it takes every number that no other trunk has.
    routedOtherwise: numbers.length === 0,
    guards: [
      encryption(attributes),
      presence("allowed_numbers", listOf(attributes["allowed_numbers"]), "any"),
      ...(credentials.length > 0
        ? [presence("allowed_addresses", whitelisted_ips.map(cidr), "any: whoever has the login may call from anywhere")]
        : []),
      guard(
        "allowed_hosts",
        hosts.join(", ") || "none",
        hosts.length > 0 ? 1 : 0,
        hosts.map((host) => quoteText(host)).join(", ") || "none",
      ),
      guard("half_login", String(half_login ?? "none"), half_login === undefined ? 0 : 1),
      guard("numbers taken", numbers.join(", ") || "every number that no other trunk has", numbers.length || Infinity),
      password(attributes),
    ],
  };
}

function outboundReach({ credentials = [], phone_numbers = [] }: TrunkDetail, attributes: Attributes): Reach {
  const numbers = phone_numbers.map(({ phone_number }) => phone_number);
  const isAny = attributes["caller_ids"] === "any";
  const named = (name: string, value: Attributes[string] | undefined) =>
    value === undefined ? guard(name, "none", 1) : guard(name, String(value), 1, quoteText(String(value)));
  const headers = listOf(attributes["headers"]);
  return {
    ...emptyReach,
    othersMayCall: "whoever has the project's API key and secret",
    routes: numbers.map((number) => ({ key: `caller id ${number}`, what: `caller id ${number}`, to: "out under it" })),
    guards: [
      encryption(attributes),
      guard("caller ids", isAny ? "any: each call chooses its own" : "those listed", isAny ? 1 : 0),
      // Another gateway gets the login and every call: as grave in any direction.
      named("address", attributes["address"]),
      guard("transport", String(attributes["transport"] ?? "auto"), 1),
      named("from_host", attributes["from_host"]),
      named("auth_username", credentials[0]?.user_name),
      guard("headers", headers.join("\n") || "none", 1, someOf(headers.map((header) => quoteText(header))) || "none"),
      password(attributes),
    ],
  };
}

function ruleReach(attributes: Attributes): Reach {
  // One that the same plan makes stands under its name, which anybody may have chosen.
  const trunks = listOf(attributes["trunk_ids"]).map((trunk) => (isTrunkId(trunk) ? trunk : quoteText(trunk)));
  const { rule_type, room_name, room_prefix } = attributes;
  const whole = [rule_type === "direct" ? room_name : room_prefix, ...listOf(attributes["agents"])].join("\n");
  const served = trunks.length === 0 ? ["every trunk, and calls that matched none"] : trunks.map((id) => `trunk ${id}`);
  return {
    ...emptyReach,
    othersMayCall: "whoever its trunks let in",
    routes: served.map((what) => ({
      key: what,
      what: `the rule for ${what}`,
      to: `to ${String(attributes["leads_to"] ?? "")}`,
      whole,
    })),
    guards: [
      encryption(attributes),
      guard("served trunks", trunks.length === 0 ? "every trunk, and calls that matched none" : "those named", trunks.length === 0 ? 1 : 0),
      guard("trunk_ids", trunks.join(", ") || "all", 1),
      pin(attributes),
      presence("inbound_numbers", listOf(attributes["inbound_numbers"]), "any"),
      guard(
        "hide_phone_number",
        attributes["hide_phone_number"] === true ? "true" : "false",
        attributes["hide_phone_number"] === true ? 0 : 1,
      ),
    ],
  };
}

function pin({ has_pin, pin: value = "set" }: Attributes): Guard {
  return has_pin === true ? { ...guard("pin", String(value), 0), needed: true } : guard("pin", "none", 1);
}

function encryption({ media_encryption = "disable" }: Attributes): Guard {
  const levels = encryptions.toReversed() as readonly string[];
  return guard("media_encryption", String(media_encryption), levels.indexOf(String(media_encryption)));
}

/** A password that replaces another; the old one is not told, so the value only says that it is another. */
function password({ auth_password = "as it is" }: Attributes): Guard {
  return guard("auth_password", String(auth_password), 1);
}

/** A list that protects where it is set; whoever it lets in depends on it. */
function presence(name: string, list: readonly string[], absent: string): Guard {
  const isSet = list.length > 0;
  return { ...guard(name, isSet ? [...list].sort().join(", ") : absent, isSet ? 0 : 1), needed: isSet };
}

function listOf(value: Attributes[string] | undefined): string[] {
  return Array.isArray(value) ? value : [];
}

function remarks(before: TrunkDetail | undefined, after: TrunkDetail | undefined): string[] {
  if (!before || after) return [];
  const { attributes = {} } = before;
  if (attributes["direction"] === "dispatch_rule") return ["Calls that it answered are refused, unless another rule takes them."];
  if (attributes["direction"] === "outbound") return ["Calls that name this trunk are refused."];
  const rules = listOf(attributes["dispatch_rules"]).filter((text) => !text.includes(" (every trunk): "));
  const stays =
    rules.length === 0 ? [] : [`Its dispatch rules stay, and serve nobody: ${rules.map((text) => text.split(" ")[0]).join(", ")}.`];
  return ["Calls to its numbers are refused with 404, or go to a trunk that takes every number.", ...stays];
}
