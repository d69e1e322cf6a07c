import { cleanText, counted, quoteText, someOf } from "../../core/text.ts";

type Known = Readonly<Record<string, unknown>>;

/** The limits of a profile, and where it lets calls go. */
export function sayLimits({ daily_spend_limit: spend, concurrent_call_limit: calls, whitelisted_destinations: countries }: Known): string {
  const named = Array.isArray(countries) ? countries.map((one) => cleanText(String(one), 4)) : undefined;
  return [
    named ? `to ${someOf(named, { most: 20 }) || "no country"}` : "no list of countries",
    spend == null ? "no limit a day" : `${cleanText(String(spend), 16)} US dollars a day`,
    calls == null ? "any number of calls at once" : `${counted(Number(calls), "call")} at once`,
  ].join("; ");
}

/** A profile by its name, with all that a person judges it by. */
export function sayProfile(profile: Known): string {
  return `outbound voice profile ${quoteText(String(profile["profile_name"]))} (${sayLimits(profile)})`;
}
