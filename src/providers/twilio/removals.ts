import { absentIfNotFound, type WriteOperation, writeOperation } from "../../core/carrier/operation.ts";
import { severalWrites } from "../../core/carrier/several-writes.ts";
import { TrunkError } from "../../core/errors.ts";
import { listRowsPath, type OnTrunk, type TwilioApi, trunkPath } from "./api.ts";
import { partsOf } from "./list-names.ts";
import { numberWrites } from "./number-writes.ts";
import { detachList } from "./own-lists.ts";
import type { TwilioReads } from "./reads.ts";
import { listOnTrunk, refuseShared, usersOfList } from "./shared-lists.ts";

type Removal<Input> = WriteOperation<Input, { removed: true } & Input>;

export function twilioRemovals(api: TwilioApi, reads: TwilioReads) {
  return { deleteCredential: deleteCredential(api, reads), deleteTrunk: deleteTrunk(api, reads) };
}

/** Passwords cannot be read, so a login cannot go over to a list of the trunk's own: one that other trunks have too stays. */
function deleteCredential(api: TwilioApi, reads: TwilioReads): Removal<OnTrunk & { credential_id: string }> {
  const removal = writeOperation<OnTrunk & { credential_id: string }, { removed: true; credential_id: string } & OnTrunk>(api.wire, {
    operation: "delete a login",
    method: "DELETE",
    base: "api",
    path: ({ credential_id }) => listRowsPath(api, "CredentialLists", ...partsOf(credential_id)),
    parse: (answer, input) => {
      api.answers.removed(answer);
      return { removed: true as const, ...input };
    },
    settle: async (input) => {
      const [list, row] = partsOf(input.credential_id);
      const left = await absentIfNotFound(reads.logins(list));
      return left?.some(({ sid }) => sid === row) ? undefined : { removed: true as const, ...input };
    },
  });
  return {
    settle: removal.settle,
    async send(input, signal) {
      const attached = await reads.attached(input.trunk_sid, "CredentialLists", signal);
      const list = listOnTrunk(attached, partsOf(input.credential_id)[0]);
      refuseShared(list, (await usersOfList(reads, "CredentialLists", list, input.trunk_sid, signal)).others);
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
          await requests.make(detachList(api, reads, kind), { trunk_sid, list: sid }, "a list was detached");
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
