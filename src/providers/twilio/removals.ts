import { absentIfNotFound, type WriteOperation, writeOperation } from "../../core/carrier/operation.ts";
import { severalWrites } from "../../core/carrier/several-writes.ts";
import { TrunkError } from "../../core/errors.ts";
import { type ListKind, listRowsPath, type OnTrunk, onTrunkPath, type TwilioApi, trunkPath } from "./api.ts";
import { numberWrites } from "./number-writes.ts";
import type { TwilioReads } from "./reads.ts";
import { refuseShared } from "./shared-lists.ts";

type Removal<Input> = WriteOperation<Input, { removed: true } & Input>;

export function twilioRemovals(api: TwilioApi, reads: TwilioReads) {
  return {
    removeIp: rowRemoval<"whitelisted_ip_id">(api, "IpAccessControlLists", "whitelisted_ip_id", reads),
    deleteCredential: rowRemoval<"credential_id">(api, "CredentialLists", "credential_id", reads),
    deleteTrunk: deleteTrunk(api, reads),
  };
}

/** A row of a list, whose id is that of the list and its own: `AL…/IP…`. The list stays on the trunk, even if it is empty then. */
function rowRemoval<Key extends string>(
  api: TwilioApi,
  kind: ListKind,
  key: Key,
  reads: TwilioReads,
): Removal<OnTrunk & Record<Key, string>> {
  const rows = (listSid: string): Promise<{ sid: string }[]> =>
    kind === "CredentialLists" ? reads.logins(listSid) : reads.addresses(listSid);
  const partsOf = (id: string): [string, string] => {
    const [list = "", row = ""] = id.split("/");
    return [list, row];
  };
  const removal = writeOperation<OnTrunk & Record<Key, string>, { removed: true } & OnTrunk & Record<Key, string>>(api.wire, {
    operation: kind === "CredentialLists" ? "delete a login" : "remove an address",
    method: "DELETE",
    base: "api",
    path: (input) => listRowsPath(api, kind, ...partsOf(input[key])),
    parse: (answer, input) => {
      api.answers.removed(answer);
      return { removed: true as const, ...input };
    },
    settle: async (input) => {
      const [list, row] = partsOf(input[key]);
      const left = await absentIfNotFound(rows(list));
      return left?.some(({ sid }) => sid === row) ? undefined : { removed: true as const, ...input };
    },
  });
  return {
    settle: removal.settle,
    async send(input, signal) {
      const [sid] = partsOf(input[key]);
      const list = (await reads.attached(input.trunk_sid, kind, signal)).find((one) => one.sid === sid);
      if (list) await refuseShared(reads, kind, list, input.trunk_sid, signal);
      return await removal.send(input, signal);
    },
  };
}

/** Refusals of which taking rows off is no cure: emergency calls, and names below the domain. */
const forGood: readonly unknown[] = [21634, 21247];

function refusedWhileFull(error: unknown): TrunkError {
  if (error instanceof TrunkError && error.code === "conflict" && !forGood.includes(error.details.carrier_code)) return error;
  throw error;
}

/** The documents disagree on whether a trunk with numbers or lists is deleted. Where it is not, they are taken off; they stay in the account. */
function deleteTrunk(api: TwilioApi, reads: TwilioReads): Removal<OnTrunk> {
  const { unassignPhoneNumber } = numberWrites(api, reads);
  const detach = (kind: ListKind) =>
    writeOperation<OnTrunk & { list: string }, object>(api.wire, {
      operation: "detach a list from a trunk",
      method: "DELETE",
      path: ({ trunk_sid, list }) => onTrunkPath(trunk_sid, kind, list),
      parse: (answer) => {
        api.answers.removed(answer);
        return {};
      },
      settle: async ({ trunk_sid, list }) => ((await reads.attached(trunk_sid, kind)).some(({ sid }) => sid === list) ? undefined : {}),
    });
  const trunkItself = writeOperation<OnTrunk, { removed: true } & OnTrunk>(api.wire, {
    operation: "delete a trunk",
    method: "DELETE",
    path: ({ trunk_sid }) => trunkPath(trunk_sid),
    parse: (answer, input) => {
      api.answers.removed(answer);
      return { removed: true, ...input };
    },
    settle: async (input) => ((await absentIfNotFound(reads.getTrunk(input.trunk_sid))) ? undefined : { removed: true, ...input }),
  });
  return severalWrites({
    settle: trunkItself.settle,
    async run(input, requests) {
      const { trunk_sid } = input;
      const deleted = await requests.make(trunkItself, input, "the trunk was deleted").catch(refusedWhileFull);
      if (!(deleted instanceof TrunkError)) return deleted;
      // Logins before addresses: in between the trunk must not be open to everybody who has a login.
      let full = false;
      for (const kind of ["CredentialLists", "IpAccessControlLists"] as const)
        for (const { sid } of await reads.attached(trunk_sid, kind, requests.signal)) {
          full = true;
          await requests.make(detach(kind), { trunk_sid, list: sid }, "a list was detached");
        }
      for (const { sid, phone_number } of await reads.numbersOn(trunk_sid, requests.signal)) {
        full = true;
        await requests.make(unassignPhoneNumber, { trunk_sid, phone_number_id: sid }, `${phone_number} was taken off`);
      }
      // With nothing on it, it was refused for another reason.
      if (!full) throw deleted;
      return await requests.make(trunkItself, input, "the trunk was deleted");
    },
  });
}
