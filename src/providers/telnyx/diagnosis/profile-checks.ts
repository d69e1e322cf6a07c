import { ASK, type CheckFacts, callsOut, defineCheck, type Repair } from "../../../core/carrier/diagnosis.ts";
import { fail, orPass, pass, warn } from "../../../core/carrier/verdict.ts";
import { quoteText, someOf } from "../../../core/text.ts";
import { DEFAULT_CONCURRENT_CALLS } from "../body.ts";
import { change } from "./connection-checks.ts";

type Trunk = CheckFacts["trunk"];

const profileOf = ({ attributes = {} }: Trunk) => attributes["outbound_voice_profile_id"];
const hasProfile = (facts: CheckFacts) => callsOut(facts) && profileOf(facts.trunk) !== undefined;

function changeProfile(trunk: Trunk, fields: Record<string, unknown>): Repair {
  const outbound_voice_profile_id = String(profileOf(trunk));
  return { tool: "telnyx_update_outbound_voice_profile", arguments: { outbound_voice_profile_id, ...fields } };
}

/** A profile says where calls may go and what they may cost. It is shared, so each remedy says of whom. */
const shared = "The profile may serve other connections too; telnyx_list_outbound_voice_profiles counts them.";

export const profileChecks = [
  defineCheck({
    id: "telnyx.profile",
    finds: "permission",
    calls: "out",
    run: (facts) => {
      const { trunk } = facts;
      if (!callsOut(facts)) return [pass(profileOf(trunk) === undefined ? "has no outbound voice profile: it takes calls in only" : "")];
      const { profile_name: name, profile_enabled: enabled } = trunk.attributes ?? {};
      return orPass(
        [
          profileOf(trunk) === undefined
            ? fail("The trunk has no outbound voice profile: every call out is refused.", {
                evidence: "outbound_voice_profile_id is not set. Telnyx says so of no connection, and refuses calls with 403 D7 or D38.",
                remedy: "Set one of the account's profiles, or create one: it limits countries, calls at once and spending.",
                repair: [change(trunk, { outbound_voice_profile_id: ASK })],
              })
            : undefined,
          enabled === false
            ? fail("The trunk's outbound voice profile is disabled: every call out is refused.", {
                evidence: `It is ${quoteText(String(name))}.`,
                remedy: `Find out who switched it off and why; then enable it. ${shared}`,
                repair: [changeProfile(trunk, { enabled: true })],
              })
            : undefined,
        ],
        "",
      );
    },
  }),
  defineCheck({
    id: "telnyx.countries",
    finds: "permission",
    calls: "out",
    appliesTo: hasProfile,
    run: ({ trunk }) => {
      const countries = trunk.attributes?.["whitelisted_destinations"];
      if (!Array.isArray(countries)) return [pass("")];
      return orPass(
        [
          countries.length === 0
            ? fail("The trunk may call no country.", {
                evidence: "whitelisted_destinations of its outbound voice profile is empty.",
                remedy: `Name the countries that you call. ${shared}`,
                repair: [changeProfile(trunk, { whitelisted_destinations: [ASK] })],
              })
            : undefined,
        ],
        "",
        `Countries that may be called: ${someOf(countries.map((country) => (/^[A-Z]{2}$/.test(country) ? country : quoteText(country))))}.`,
      );
    },
  }),
  defineCheck({
    id: "telnyx.caps",
    calls: "out",
    appliesTo: hasProfile,
    run: ({ trunk }) => {
      const { daily_spend_limit: spend, concurrent_call_limit: calls } = trunk.attributes ?? {};
      return orPass(
        [
          spend === null
            ? warn("Nothing limits what calls may cost in a day.", {
                evidence: "daily_spend_limit of the outbound voice profile is off, as Telnyx makes one.",
                remedy: `Set an amount that the person agrees to: whoever can place calls may spend the whole balance. ${shared}`,
                repair: [changeProfile(trunk, { daily_spend_limit: ASK })],
              })
            : undefined,
          calls === null
            ? warn("Nothing limits the calls at once.", {
                evidence: "concurrent_call_limit of the outbound voice profile is not set, as Telnyx makes one.",
                remedy: `Set the number of calls that you need at once. ${shared}`,
                repair: [changeProfile(trunk, { concurrent_call_limit: String(DEFAULT_CONCURRENT_CALLS) })],
              })
            : undefined,
        ],
        "",
        `Limits: ${String(calls)} calls at once, ${String(spend)} USD a day.`,
      );
    },
  }),
];
