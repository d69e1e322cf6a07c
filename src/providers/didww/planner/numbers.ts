import { allPages } from "../../../core/carrier/all-pages.ts";
import type { KnownNumber, Question, TrunkPlan, TrunkTask } from "../../../core/carrier/planner.ts";
import type { Setup } from "../../../core/carrier/setup.ts";
import { quoteText } from "../../../core/text.ts";
import { askNumber } from "../../../rules/ask-number.ts";
import { readingsOf } from "../../../rules/phone-number.ts";
import type { DidwwClient } from "../operations.ts";
import { MAX_PAGE_SIZE } from "../reads.ts";
import { isUuid } from "../view.ts";
import { placeOf } from "../voice-in/place.ts";
import { whySilent } from "../voice-in/view.ts";
import type { Wanted } from "./options.ts";

/** Beyond this many, reading all numbers of the account costs fewer calls. */
const MOST_LOOKED_UP = 20;

/** The account's DIDs by the words in which the setups name them, where these mean exactly one. */
export async function numberIds(
  client: DidwwClient,
  setups: readonly Setup[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, KnownNumber>> {
  const inOptions = setups.flatMap(({ options }) => (Array.isArray(options?.["dids"]) ? options["dids"].map(String) : []));
  const said = [...new Set([...setups.flatMap(({ numbers = [] }) => numbers), ...inOptions])].filter((value) => !isUuid(value));
  const all = said.length > MOST_LOOKED_UP ? await allDids(client, signal) : undefined;
  const found = await Promise.all(
    said.map(async (value) => {
      const numbers = readingsOf(value);
      return { value, dids: all?.filter(({ did }) => numbers.includes(did.number)) ?? (await client.didsSaid(numbers, signal)) };
    }),
  );
  return new Map(
    found.flatMap(({ value, dids: [only, ...others] }) => (only && others.length === 0 ? [[value, known(only)] as const] : [])),
  );
}

function allDids(client: DidwwClient, signal: AbortSignal) {
  return allPages(async (from) => {
    const { rows, names, next } = await client.listDids({ from, limit: MAX_PAGE_SIZE, signal });
    return { rows: rows.map((did) => ({ did, names })), next };
  });
}

/** Those of the first page that ring, and whose calls go nowhere: a person chooses from a few. */
export async function freeNumbers(client: DidwwClient, signal: AbortSignal): Promise<string[]> {
  const { rows } = await client.listDids({ limit: MAX_PAGE_SIZE, signal });
  const isFree = (did: (typeof rows)[number]) => (did.trunk_id ?? did.group_id) === undefined && whySilent(did) === undefined;
  return rows.filter(isFree).map(({ number }) => number);
}

function known({ did, names }: Awaited<ReturnType<DidwwClient["didsSaid"]>>[number]): KnownNumber {
  const silent = whySilent(did);
  return { id: did.id, number: did.number, place: placeOf(did, names), ...(silent === undefined ? {} : { silent }) };
}

/** A trunk's numbers are the caller ids that it may show. DIDWW takes their ids, and the whole list of them. */
export function planNumbers(task: TrunkTask, { numbers, fields, places }: Wanted, plan: TrunkPlan): void {
  const { trunk, numberIds: ids } = task;
  const rows = trunk?.phone_numbers ?? [];
  const lacking = (fields.dids ?? []).filter((said) => !isUuid(said) && !ids.has(said));
  plan.questions.push(...lacking.map((said) => askDid(task, said, `${places.get("dids")}.${fields.dids?.indexOf(said)}`)));
  const listed = fields.dids?.filter((said) => !lacking.includes(said)).map((said) => ids.get(said)?.id ?? said);
  const present = rows.flatMap((row) => row.phone_number_id ?? []);
  const missing = [...numbers].filter(([number]) => !rows.some((row) => row.phone_number === number));
  for (const [number] of numbers) if (!missing.some(([one]) => one === number)) plan.unchanged.push({ kind: "number", value: number });
  plan.questions.push(...missing.filter(([number]) => !ids.has(number)).map(([number, field]) => askDid(task, number, field)));
  const added = missing.flatMap(([number]) => ids.get(number)?.id ?? []);
  if (listed || added.length > 0) fields.dids = [...new Set([...(listed ?? present), ...added])];
  if (!places.has("dids")) places.set("dids", missing[0]?.[1] ?? "numbers");
}

export function askDid(task: TrunkTask, said: string, field: string): Question {
  const question = `This DIDWW account has no DID for ${quoteText(said)}, or several. Which number is meant, with its country code?`;
  return askNumber(task, { field, question, said: readingsOf(said)[0] ?? said });
}
