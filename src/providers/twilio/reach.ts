import { textOf } from "../../core/carrier/attributes.ts";
import { type CarrierReach, emptyReach, type Guard, guard, type Reach, type Route } from "../../core/carrier/reach.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { quoteText, someOf } from "../../core/text.ts";
import { toCallerRange } from "../../rules/caller-range.ts";
import { cidr } from "../../rules/range.ts";
import { foreignLists, listNames } from "./list-names.ts";

export const twilioReach: CarrierReach = { reach, remarks };

function reach(trunk: TrunkDetail | undefined): Reach {
  const { whitelisted_ips = [], credentials = [] } = trunk ?? {};
  return {
    ...emptyReach,
    callers: whitelisted_ips.map((row) => toCallerRange(cidr(row))),
    logins: credentials.map(({ user_name }) => user_name),
    routes: trunk ? routesOf(trunk) : [],
    guards: guardsOf(trunk),
  };
}

function routesOf({ phone_numbers = [], destination_uris = [], attributes = {} }: TrunkDetail): Route[] {
  return [
    ...(textOf(attributes["disaster_recovery_url"]) === undefined
      ? []
      : [{ key: "disaster recovery", what: "disaster recovery", to: "to its URL" }]),
    ...phone_numbers.map(({ phone_number }) => ({ key: `number ${phone_number}`, what: `number ${phone_number}`, to: "over the trunk" })),
    // One that is off gets no calls.
    ...destination_uris
      .filter(({ type }) => type !== "disabled")
      .map(({ destination, priority = 10, weight = 10 }, index, all) => ({
        // A console takes the same URL twice.
        key: `destination ${destination} ${all.slice(0, index).filter((row) => row.destination === destination).length}`,
        what: `destination ${quoteText(destination, 120)}`,
        to: `to ${quoteText(destination, 120)} with priority ${priority} and weight ${weight}`,
        shares: "destinations",
      })),
  ];
}

const transferLevels: Record<string, number> = { "disable-all": 0, "sip-only": 1 };

function guardsOf(trunk: TrunkDetail | undefined): Guard[] {
  const { attributes = {}, domain_name } = trunk ?? {};
  const transfer = textOf(attributes["transfer_mode"]) ?? "disable-all";
  const recording = textOf(attributes["recording_mode"]) ?? "do-not-record";
  const recovery = textOf(attributes["disaster_recovery_url"]);
  const isSecure = attributes["secure"] === true;
  const looksUp = attributes["cnam_lookup_enabled"] === true;
  return [
    ...listGuards(trunk),
    // The old name stops at once.
    { ...guard("domain_name", domain_name ?? "none", 0), needed: domain_name !== undefined },
    guard("transfer_mode", transfer, transferLevels[transfer] ?? 2),
    guard("secure", String(isSecure), isSecure ? 0 : 1),
    // Each call in then costs a look-up.
    guard("cnam_lookup_enabled", String(looksUp), looksUp ? 1 : 0),
    guard("recording_mode", recording, recording === "do-not-record" ? 0 : 1),
    guard("disaster_recovery_url", recovery ?? "none", recovery === undefined ? 0 : 1),
  ];
}

/** With both kinds of lists both must hold: the first of one kind shuts out those who have the other only. */
function listGuards(trunk: TrunkDetail | undefined): Guard[] {
  const { whitelisted_ips = [], credentials = [] } = trunk ?? {};
  const [ips, logins] = [trunk && listNames(trunk, "ip_lists"), trunk && listNames(trunk, "credential_lists")];
  const hasIps = (ips ?? []).length > 0;
  const hasLogins = (logins ?? []).length > 0;
  // Nobody calls over a trunk that is yet to be made.
  const isMade = trunk !== undefined && trunk.trunk_id !== "";
  return [
    {
      name: "address asked for",
      value: hasIps ? "yes, beside any login" : "no",
      level: 0,
      needed: isMade && !hasIps && credentials.length > 0,
    },
    {
      name: "login asked for",
      value: hasLogins ? "yes, beside any address" : "no",
      level: 0,
      needed: isMade && !hasLogins && whitelisted_ips.length > 0,
    },
  ];
}

function remarks(before: TrunkDetail | undefined, after: TrunkDetail | undefined): string[] {
  if (!before) return [];
  if (!after) return ["Numbers and lists of addresses and logins stay in the account; its origination URLs go.", ...shared(before)];
  const kept = foreignLists(after);
  const off = foreignLists(before).filter((name) => !kept.includes(name));
  return [
    ...((before.credentials ?? []).length > (after.credentials ?? []).length ? shared(before) : []),
    ...(off.length > 0
      ? [`Taken off the trunk, and not changed for other trunks and SIP Domains: ${someOf(off.map((name) => quoteText(name)))}.`]
      : []),
    ...((before.whitelisted_ips ?? []).length > 0 && (after.whitelisted_ips ?? []).length === 0
      ? ["No address is left. An empty list stays on the trunk, so that nobody may call: without one every holder of a login might."]
      : []),
  ];
}

function shared(trunk: TrunkDetail): string[] {
  const names = foreignLists(trunk);
  if (names.length === 0) return [];
  return [`Lists that other trunks and SIP Domains may use too: ${someOf(names.map((name) => quoteText(name)))}.`];
}
