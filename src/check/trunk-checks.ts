import { ASK, type CheckFacts, callsOut, defineCheck, type Holder, type Verdict } from "../core/carrier/diagnosis.ts";
import type { PhoneNumber } from "../core/carrier/trunk.ts";
import { fail, orPass, pass, unknown, warn } from "../core/carrier/verdict.ts";
import { quoteText, someOf } from "../core/text.ts";
import { checkPhoneNumber } from "../rules/phone-number.ts";

const knowsNumbers = ({ trunk }: CheckFacts) => trunk.phone_numbers !== undefined;

/** Those that the question is about: one where the person named it, else all. */
function asked({ trunk, number }: CheckFacts): PhoneNumber[] {
  const all = trunk.phone_numbers ?? [];
  const one = all.filter(({ phone_number }) => phone_number === number);
  return one.length > 0 ? one : all;
}

/** Carriers' records may hold anything; a number needs no quotation marks. */
const shown = (number: string) => (/^\+?\d+$/.test(number) ? number : quoteText(number));
const listed = (numbers: readonly string[]) => someOf(numbers.map(shown)) || "none";
/** Where none is needed and there is none, nothing is said of them. */
const hasNumbers = ({ trunk, needsNumbers }: CheckFacts) =>
  trunk.phone_numbers !== undefined && (needsNumbers || trunk.phone_numbers.length > 0);
const numbersOf = ({ trunk }: CheckFacts) => (trunk.phone_numbers ?? []).map(({ phone_number }) => phone_number);

export const trunkChecks = [
  defineCheck({
    id: "trunk.active",
    run: ({ trunk: { status, ...trunk }, repairs }) => {
      if (status === undefined) return [unknown("The carrier does not say whether the trunk is active.")];
      if (status.toLowerCase() === "active") return [pass("active")];
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
    run: ({ trunk, repairs, number = ASK }) =>
      orPass(
        [
          trunk.phone_numbers?.length === 0
            ? fail("No number is mapped to the trunk.", {
                remedy: "Map one of the account's numbers: it is the caller id, and what callers dial.",
                repair: [repairs.mapNumber?.(trunk, number)],
              })
            : undefined,
        ],
        "",
        `Numbers: ${numbersText(trunk)}.`,
      ),
  }),
  defineCheck({
    id: "num.asked",
    needs: ["num.present"],
    appliesTo: (facts) => facts.number !== undefined && knowsNumbers(facts) && facts.needsNumbers,
    run: (facts) => [askedVerdict(facts, facts.number ?? "")],
  }),
  defineCheck({
    id: "num.mode",
    needs: ["num.present"],
    // Other words of a carrier's tell of no choice between the two.
    appliesTo: (facts) => asked(facts).some(({ mode }) => mode === "pstn" || mode === "flow"),
    run: (facts) => {
      const { trunk, directions, repairs } = facts;
      const numbers = asked(facts);
      const wanted = directions.has("voice_ai") && directions.size === 1 ? "flow" : directions.has("voice_ai") ? undefined : "pstn";
      if (wanted === undefined || numbers.some(({ mode }) => mode === wanted)) return [pass("")];
      const [first] = numbers;
      const meant = numbers.length === 1 ? first?.phone_number : undefined;
      return [
        fail(`No number is in mode ${wanted}.`, {
          evidence: `The numbers: ${numbersText(trunk)}.`,
          remedy: `Switch ${meant ?? "the number that is meant"} to ${wanted}: ${wanted === "flow" ? "StreamKit takes flow numbers only." : "calls to and from the network need it."}`,
          repair: [repairs.setMode?.(trunk, meant ?? ASK, wanted)],
        }),
      ];
    },
  }),
  defineCheck({
    id: "num.e164",
    needs: ["num.present"],
    appliesTo: hasNumbers,
    run: (facts) =>
      orPass(
        asked(facts).map((row) => malformed(facts, row)),
        "in E.164",
      ),
  }),
  defineCheck({
    id: "num.typo",
    needs: ["num.present"],
    appliesTo: hasNumbers,
    run: (facts) =>
      orPass(
        asked(facts).map((row) => suspicious(facts, row)),
        "of ranges in use",
      ),
  }),
  defineCheck({
    id: "num.alias",
    calls: "out",
    needs: ["num.present"],
    appliesTo: (facts) => facts.needsNumbers && knowsNumbers(facts) && callsOut(facts),
    run: (facts) => {
      const { trunk, repairs, placesCalls } = facts;
      const { alias } = trunk;
      const numbers = numbersOf(facts);
      if (alias == null)
        return [pass(placesCalls ? "" : "calls show the one in From and any other is refused", "No alias is set: From decides.")];
      if (numbers.includes(alias)) return [pass(`calls show the alias ${shown(alias)}`, `Calls show the alias ${shown(alias)}.`)];
      return [
        fail(`The caller id ${shown(alias)} is no number of this trunk.`, {
          evidence: `It is the alias; the trunk has ${listed(numbers)}.`,
          remedy: "Set the alias to a mapped number, or map the alias: calls with a caller id that is not mapped are refused with 403.",
          repair: [repairs.setAlias?.(trunk, numbers.length === 1 ? (numbers[0] ?? ASK) : ASK)],
        }),
      ];
    },
  }),
  defineCheck({
    id: "num.holder",
    appliesTo: (facts) => ownHolders(facts).length > 0,
    run: (facts) =>
      ownHolders(facts).map(({ number: own, carrier, trunks }) =>
        trunks.length > 0
          ? pass(`${numbersOf(facts).length > 1 ? `${shown(own)} ` : ""}on ${carrier}'s trunk ${trunkNames(trunks)}`)
          : warn(`${shown(own)} is on no trunk of the ${carrier} account that is configured here.`, {
              evidence: `${carrier} answers the same of a number that is not in the account.`,
              remedy: `Map it to a trunk there; if it is another account's, ask who has it.`,
            }),
      ),
  }),
];

/** Of the trunk's own numbers, where somebody could look. */
function ownHolders(facts: CheckFacts): Holder[] {
  return (facts.holders ?? []).filter(({ number, problem }) => problem === undefined && numbersOf(facts).includes(number));
}

/** The numbers as a person reads them. */
export function numbersText({ phone_numbers = [] }: CheckFacts["trunk"]): string {
  return someOf(phone_numbers.map(({ phone_number, mode }) => `${shown(phone_number)}${mode === undefined ? "" : ` (${mode})`}`)) || "none";
}

const trunkNames = (trunks: Holder["trunks"]) => trunks.map(({ trunk_name, trunk_id }) => quoteText(trunk_name ?? trunk_id)).join(", ");

function askedVerdict(facts: CheckFacts, number: string): Verdict {
  const numbers = numbersOf(facts);
  if (numbers.includes(number)) return pass("mapped");
  const holder = facts.holders?.find((one) => one.number === number);
  const evidence = `This trunk has ${listed(numbers)}.`;
  if (holder && holder.trunks.length > 0)
    return fail(`${number} is not on this trunk, but on ${trunkNames(holder.trunks)}.`, {
      evidence,
      remedy: "Ask the person on which of the two it belongs; until then its calls go over the other.",
    });
  const looked = holder && holder.problem === undefined ? " No other trunk has it; the account may not have it either." : "";
  return fail(`${number} is not on this trunk.`, {
    evidence: `${evidence}${looked}`,
    remedy: "Map it here if it is the account's.",
    repair: [facts.repairs.mapNumber?.(facts.trunk, number)],
  });
}

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
    isThere ? undefined : repairs.mapNumber?.(trunk, number ?? ASK),
    row.phone_number_id === undefined ? undefined : repairs.unmapNumber?.(trunk, row.phone_number_id),
  ];
}

function proposalIn(hint: string | undefined): string | undefined {
  return /^Did you mean (\+\d+)\?$/.exec(hint ?? "")?.[1];
}
