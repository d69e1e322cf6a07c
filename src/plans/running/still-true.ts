import { compare } from "../../approval/compare.ts";
import type { CarrierReach } from "../../core/carrier/reach.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { quoteText } from "../../core/text.ts";
import type { Reaches } from "../planning/judge-steps.ts";
import type { Observed } from "../planning/plan-content.ts";

const NOTHING_ALLOWED = { callers: 0, logins: 0 };

/** How a trunk differs from what a person was shown and the plan did since, in sentences; none where it does not. */
export function movedSince(expected: TrunkDetail, live: TrunkDetail | undefined, { reach }: CarrierReach): string[] {
  const name = `Trunk ${quoteText(expected.trunk_name)} (${expected.trunk_id})`;
  if (!live) return [`${name} is gone.`];
  const renamed = live.trunk_name === expected.trunk_name ? [] : [`${name} is called ${quoteText(live.trunk_name)} now.`];
  const [was, now] = [reach(expected), reach(live)];
  // A carrier that lists the trunk's own login alone does not tell whether the others are there.
  const told = now.loginsUntold ? { ...was, logins: now.logins } : was;
  const moved = compare(told, now, NOTHING_ALLOWED, false).map(({ gravity, what, detail }) => {
    if (gravity === "lost") return `${name} no longer has ${what}.`;
    if (gravity === "opened" || gravity === "made") return `${name} also has ${what}.`;
    return `${name} was changed: ${detail}`;
  });
  return [...renamed, ...moved];
}

/** The same for all trunks that a plan read. */
export function movedAmong(before: readonly Observed[], now: readonly Observed[], reaches: Reaches): string[] {
  return before.flatMap(({ provider, trunk_id, detail }) => {
    const carrier = reaches.get(provider);
    const live = now.find((one) => one.provider === provider && one.trunk_id === trunk_id)?.detail;
    return detail && carrier ? movedSince(detail, live, carrier.reach) : [];
  });
}
