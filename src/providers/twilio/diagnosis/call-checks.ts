import { ASK, type CheckFacts, callsOut, defineCheck, type Repair } from "../../../core/carrier/diagnosis.ts";
import { fail, orPass, unknown, warn } from "../../../core/carrier/verdict.ts";
import { quoteText, someOf } from "../../../core/text.ts";

function update(trunk: CheckFacts["trunk"], fields: Record<string, unknown>): Repair {
  return { tool: "twilio_update_trunk", arguments: { trunk_sid: trunk.trunk_id, ...fields } };
}

/** Settings of the whole trunk, and of its account. */
export const callChecks = [
  defineCheck({
    id: "twilio.domain",
    calls: "out",
    finds: "gateway",
    appliesTo: (facts) => callsOut(facts),
    run: ({ trunk }) =>
      orPass(
        [
          trunk.domain_name === undefined
            ? fail("The trunk has no domain: no call can be placed over it.", {
                evidence: "domain_name is not set. Twilio makes such trunks, and says nothing.",
                remedy: "Give it a name below pstn.twilio.com that no trunk of any Twilio account has.",
                repair: [update(trunk, { domain_name: ASK })],
              })
            : undefined,
        ],
        "",
      ),
  }),
  defineCheck({
    id: "twilio.request_uri",
    calls: "out",
    finds: "gateway",
    appliesTo: ({ trunk, config }) => trunk.domain_name !== undefined && config !== undefined,
    run: ({ trunk: { domain_name = "" }, config = "" }) =>
      orPass(
        [
          config.toLowerCase().includes(domain_name.toLowerCase())
            ? undefined
            : fail("The configuration does not name the trunk's domain.", {
                evidence: `The text does not hold ${quoteText(domain_name)}. Twilio drops a call to any other host without an answer.`,
                remedy: "Send calls to the domain by its name, not to an address of it.",
              }),
        ],
        "names the trunk's domain",
      ),
  }),
  defineCheck({
    id: "twilio.name",
    run: ({ trunk }) =>
      orPass(
        [
          trunk.trunk_name === trunk.trunk_id
            ? warn("The trunk has neither a name nor a domain.", {
                evidence: "Twilio makes such a trunk of a request whose fields it did not read, as when the body is JSON and no form.",
                remedy: "Find out who made it. Name it, or delete it if nobody needs it.",
                repair: [update(trunk, { friendly_name: ASK })],
              })
            : undefined,
        ],
        "",
      ),
  }),
  defineCheck({
    id: "twilio.transfer",
    run: ({ trunk }) =>
      orPass(
        [
          trunk.attributes?.["transfer_mode"] === "enable-all"
            ? warn("A transferred call may go to any telephone number at your cost.", {
                evidence: "transfer_mode is enable-all: whoever is called may send a REFER to a number.",
                remedy: "Switch transfers off, or allow those to SIP addresses with sip-only.",
                repair: [update(trunk, { transfer_mode: "disable-all" })],
              })
            : undefined,
        ],
        "",
      ),
  }),
  defineCheck({
    id: "twilio.geo",
    calls: "out",
    finds: "permission",
    appliesTo: (facts) => callsOut(facts) && facts.countries !== undefined,
    run: ({ countries = { problem: "" } }) => {
      if ("problem" in countries)
        return [unknown("Where the account's calls may go was not read.", { evidence: countries.problem, remedy: CONSOLE })];
      const { allowed, risky } = countries;
      return orPass(
        [
          allowed.length === 0
            ? fail("The account may call no country.", { evidence: "No geo permission is on: calls end with 32205.", remedy: CONSOLE })
            : undefined,
          risky.length > 0
            ? warn("The account may call numbers that fraud uses.", {
                evidence: `Numbers of high risk are on for ${someOf(risky)}. The permission holds for every trunk of the account.`,
                remedy: `Switch them off unless somebody calls them. ${CONSOLE}`,
              })
            : undefined,
        ],
        "",
        `Countries that may be called: ${someOf(allowed)}.`,
      );
    },
  }),
];

const CONSOLE = "In Twilio's console: Voice, Settings, Geo permissions.";
