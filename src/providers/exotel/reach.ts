import { chosenLogins, directionsOf } from "../../core/carrier/directions.ts";
import { type CarrierReach, emptyReach, type Reach, type Route } from "../../core/carrier/reach.ts";
import type { UseCase } from "../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { quoteText } from "../../core/text.ts";
import { toCallerRange } from "../../rules/caller-range.ts";
import { cidr, isCovered } from "../../rules/range.ts";

export const exotelReach: CarrierReach = { reach, remarks };

function reach(trunk: TrunkDetail | undefined): Reach {
  const { whitelisted_ips = [], credentials = [], alias, status } = trunk ?? {};
  return {
    ...emptyReach,
    callers: whitelisted_ips.map((row) => toCallerRange(cidr(row))),
    logins: trunk ? chosenLogins(trunk).map((row) => row.user_name) : [],
    loginsUntold: credentials.length > 0 && credentials.every((row) => row.credential_id === undefined),
    routes: trunk ? routesOf(trunk) : [],
    guards: [{ name: "status", value: status ?? "active", level: (status ?? "active") === "active" ? 1 : 0 }],
    alias,
  };
}

function routesOf({ phone_numbers = [], destination_uris = [] }: TrunkDetail): Route[] {
  return [
    ...phone_numbers.map((row) => ({
      key: `number ${row.phone_number}`,
      what: `number ${row.phone_number}`,
      to: row.mode === "flow" ? "to the voice bot (mode flow)" : "over the trunk (mode pstn)",
    })),
    ...destination_uris.map(({ destination, priority = 0, weight = 1 }) => ({
      key: `destination ${destination}`,
      what: `destination ${quoteText(destination, 120)}`,
      to: `there with priority ${priority} and weight ${weight}`,
      shares: "destinations",
    })),
  ];
}

function remarks(before: TrunkDetail | undefined, after: TrunkDetail | undefined): string[] {
  if (!before) return [];
  return [...stopping(before, after), ...aliasLeft(before, after), ...aliasUnmapped(before, after), ...coveredIp(before, after)];
}

const callsOf: Record<UseCase, string> = { outbound: "outbound calls", inbound: "inbound calls", voice_ai: "calls to the voice bot" };

/** The directions that end altogether, by what the trunk is set up for. */
function stopping(before: TrunkDetail, after: TrunkDetail | undefined): string[] {
  const now = after ? directionsOf(after) : [];
  const ending = directionsOf(before)
    .filter((direction) => !now.includes(direction))
    .map((direction) => callsOf[direction]);
  if (ending.length === 0) return after ? lastCaller(before, after) : ["As it is, no calls run over it."];
  const sentence = `${ending.join(", ")} stop at once.`;
  return [sentence.charAt(0).toUpperCase() + sentence.slice(1)];
}

/** Of logins that the carrier does not list, some may be left. */
function lastCaller(before: TrunkDetail, after: TrunkDetail): string[] {
  const hasCallers = ({ callers, logins, loginsUntold }: Reach) => callers.length > 0 || logins.length > 0 || loginsUntold;
  return hasCallers(reach(before)) && !hasCallers(reach(after)) ? ["Nobody may place calls over it any more."] : [];
}

/** An alias outlives its number: calls would show a number that the trunk no longer has. */
function aliasLeft(before: TrunkDetail, after: TrunkDetail | undefined): string[] {
  const { alias } = after ?? {};
  const has = (trunk: TrunkDetail) => (trunk.phone_numbers ?? []).some((row) => row.phone_number === alias);
  if (!after || alias === undefined || !has(before) || has(after)) return [];
  return [`The alias of the trunk is ${alias} as well, and stays: remove it, or set it to a number that is mapped.`];
}

/** Exotel takes any number as an alias. */
function aliasUnmapped(before: TrunkDetail, after: TrunkDetail | undefined): string[] {
  const { alias, phone_numbers = [] } = after ?? {};
  if (alias === undefined || alias === before.alias || phone_numbers.some((row) => row.phone_number === alias)) return [];
  return [`${alias} is not mapped to this trunk: calls show a number at which nobody can be called back over it.`];
}

/** Exotel takes no entry beside a wider one, and says only that it has it already. */
function coveredIp(before: TrunkDetail, after: TrunkDetail | undefined): string[] {
  const present = (before.whitelisted_ips ?? []).map((row) => ({ id: row.whitelisted_ip_id, entry: cidr(row) }));
  const added = (after?.whitelisted_ips ?? []).map(cidr).filter((entry) => !present.some((one) => one.entry === entry));
  return added.flatMap((entry) => {
    const wider = present.find((one) => isCovered(entry, [one.entry]));
    if (!wider) return [];
    const id = wider.id === undefined ? "" : ` (whitelisted_ip_id ${wider.id})`;
    return [
      `${wider.entry}${id} is listed and lets ${entry} in already. Leave it so; to let fewer in, remove it and whitelist ${entry} then: in between nobody of it may call.`,
    ];
  });
}
