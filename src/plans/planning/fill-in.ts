import { allTrunks, getTrunk } from "../../core/carrier/find-trunk.ts";
import type { CarrierPlanner, Question } from "../../core/carrier/planner.ts";
import type { Carrier } from "../../core/carrier/provider.ts";
import { type UseCase, useCaseSchema, type WantedSetup } from "../../core/carrier/setup.ts";
import type { Trunk } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import { withoutGrouping } from "../../rules/phone-number.ts";
import { type Live, meant, plannerOf } from "./observe.ts";
import type { PlacedSetup, PlacedWish } from "./read-setups.ts";

interface Filled {
  setups: PlacedSetup[];
  questions: Question[];
}

/** A person takes in so many names at once. */
const MOST_NAMED = 10;

/** Setups with their carrier and trunk, where these can be told; questions with candidates, where they cannot. */
export async function fillIn(wishes: readonly PlacedWish[], carriers: readonly Carrier[], signal: AbortSignal): Promise<Filled> {
  const filled: Filled = { setups: [], questions: [] };
  for (const { wish: said, at } of wishes) {
    const wish = tidy(said);
    const provider = wish.provider ?? (await carrierOf(wish.trunk, carriers, signal));
    if (provider === undefined) {
      const candidates = carriers.map(({ provider: { id } }) => id);
      filled.questions.push({ field: `${at}provider`, question: "On which carrier is, or will be, the trunk?", candidates });
      continue;
    }
    if (wish.trunk !== undefined) {
      filled.setups.push({ setup: { ...wish, provider, trunk: wish.trunk }, at });
      continue;
    }
    const { question, free } = await askTrunk(
      wish,
      `${at}trunk`,
      carriers.find((one) => one.provider.id === provider),
      signal,
    );
    filled.questions.push(question);
    // For a new trunk all else that is missing is asked in the same message.
    if (wish.use_case !== undefined && free !== undefined) filled.setups.push({ setup: { ...wish, provider, trunk: free }, at });
  }
  return filled;
}

/** The only carrier, or the only one that has this trunk. */
async function carrierOf(trunk: string | undefined, carriers: readonly Carrier[], signal: AbortSignal): Promise<string | undefined> {
  if (carriers.length < 2) return carriers[0]?.provider.id;
  if (trunk === undefined) return undefined;
  const found = await getTrunk(carriers, trunk, undefined, signal).catch(nothingIfUnclear);
  return found?.trunk.provider;
}

function nothingIfUnclear(error: unknown): undefined {
  const isUnclear = error instanceof TrunkError && (error.code === "not_found" || error.code === "conflict");
  if (!isUnclear) throw error;
}

/** Strict clients send every field of every carrier: an object of which nothing is left says nothing. */
function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** Numbers that are written with their country code in one spelling, and no options without content. */
function tidy({ numbers, alias, remove, options, ...rest }: WantedSetup): WantedSetup {
  return {
    ...rest,
    ...(options ? { options: Object.fromEntries(Object.entries(options).filter(([, value]) => !isEmpty(value))) } : {}),
    ...(numbers ? { numbers: numbers.map(withoutGrouping) } : {}),
    ...(alias === undefined ? {} : { alias: withoutGrouping(alias) }),
    ...(remove ? { remove: remove.map(withoutGrouping) } : {}),
  };
}

async function askTrunk(
  { use_case }: PlacedWish["wish"],
  field: string,
  carrier: Carrier | undefined,
  signal: AbortSignal,
): Promise<{ question: Question; free?: string }> {
  const question = "Which trunk is meant, or what is the new one to be called?";
  if (!carrier) return { question: { field, question } };
  const trunks = await allTrunks(await carrier.connected(), signal);
  const planner = await plannerOf(carrier.provider);
  const free = freeName(use_case ?? "trunk", trunks, planner);
  const names = trunks.slice(0, MOST_NAMED).map(({ trunk_name, trunk_id }) => (trunk_name === "" ? trunk_id : trunk_name));
  const more = trunks.length > names.length ? ` The carrier has ${trunks.length}; some are named.` : "";
  const format = planner?.nameFormat;
  return {
    question: {
      field,
      question: `${question}${more}`,
      candidates: [...names, ...(free === undefined ? [] : [`${free} (new)`])],
      ...(format === undefined ? {} : { format }),
    },
    ...(free === undefined ? {} : { free }),
  };
}

function freeName(base: string, trunks: readonly Trunk[], planner: CarrierPlanner | undefined): string | undefined {
  const names = [base, ...Array.from({ length: trunks.length }, (_, index) => `${base}_${index + 2}`)];
  return names.find((name) => !planner?.checkName(name) && !trunks.some((one) => one.trunk_name.toLowerCase() === name.toLowerCase()));
}

/** Asks what a new trunk is for, where its carrier's trunks differ in that. */
export function askUseCases(setups: readonly PlacedSetup[], live: Live): Question[] {
  return setups.flatMap(({ setup, at }) => {
    const carrier = live.get(setup.provider);
    const useCases: readonly UseCase[] = carrier?.planner.useCases ?? useCaseSchema.options;
    const isNew = carrier && !carrier.ids.includes(setup.trunk) && meant(carrier, setup.trunk).length === 0 && setup.new_name === undefined;
    if (!isNew || setup.use_case !== undefined || useCases.length < 2) return [];
    const question = `There is no trunk ${quoteText(setup.trunk)}. What is the new one for? If another is meant, name that.`;
    return [{ field: `${at}use_case`, question, candidates: [...useCases] }];
  });
}

/** A new trunk beside a new one of the same carrier has its options, unless it has its own. */
export function withFirstOptions(setups: readonly PlacedSetup[], live: Live): PlacedSetup[] {
  const [first] = setups;
  const isNew = ({ setup }: PlacedSetup) => {
    const carrier = live.get(setup.provider);
    return carrier !== undefined && meant(carrier, setup.trunk).length === 0;
  };
  const options = first && isNew(first) ? first.setup.options : undefined;
  return setups.map((placed) => {
    const inherits = options && !placed.setup.options && placed.setup.provider === first?.setup.provider && isNew(placed);
    return inherits ? { ...placed, setup: { ...placed.setup, options } } : placed;
  });
}
