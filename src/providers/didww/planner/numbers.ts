import type { TrunkPlan, TrunkTask } from "../../../core/carrier/planner.ts";
import type { Setup } from "../../../core/carrier/setup.ts";
import { quoteText } from "../../../core/text.ts";
import { didsSaid } from "../dids.ts";
import type { DidwwClient } from "../operations.ts";
import { isUuid } from "../view.ts";
import type { Wanted } from "./options.ts";

/** Each number costs a call; with more of them somebody has to say which matter. */
const MOST_LOOKED_UP = 50;

/** The account's DIDs by the words in which the setups name them, where these mean exactly one. */
export async function numberIds(client: DidwwClient, setups: readonly Setup[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const inOptions = setups.flatMap(({ options }) => (Array.isArray(options?.["dids"]) ? options["dids"].map(String) : []));
  const said = [...new Set([...setups.flatMap(({ numbers = [] }) => numbers), ...inOptions])].filter((value) => !isUuid(value));
  const found = await Promise.all(
    said.slice(0, MOST_LOOKED_UP).map(async (value) => ({ value, dids: await didsSaid(value, client, signal) })),
  );
  return new Map(found.flatMap(({ value, dids: [only, ...others] }) => (only && others.length === 0 ? [[value, only.id] as const] : [])));
}

/** A trunk's numbers are the caller ids that it may show. DIDWW takes their ids, and the whole list of them. */
export function planNumbers({ trunk, numberIds: known }: TrunkTask, { numbers, fields, places }: Wanted, plan: TrunkPlan): void {
  const rows = trunk?.phone_numbers ?? [];
  const listed = fields.dids?.map((said) => known.get(said) ?? said);
  const present = rows.flatMap((row) => row.phone_number_id ?? []);
  const missing = [...numbers].filter(([number]) => !rows.some((row) => row.phone_number === number));
  for (const [number] of numbers) if (!missing.some(([one]) => one === number)) plan.unchanged.push({ kind: "number", value: number });
  plan.questions.push(...missing.filter(([number]) => !known.has(number)).map(([number, field]) => ({ field, question: noDid(number) })));
  const added = missing.flatMap(([number]) => known.get(number) ?? []);
  if (listed || added.length > 0) fields.dids = [...new Set([...(listed ?? present), ...added])];
  if (!places.has("dids")) places.set("dids", missing[0]?.[1] ?? "numbers");
}

function noDid(number: string): string {
  return `This DIDWW account has no DID for ${quoteText(number)}, or several. Which number is meant, with its country code?`;
}
