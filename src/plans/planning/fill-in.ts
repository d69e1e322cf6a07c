import { allTrunks, trunksCalled } from "../../core/carrier/find-trunk.ts";
import type { CarrierPlanner, Question } from "../../core/carrier/planner.ts";
import type { Carrier } from "../../core/carrier/provider.ts";
import { type UseCase, useCaseSchema, type WantedSetup } from "../../core/carrier/setup.ts";
import type { Trunk } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import { withoutGrouping } from "../../rules/phone-number.ts";
import { type Live, meant, plannerOf, trunkById } from "./observe.ts";
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
    const found =
      wish.provider === undefined ? await carrierOf(wish.trunk, `${at}provider`, carriers, signal) : { provider: wish.provider };
    if ("question" in found) {
      filled.questions.push(found.question);
      continue;
    }
    const { provider, trunk = wish.trunk } = found;
    if (trunk !== undefined) {
      filled.setups.push({ setup: { ...wish, provider, trunk }, at });
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

type Found = { provider: string; trunk?: string } | { question: Question };

/** The only carrier, or the only one that has this trunk. One that could not be asked may have it too. */
async function carrierOf(said: string | undefined, field: string, carriers: readonly Carrier[], signal: AbortSignal): Promise<Found> {
  const [only, ...others] = carriers;
  if (only && others.length === 0) return { provider: only.provider.id };
  const asked = said === undefined ? [] : await Promise.all(carriers.map((carrier) => lookUp(carrier, said, signal)));
  const possible = asked.filter(({ ids }) => ids === undefined || ids.length > 0);
  const [found] = possible;
  if (found?.ids && possible.length === 1) return { provider: found.id, ...(found.ids.length === 1 ? { trunk: found.ids[0] ?? "" } : {}) };
  const silent = asked.filter(({ ids }) => ids === undefined).map(({ title }) => ` ${title} could not be asked.`);
  const candidates = (possible.length > 0 ? possible : carriers.map(({ provider }) => provider)).map(({ id }) => id);
  return { question: { field, question: `On which carrier is, or will be, the trunk?${silent.join("")}`, candidates } };
}

/** The trunks of one carrier that are called this; undefined where it cannot be asked. */
async function lookUp({ provider: { id, title }, connected }: Carrier, said: string, signal: AbortSignal) {
  try {
    const connection = await connected();
    const found = connection.trunks.isTrunkId(said)
      ? await trunkById(connection, said, signal)
      : await trunksCalled(connection, said, signal);
    return { id, title, ids: found.map(({ trunk_id }) => trunk_id) };
  } catch (error) {
    if (!(error instanceof TrunkError)) throw error;
    return { id, title, ids: undefined };
  }
}

/** Strict clients send every field of every carrier: an object of which nothing is left says nothing. */
function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** Numbers that are written with their country code in one spelling, and no options without content. */
function tidy({ numbers, alias, expect_alias, remove, options, ...rest }: WantedSetup): WantedSetup {
  return {
    ...rest,
    ...(options ? { options: Object.fromEntries(Object.entries(options).filter(([, value]) => !isEmpty(value))) } : {}),
    ...(numbers ? { numbers: numbers.map(withoutGrouping) } : {}),
    ...(alias === undefined ? {} : { alias: withoutGrouping(alias) }),
    ...(expect_alias === undefined ? {} : { expect_alias: withoutGrouping(expect_alias) }),
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
    if (!isNew || setup.use_case !== undefined || carrier.planner.purposeOf?.(setup) || useCases.length < 2) return [];
    const question = `There is no trunk ${quoteText(setup.trunk)}. What is the new one for? If another is meant, name that.`;
    return [{ field: `${at}use_case`, question, candidates: [...useCases] }];
  });
}

/**
 * A new trunk beside a new one has its options, unless it has its own: of the same carrier all, of another one those that only
 * that carrier takes, since a model writes them where it sees them listed.
 */
export function withFirstOptions(setups: readonly PlacedSetup[], live: Live, carriers: readonly Carrier[]): PlacedSetup[] {
  const [first] = setups;
  const isNew = ({ setup }: PlacedSetup) => {
    const carrier = live.get(setup.provider);
    return carrier !== undefined && meant(carrier, setup.trunk).length === 0;
  };
  const options = first && isNew(first) ? first.setup.options : undefined;
  if (!options) return [...setups];
  const takes = (id: string, option: string) =>
    carriers.some(({ provider }) => provider.id === id && option in (provider.setupOptions ?? {}));
  const others = setups.filter(({ setup }) => setup.provider !== first?.setup.provider && !setup.options);
  const foreign = Object.keys(options).filter(
    (option) => !takes(first?.setup.provider ?? "", option) && others.some(({ setup }) => takes(setup.provider, option)),
  );
  const kept = pick(options, (option) => !foreign.includes(option));
  return setups.map((placed) => {
    if (placed === first) return withOptions(placed, kept);
    if (placed.setup.options || !isNew(placed)) return placed;
    const isSame = placed.setup.provider === first?.setup.provider;
    return withOptions(placed, isSame ? kept : pick(options, (option) => foreign.includes(option) && takes(placed.setup.provider, option)));
  });
}

type Options = Record<string, unknown>;

function pick(options: Options, wanted: (option: string) => boolean): Options {
  return Object.fromEntries(Object.entries(options).filter(([option]) => wanted(option)));
}

function withOptions({ setup, at }: PlacedSetup, options: Options): PlacedSetup {
  const { options: _, ...rest } = setup;
  return { at, setup: Object.keys(options).length > 0 ? { ...rest, options } : rest };
}
