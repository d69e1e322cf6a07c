import { TrunkError } from "../errors.ts";
import { quoteText } from "../text.ts";
import { allPages } from "./all-pages.ts";
import { type Carrier, chosenCarriers, type ReadTrunk, type TrunkAccess } from "./provider.ts";
import type { Trunk, TrunkDetail } from "./trunk.ts";

/** Every trunk of one carrier that a person may mean, by exactly this name, or by one of its numbers; with its row where that was read. */
export async function trunksCalled(connected: TrunkAccess<unknown>, said: string, signal: AbortSignal): Promise<Called[]> {
  const { client, trunks } = connected;
  const [named, numbered] = await Promise.all([trunksByName(connected, said, signal), trunks.withNumber?.(client, said, signal) ?? []]);
  const rows = named.map((row): Called => ({ trunk_id: row.trunk_id, row }));
  const others = numbered.map((one): Called => ({ trunk_id: one.trunk_id, row: "provider" in one ? one : undefined }));
  return [...new Map([...others, ...rows].map((one) => [one.trunk_id, one])).values()];
}

interface Called {
  trunk_id: string;
  row: TrunkDetail | undefined;
}

/** Every trunk of one carrier with exactly this name. */
async function trunksByName(connected: TrunkAccess<unknown>, name: string, signal: AbortSignal): Promise<TrunkDetail[]> {
  const { client, trunks } = connected;
  if (trunks.named) return await trunks.named(client, name, signal);
  return (await allTrunks(connected, signal)).filter((trunk) => trunk.trunk_name === name);
}

/** The names of every trunk of the account. It grows with the account: to find one trunk, `trunksByName`. */
export function allTrunks({ client, trunks }: TrunkAccess<unknown>, signal: AbortSignal): Promise<Trunk[]> {
  return allPages(async (from) => {
    const page = await trunks.list(client, { from, limit: trunks.pageSize ?? 50, namesOnly: true, signal });
    return { rows: page.trunks, next: page.next };
  });
}

/** A row with everything that belongs to the trunk. */
export function completed({ client, trunks }: TrunkAccess<unknown>, row: TrunkDetail, signal: AbortSignal): Promise<ReadTrunk> {
  return trunks.complete ? trunks.complete.run(client, row, signal) : trunks.get(client, row.trunk_id, signal);
}

/** For a name or a number that does not tell which trunk is meant. */
export function sameNameText(count: number, said: string): string {
  return `${count} trunks have the name or the number ${quoteText(said)}`;
}

/** One trunk by its id, its unique name or one of its numbers, on whichever carrier has it. */
export async function getTrunk(
  carriers: readonly Carrier[],
  idOrName: string,
  provider: string | undefined,
  signal: AbortSignal,
): Promise<ReadTrunk> {
  const wanted = chosenCarriers(carriers, provider);
  const answers = await Promise.all(wanted.map((carrier) => lookUp(carrier, idOrName, signal)));
  const candidates = answers.flatMap(({ found }) => found);
  const problems = answers.flatMap(({ problem }) => problem ?? []);
  const failures = problems.filter(({ error }) => error.code !== "not_found");
  const [only, ...others] = candidates;
  if (!only) {
    const [first] = wanted.length === 1 ? problems : failures;
    throw first?.error ?? new TrunkError("not_found", `No trunk has the id, name or number ${quoteText(idOrName)}.`, { field: "trunk_id" });
  }
  if (others.length > 0) {
    const ids = candidates.map((candidate) => `${candidate.provider}/${candidate.trunkId}`);
    throw new TrunkError("conflict", `${sameNameText(candidates.length, idOrName)}.`, {
      field: "trunk_id",
      hint: "Pass provider and the id of the one that is meant.",
      candidates: ids,
    });
  }
  const { trunk, warnings } = await only.read();
  return { trunk, warnings: [...warnings, ...failures.map(({ title, error }) => `${title} was asked too, and failed: ${error.message}`)] };
}

interface Candidate {
  provider: string;
  trunkId: string;
  read(): Promise<ReadTrunk>;
}

interface LookUp {
  found: Candidate[];
  problem?: { title: string; error: TrunkError };
}

/** Looks on one carrier. A value that looks like its id may be another carrier's id, or a name: it counts where it exists. */
async function lookUp({ provider, connected }: Carrier, idOrName: string, signal: AbortSignal): Promise<LookUp> {
  try {
    const connection = await connected();
    const { client, trunks } = connection;
    if (trunks.isTrunkId(idOrName)) {
      const detail = await trunks.get(client, idOrName, signal);
      return { found: [{ provider: provider.id, trunkId: idOrName, read: async () => detail }] };
    }
    const called = await trunksCalled(connection, idOrName, signal);
    const found = called.map(({ trunk_id: trunkId, row }) => ({
      provider: provider.id,
      trunkId,
      read: () => (row ? completed(connection, row, signal) : trunks.get(client, trunkId, signal)),
    }));
    return { found };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrunkError) return { found: [], problem: { title: provider.title, error } };
    throw error;
  }
}
