import { absentIfNotFound, type WriteOperation, writeOperation } from "../../core/carrier/operation.ts";
import { severalWrites } from "../../core/carrier/several-writes.ts";
import type { WireAnswer } from "../../core/carrier/wire.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import { allRows, type ExotelApi, listPath, type OnTrunk, type Page, type Rows, type TrunkList, trunksPath } from "./api.ts";
import { ALIAS, type ExotelReads } from "./reads.ts";

export interface Removed {
  removed: true;
}

/** A removal answers with the record (observed) or with null (documented); only a refusal matters. */
function removed<Input extends object>(api: ExotelApi, answer: WireAnswer, input: Input): Removed & Input {
  api.answers.accepted(answer);
  return { removed: true, ...input };
}

/** The documented list of logins is the trunk's own pair, without an id: it shows neither what was created nor what was deleted. */
export function refusePair<Row>(rows: Row[], idOf: (row: Row) => string | undefined): void {
  if (rows.some((row) => idOf(row) === undefined)) throw new TrunkError("unsupported", "Exotel's list shows rows without an id.");
}

/** A row of one of a trunk's lists, removed by `?id=`. */
function rowRemoval<Key extends string, Row>(
  api: ExotelApi,
  target: { operation: string; list: TrunkList; key: Key; thin?: boolean },
  rows: (trunkSid: string, page: Page) => Promise<Rows<Row>>,
  idOf: (row: Row) => string | undefined,
): WriteOperation<OnTrunk & Record<Key, string>, Removed & OnTrunk & Record<Key, string>> {
  return writeOperation(api.wire, {
    ...(target.thin ? { thin: true } : {}),
    operation: target.operation,
    method: "DELETE",
    path: (input) => listPath(api, input.trunk_sid, target.list),
    query: (input) => ({ id: input[target.key] }),
    parse: (answer, input) => removed(api, answer, input),
    settle: async (input) => {
      const left = (await absentIfNotFound(allRows((page) => rows(input.trunk_sid, page)))) ?? [];
      refusePair(left, idOf);
      return left.some((row) => idOf(row) === input[target.key]) ? undefined : { removed: true as const, ...input };
    },
  });
}

export function exotelRemovals(api: ExotelApi, reads: ExotelReads) {
  const deleteCredentials = rowRemoval(
    api,
    { operation: "delete credentials", list: "credentials", key: "credential_id" },
    reads.listCredentials,
    (row) => row.credential_id,
  );
  return {
    unmapPhoneNumber: rowRemoval(
      api,
      { operation: "unmap a phone number", list: "phone-numbers", key: "phone_number_id", thin: true },
      reads.listPhoneNumbers,
      (row) => row.phone_number_id,
    ),
    removeWhitelistedIp: rowRemoval(
      api,
      { operation: "remove a whitelisted IP", list: "whitelisted-ips", key: "whitelisted_ip_id", thin: true },
      reads.listWhitelistedIps,
      (row) => row.whitelisted_ip_id,
    ),
    removeDestinationUri: rowRemoval(
      api,
      { operation: "remove a destination", list: "destination-uris", key: "destination_uri_id", thin: true },
      reads.listDestinationUris,
      (row) => row.destination_uri_id,
    ),
    removeAlias: removeAlias(api, reads),
    deleteCredentials,
    deleteTrunk: deleteTrunk(api, reads, deleteCredentials),
  };
}

function removeAlias(api: ExotelApi, reads: ExotelReads) {
  return writeOperation<OnTrunk, Removed & OnTrunk>(api.wire, {
    operation: "remove a trunk's alias",
    thin: true,
    method: "DELETE",
    path: (input) => listPath(api, input.trunk_sid, "settings"),
    query: () => ({ name: ALIAS }),
    parse: (answer, input) => removed(api, answer, input),
    settle: async (input) => ((await reads.getAlias(input.trunk_sid)) === null ? { removed: true, ...input } : undefined),
  });
}

/** The service removes numbers, IPs and destinations with a trunk, but not its credentials: they go first. */
function deleteTrunk(
  api: ExotelApi,
  reads: ExotelReads,
  deleteCredentials: WriteOperation<OnTrunk & { credential_id: string }, unknown>,
): WriteOperation<OnTrunk, Removed & OnTrunk> {
  const trunkItself = writeOperation<OnTrunk, Removed & OnTrunk>(api.wire, {
    operation: "delete a trunk",
    method: "DELETE",
    path: () => trunksPath(api),
    query: (input) => ({ ...input }),
    parse: (answer, input) => removed(api, answer, input),
    settle: async (input) => ((await absentIfNotFound(reads.getTrunk(input.trunk_sid))) ? undefined : { removed: true, ...input }),
  });
  return severalWrites({
    settle: trunkItself.settle,
    async run(input, requests) {
      const credentials = await allRows((page) => reads.listCredentials(input.trunk_sid, page), requests.signal);
      for (const { credential_id, user_name } of credentials) {
        if (credential_id === undefined) continue;
        await requests.make(deleteCredentials, { ...input, credential_id }, `the login ${quoteText(user_name)} was deleted`);
      }
      return await requests.make(trunkItself, input, "the trunk was deleted");
    },
  });
}
