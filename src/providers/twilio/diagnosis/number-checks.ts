import { ASK, type CheckFacts, defineCheck } from "../../../core/carrier/diagnosis.ts";
import { fail, orPass, pass } from "../../../core/carrier/verdict.ts";
import { quoteText, someOf } from "../../../core/text.ts";

const numbersOf = ({ trunk }: CheckFacts) => (trunk.phone_numbers ?? []).map(({ phone_number }) => phone_number);

/** Numbers of the trunk that a text shows without their plus. */
function withoutPlus(facts: CheckFacts): string[] {
  return numbersOf(facts).filter((number) => new RegExp(`(?<![+\\d])${number.slice(1)}(?!\\d)`).test(facts.config ?? ""));
}

export const numberChecks = [
  defineCheck({
    id: "twilio.number",
    calls: "in",
    appliesTo: ({ directions, trunk }) => directions.has("inbound") && trunk.phone_numbers !== undefined,
    run: (facts) => {
      const { trunk, repairs, number } = facts;
      const numbers = numbersOf(facts);
      if (numbers.length === 0)
        return [
          fail("No number leads to the trunk: no call comes in.", {
            evidence: "No phone number of the account is assigned to it.",
            remedy: "Assign one. Its own web address or application is not asked any more while it is on a trunk.",
            repair: [repairs.mapNumber?.(trunk, number ?? ASK)],
          }),
        ];
      if (number === undefined || numbers.includes(number)) return [pass("", `Numbers: ${someOf(numbers)}.`)];
      const holders = facts.holders?.find((one) => one.number === number)?.trunks ?? [];
      const elsewhere = holders.map(({ trunk_id, trunk_name }) => quoteText(trunk_name ?? trunk_id)).join(", ");
      return [
        fail(`${number} does not lead to this trunk${elsewhere === "" ? "" : `, but to ${elsewhere}`}.`, {
          evidence: `This trunk has ${someOf(numbers)}.`,
          remedy: elsewhere === "" ? "Assign it if it is the account's." : "Ask the person to which of the two it belongs.",
          repair: [elsewhere === "" ? repairs.mapNumber?.(trunk, number) : undefined],
        }),
      ];
    },
  }),
  defineCheck({
    id: "twilio.caller_id",
    calls: "out",
    finds: "caller_id",
    appliesTo: ({ directions }) => directions.has("outbound"),
    run: (facts) => {
      const wrong = withoutPlus(facts);
      return orPass(
        [
          wrong.length > 0
            ? fail("The configuration has a caller id without its plus.", {
                evidence: `It shows ${someOf(wrong.map((number) => number.slice(1)))}. Twilio refuses such a From with 32206.`,
                remedy: `Write ${someOf(wrong)} in From.`,
              })
            : undefined,
        ],
        "",
        "From must be a number of the account or a verified caller id, with a plus.",
      );
    },
  }),
];
