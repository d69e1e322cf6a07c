import type { WriteOperation } from "../../core/carrier/operation.ts";
import type { DestinationUri } from "../../core/carrier/trunk.ts";
import type { Sent } from "../../core/carrier/wire.ts";
import type { TrunkError } from "../../core/errors.ts";
import { bareDestination } from "../../rules/destination.ts";
import { allRows, type ExotelApi, listPath } from "./api.ts";
import { type DestinationRecord, destinationRecordSchema } from "./json.ts";
import type { ExotelReads } from "./reads.ts";
import { toDestinationUri } from "./view.ts";

export interface DestinationResult extends Partial<DestinationUri> {
  destination: string;
  status: "added" | "unchanged" | "failed";
  error?: string | undefined;
}
interface DestinationsInput {
  trunk_sid: string;
  destinations: { destination: string }[];
}
type DestinationsOutput = { destination_uris: DestinationResult[] };

/** The service appends without looking for duplicates, so what is there already is not sent again. */
export function addDestinationUris(api: ExotelApi, reads: ExotelReads): WriteOperation<DestinationsInput, DestinationsOutput> {
  const present = async (trunkSid: string) => {
    const rows = await allRows((page) => reads.listDestinationUris(trunkSid, page));
    return new Map(rows.map((row) => [row.destination, row]));
  };
  const settle = async (input: DestinationsInput): Promise<DestinationsOutput | undefined> => {
    const rows = await present(input.trunk_sid);
    const results = input.destinations.map((item): DestinationResult => {
      const destination = bareDestination(item.destination);
      const row = rows.get(destination);
      return row ? { ...row, status: "added" } : { destination, status: "failed", error: "It is not there after its answer was lost." };
    });
    return results.some(({ status }) => status === "added") ? { destination_uris: results } : undefined;
  };
  return {
    settle,
    async send(input, signal) {
      const before = await present(input.trunk_sid);
      const wanted = [...new Set(input.destinations.map(({ destination }) => bareDestination(destination)))];
      const missing = wanted.filter((destination) => !before.has(destination));
      const sent = await sendDestinations(api, input.trunk_sid, missing, settle, signal);
      const results = wanted.map((destination): DestinationResult => {
        const existing = before.get(destination);
        return existing ? { ...existing, status: "unchanged" } : (sent.value.get(destination) ?? { destination, status: "failed" });
      });
      return { value: { destination_uris: results }, settled: sent.settled };
    },
  };
}

async function sendDestinations(
  api: ExotelApi,
  trunkSid: string,
  missing: string[],
  settle: (input: DestinationsInput) => Promise<DestinationsOutput | undefined>,
  signal: AbortSignal | undefined,
): Promise<Sent<Map<string, DestinationResult>>> {
  if (missing.length === 0) return { value: new Map(), settled: false };
  const destinations = missing.map((destination) => ({ destination }));
  return await api.wire.send({
    effect: "write",
    method: "POST",
    operation: "add destinations",
    path: listPath(api, trunkSid, "destination-uris"),
    body: { destinations },
    parse: (answer) => toResults(missing, api.answers.batch(answer, destinationRecordSchema)),
    settle: async () => {
      const found = await settle({ trunk_sid: trunkSid, destinations });
      return found && new Map(found.destination_uris.map((row) => [row.destination, row]));
    },
    signal,
  });
}

/** One result for each destination that was sent; when none was taken, the first refusal is the answer. */
function toResults(sent: string[], items: ({ data: DestinationRecord } | { error: TrunkError })[]): Map<string, DestinationResult> {
  const [first] = items;
  if (first && "error" in first && items.every((item) => "error" in item)) throw first.error.with({ field: "destinations" });
  if (items.length !== sent.length) throw new Error("a batch answer with another number of items");
  const rows = items.map((item, index): DestinationResult => {
    const destination = sent[index] ?? "";
    if ("error" in item) return { destination, status: "failed", error: item.error.details.carrier_message ?? item.error.message };
    return { ...toDestinationUri(item.data), status: "added" };
  });
  return new Map(rows.map((row, index) => [sent[index] ?? row.destination, row]));
}
