import { UNASKED_ADDRESSES } from "../person-limits.ts";
import { counted } from "../text.ts";
import { sizeOf } from "./address-sets.ts";
import { type CarrierReach, freshReach, type Reach, type Spending } from "./reach.ts";
import type { TrunkDetail } from "./trunk.ts";

/** One trunk, judged: what its carrier says of it, and of a new one. */
interface Judged {
  trunk: TrunkDetail;
  reach: Reach;
  fresh: Reach;
}

/** Conditions that an audit asks for, the same for every carrier. */
const conditions = {
  open_to_more_than_28: ({ reach: { callers } }) => sizeOf(callers, 4) > UNASKED_ADDRESSES || sizeOf(callers, 6) > 1n,
  login_from_anywhere: ({ reach: { callers, logins } }) => callers.length === 0 && logins.length > 0,
  no_callers: ({ reach: { callers, logins, loginsUntold, othersMayCall } }) =>
    callers.length + logins.length === 0 && !loginsUntold && othersMayCall === undefined,
  no_route: ({ reach: { routes, routedOtherwise } }) => routes.length === 0 && !routedOtherwise,
  unmapped_alias: ({ trunk: { alias, phone_numbers } }) =>
    alias !== undefined && phone_numbers !== undefined && !phone_numbers.some(({ phone_number }) => phone_number === alias),
  limit_above_default: ({ reach, fresh }) =>
    fresh.spending.threshold !== undefined && (reach.spending.threshold ?? Infinity) > fresh.spending.threshold,
} satisfies Record<string, (judged: Judged) => boolean>;

export type Condition = keyof typeof conditions;
export const allConditions = Object.keys(conditions) as [Condition, ...Condition[]];

/** The conditions that hold of a whole trunk, and what its reach adds to its lists. */
export function audit(trunk: TrunkDetail, carrier: CarrierReach) {
  const judged = { trunk, reach: carrier.reach(trunk), fresh: freshReach(carrier, trunk) };
  const { callers, logins, othersMayCall, spending } = judged.reach;
  return {
    findings: allConditions.filter((name) => conditions[name](judged)),
    ips: callers.map(({ text }) => text),
    logins: [...logins],
    others_may_call: othersMayCall,
    limits: limitsOf(spending, judged.fresh.spending),
  };
}

/** In one line; nothing where the carrier has no limits. */
function limitsOf({ threshold, capacity, dialled, countries }: Spending, fresh: Spending): string | undefined {
  const prefixes = dialled.exceptions.join(", ");
  const numbers = { allowed: "every number except ", rejected: "only numbers with " }[dialled.otherwise];
  const parts = [
    ...(fresh.threshold === undefined ? [] : [threshold === undefined ? "no limit in 24 h" : `at most ${threshold} in 24 h`]),
    ...(capacity === undefined ? [] : [counted(capacity, "call at once", "calls at once")]),
    ...(prefixes === "" ? [] : [`${numbers}${prefixes}`]),
    ...(countries === undefined ? [] : [countries.length === 0 ? "no country may be called" : `only ${countries.join(", ")}`]),
    ...(prefixes === "" && dialled.otherwise === "rejected" ? ["no number may be called"] : []),
  ];
  return parts.length === 0 ? undefined : parts.join("; ");
}
