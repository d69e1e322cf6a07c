import { ASK, callsOut, defineCheck } from "../../../core/carrier/diagnosis.ts";
import { fail, pass } from "../../../core/carrier/verdict.ts";
import { quoteText, someOf } from "../../../core/text.ts";
import { foreignLists, listNames } from "../list-names.ts";

/** The lists by which the trunk knows its callers. That none, or an empty one, is there is told by a common check. */
export const listChecks = [
  defineCheck({
    id: "twilio.both_lists",
    calls: "out",
    appliesTo: (facts) =>
      callsOut(facts) && listNames(facts.trunk, "ip_lists").length > 0 && listNames(facts.trunk, "credential_lists").length > 0,
    run: ({ trunk }) => {
      const { credentials = [] } = trunk;
      if (credentials.length > 0) return [pass("", "Each call needs both: an address of the IP lists, and a login.")];
      return [
        fail("Each call needs a login, and there is none.", {
          evidence: "An IP list and a credential list are on the trunk, so both must hold. The credential list is empty.",
          remedy: "Create a login. The IP list alone is enough only once the credential list is off the trunk, in Twilio's console.",
          repair: [{ tool: "twilio_create_credential", arguments: { trunk_sid: trunk.trunk_id, username: ASK } }],
        }),
      ];
    },
  }),
  defineCheck({
    id: "twilio.shared_lists",
    calls: "out",
    appliesTo: ({ trunk }) => foreignLists(trunk).length > 0,
    run: ({ trunk }) => {
      const names = someOf(foreignLists(trunk).map((name) => quoteText(name)));
      return [pass("", `Lists that other trunks and SIP Domains may use too: ${names}.`)];
    },
  }),
];
