import { writeOperation } from "../../core/carrier/operation.ts";
import type { Requests } from "../../core/carrier/several-writes.ts";
import { type ListKind, listPath, type OnTrunk, onTrunkPath, type TwilioApi } from "./api.ts";
import { type ListRecord, listRecordSchema } from "./json.ts";
import { isOwn, ownListName } from "./list-names.ts";
import type { TwilioReads } from "./reads.ts";
import { refuseShared, usersOfList } from "./shared-lists.ts";

/** Takes a list off a trunk. The list and its other trunks stay as they are. */
export function detachList(api: TwilioApi, reads: TwilioReads, kind: ListKind) {
  return writeOperation<OnTrunk & { list: string }, object>(api.wire, {
    operation: "detach a list from a trunk",
    method: "DELETE",
    path: ({ trunk_sid, list }) => onTrunkPath(trunk_sid, kind, list),
    parse: (answer) => {
      api.answers.removed(answer);
      return {};
    },
    settle: async ({ trunk_sid, list }) => ((await reads.attached(trunk_sid, kind)).some(({ sid }) => sid === list) ? undefined : {}),
  });
}

/** Finds or makes a trunk's own list, has it filled, and then attaches it: an empty one would shut everybody out. */
export function ownLists(api: TwilioApi, reads: TwilioReads, kind: ListKind) {
  const find = async ({ trunk_sid }: OnTrunk, signal?: AbortSignal) =>
    (await reads.allLists(kind, signal)).find((list) => isOwn(list, trunk_sid, kind));
  const isAttached = async (trunkSid: string, listSid: string, signal?: AbortSignal) =>
    (await reads.attached(trunkSid, kind, signal)).some(({ sid }) => sid === listSid);

  const create = writeOperation<OnTrunk, ListRecord>(api.wire, {
    operation: "create a list",
    method: "POST",
    base: "api",
    path: () => listPath(api, kind),
    body: ({ trunk_sid }) => ({ FriendlyName: ownListName(trunk_sid, kind) }),
    parse: (answer) => api.answers.one(answer, listRecordSchema),
    settle: (input) => find(input),
  });
  const attach = writeOperation<OnTrunk & { list: ListRecord }, ListRecord>(api.wire, {
    operation: "attach a list to a trunk",
    method: "POST",
    path: ({ trunk_sid }) => onTrunkPath(trunk_sid, kind),
    body: ({ list }) => ({ [`${kind.slice(0, -1)}Sid`]: list.sid }),
    parse: (answer) => api.answers.one(answer, listRecordSchema),
    settle: async ({ trunk_sid, list }) => ((await isAttached(trunk_sid, list.sid)) ? list : undefined),
  });

  return {
    find,
    isAttached,
    async filled<T>(input: OnTrunk, requests: Requests, fill: (list: ListRecord, isAttached: boolean) => Promise<T>): Promise<T> {
      const { trunk_sid } = input;
      const existing = await find(input, requests.signal);
      if (existing) refuseShared(existing, (await usersOfList(reads, kind, existing, trunk_sid, requests.signal)).others);
      const list = existing ?? (await requests.make(create, { trunk_sid }, "a list of the trunk's own was created"));
      const attached = await isAttached(trunk_sid, list.sid, requests.signal);
      const value = await fill(list, attached);
      if (!attached) await requests.make(attach, { trunk_sid, list }, "the list was attached");
      return value;
    },
  };
}
