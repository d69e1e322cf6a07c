import { type CheckFacts, defineCheck, type Verdict } from "../core/carrier/diagnosis.ts";
import type { PhoneNumber } from "../core/carrier/trunk.ts";
import { fail, orPass, pass, unknown, warn } from "../core/carrier/verdict.ts";
import { quoteText } from "../core/text.ts";
import { checkPhoneNumber } from "../rules/phone-number.ts";

const knowsNumbers = ({ trunk }: CheckFacts) => trunk.phone_numbers !== undefined;

export const trunkChecks = [
  defineCheck({
    id: "trunk.active",
    run: ({ trunk: { status, ...trunk }, repairs }) => {
      if (status === undefined) return [unknown("The carrier does not say whether the trunk is active.")];
      if (status.toLowerCase() === "active") return [pass("The trunk is active.")];
      return [
        fail("The trunk is not active.", {
          evidence: `Its status is ${quoteText(status)}.`,
          remedy: "Find out who switched it off and why; then activate it, or ask the carrier's support.",
          repair: [repairs.activate?.(trunk)],
        }),
      ];
    },
  }),
  defineCheck({
    id: "num.present",
    appliesTo: (facts) => knowsNumbers(facts) && facts.needsNumbers,
    run: ({ trunk }) =>
      orPass(
        [
          trunk.phone_numbers?.length === 0
            ? fail("No number is mapped to the trunk.", {
                evidence: "phone_numbers is empty.",
                remedy: "Map one of the account's numbers: it is the caller id, and what callers dial.",
              })
            : undefined,
        ],
        "At least one number is mapped.",
      ),
  }),
  defineCheck({
    id: "num.mode",
    needs: ["num.present"],
    appliesTo: ({ trunk }) => (trunk.phone_numbers ?? []).some(({ mode }) => mode !== undefined),
    run: ({ trunk, directions, repairs }) => {
      const numbers = trunk.phone_numbers ?? [];
      const wanted = directions.has("voice_ai") && directions.size === 1 ? "flow" : directions.has("voice_ai") ? undefined : "pstn";
      if (wanted === undefined || numbers.some(({ mode }) => mode === wanted))
        return [pass("Numbers have the mode that the direction needs.")];
      const [first] = numbers;
      return [
        fail(`No number is in mode ${wanted}.`, {
          evidence: numbers.map(({ phone_number, mode = "no mode" }) => `${quoteText(phone_number)} ${mode}`).join(", "),
          remedy: `Switch the number to ${wanted}: ${wanted === "flow" ? "StreamKit takes flow numbers only." : "calls to and from the network need it."}`,
          repair: [hasId(first) ? repairs.setMode?.(trunk, first, wanted) : undefined],
        }),
      ];
    },
  }),
  defineCheck({
    id: "num.e164",
    needs: ["num.present"],
    appliesTo: knowsNumbers,
    run: ({ trunk, repairs }) =>
      orPass(
        (trunk.phone_numbers ?? []).map((row) => malformed({ trunk, repairs }, row)),
        "Every number is in E.164.",
      ),
  }),
  defineCheck({
    id: "num.typo",
    needs: ["num.present"],
    appliesTo: knowsNumbers,
    run: ({ trunk, repairs }) =>
      orPass(
        (trunk.phone_numbers ?? []).map((row) => suspicious({ trunk, repairs }, row)),
        "Every number is of a range in use.",
      ),
  }),
  defineCheck({
    id: "num.alias",
    needs: ["num.present"],
    appliesTo: ({ trunk }) => trunk.alias !== undefined && trunk.phone_numbers !== undefined,
    run: ({ trunk, repairs }) => {
      const numbers = (trunk.phone_numbers ?? []).map(({ phone_number }) => phone_number);
      if (numbers.includes(trunk.alias ?? "")) return [pass("The alias is one of the trunk's numbers.")];
      const [first] = numbers;
      return [
        warn("The alias is no number of this trunk.", {
          evidence: `The alias is ${quoteText(trunk.alias ?? "")}; the trunk has ${numbers.map((number) => quoteText(number)).join(", ")}.`,
          remedy: "Set the alias to a mapped number: a caller id that is not mapped is refused with 403.",
          repair: [first === undefined ? undefined : repairs.setAlias?.(trunk, first)],
        }),
      ];
    },
  }),
];

type Repairing = Pick<CheckFacts, "trunk" | "repairs">;

function malformed(facts: Repairing, row: PhoneNumber): Verdict | undefined {
  const found = checkPhoneNumber("phone_number", row.phone_number);
  if (found?.level !== "refuse" || indianMobile(row) !== undefined) return undefined;
  const proposal = proposalIn(found.hint);
  return fail("A mapped number is not in E.164 form.", {
    evidence: found.message.replace(/ Nothing was sent\.$/, ""),
    remedy: proposal ? `Map ${proposal} instead.` : "Map the number again as + and country code and number.",
    repair: replacement(facts, row, proposal),
  });
}

/** An Indian mobile number whose country code was left out looks like a Russian one. */
function indianMobile({ phone_number }: PhoneNumber): string | undefined {
  const digits = /^\+(7\d{9})$/.exec(phone_number)?.[1];
  return digits && checkPhoneNumber("phone_number", `+91${digits}`) === undefined ? `+91${digits}` : undefined;
}

function suspicious(facts: Repairing, row: PhoneNumber): Verdict | undefined {
  const meant = indianMobile(row);
  const isUnused = checkPhoneNumber("phone_number", row.phone_number)?.level === "warn";
  if (meant === undefined && !isUnused) return undefined;
  return warn("A mapped number looks mistyped.", {
    evidence: `${quoteText(row.phone_number)} ${meant ? "is an Indian mobile number with the country code left out, it seems" : "is of no range in use"}.`,
    remedy: meant ? `Map ${meant} if that is the number.` : "Compare it with the number that the carrier gave.",
    repair: replacement(facts, row, meant),
  });
}

function replacement({ trunk, repairs }: Repairing, row: PhoneNumber, number: string | undefined) {
  const isThere = trunk.phone_numbers?.some(({ phone_number }) => phone_number === number);
  return [
    number === undefined || isThere ? undefined : repairs.mapNumber?.(trunk, number),
    row.phone_number_id === undefined ? undefined : repairs.unmapNumber?.(trunk, row.phone_number_id),
  ];
}

function proposalIn(hint: string | undefined): string | undefined {
  return /^Did you mean (\+\d+)\?$/.exec(hint ?? "")?.[1];
}

function hasId(row: PhoneNumber | undefined): row is PhoneNumber & { phone_number_id: string } {
  return row?.phone_number_id !== undefined;
}
