import { type CarrierDiagnosis, defineCheck } from "../../core/carrier/diagnosis.ts";
import { fail, pass } from "../../core/carrier/verdict.ts";
import { quoteText } from "../../core/text.ts";

export const vyomDiagnosis: CarrierDiagnosis = {
  checks: [
    defineCheck({
      id: "twilio.ruri",
      calls: "out",
      finds: "gateway",
      appliesTo: ({ trunk, config }) =>
        trunk.attributes?.["trunk_type"] === "twilio" && trunk.domain_name !== undefined && config !== undefined,
      run: ({ trunk: { domain_name = "" }, config = "" }) => {
        const domain = domain_name.replace(/:\d+$/, "");
        return [
          config.toLowerCase().includes(domain.toLowerCase())
            ? pass("names the termination domain")
            : fail("The configuration does not name the trunk's termination domain.", {
                evidence: `The text does not hold ${quoteText(domain)}. Twilio drops a request for any other host without an answer.`,
                remedy: "Send calls to the termination domain by its name, not to an address of it.",
              }),
        ];
      },
    }),
  ],
  needsNumbers: true,
  admission: () => ({ by: "none", logins: [] }),
  placesCalls: true,
  numbersAt: ({ attributes }) => {
    const number = attributes?.["exotel_number"];
    return typeof number === "string" ? { provider: "exotel", numbers: [number] } : undefined;
  },
  repairs: {},
};
