import { type WriteOperation, writeOperation } from "../../core/carrier/operation.ts";
import { type Requests, severalWrites } from "../../core/carrier/several-writes.ts";
import type { WhitelistedIp } from "../../core/carrier/trunk.ts";
import { cidr } from "../../rules/range.ts";
import { type ListKind, listPath, listRowsPath, type OnTrunk, onTrunkPath, type TwilioApi } from "./api.ts";
import { type AddressRecord, addressRecordSchema, type ListRecord, listRecordSchema } from "./json.ts";
import type { TwilioReads } from "./reads.ts";
import { refuseShared, refuseUnshown } from "./shared-lists.ts";
import { toWhitelistedIp } from "./view.ts";

/**
 * Lists belong to the account, and what is added to one opens every trunk and SIP Domain that uses it. So each trunk has lists of
 * its own, found by their names, which are unique in the account.
 */
export function ownListName(trunkSid: string, kind: ListKind): string {
  return `trunkline ${trunkSid} ${kind === "IpAccessControlLists" ? "ips" : "logins"}`;
}

/** Finds or makes a trunk's own list, has it filled, and then attaches it: an empty one would shut everybody out. */
export function ownLists(api: TwilioApi, reads: TwilioReads, kind: ListKind) {
  const find = async ({ trunk_sid }: OnTrunk, signal?: AbortSignal) =>
    (await reads.allLists(kind, signal)).find((list) => list.friendly_name === ownListName(trunk_sid, kind));
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
      if (existing) await refuseShared(reads, kind, existing, trunk_sid, requests.signal);
      const list = existing ?? (await requests.make(create, { trunk_sid }, "a list of the trunk's own was created"));
      const attached = await isAttached(trunk_sid, list.sid, requests.signal);
      const value = await fill(list, attached);
      if (!attached) await requests.make(attach, { trunk_sid, list }, "the list was attached");
      return value;
    },
  };
}

type AddressInput = OnTrunk & { ip: string; cidr_prefix_length: number; friendly_name?: string | undefined };

export function allowIp(api: TwilioApi, reads: TwilioReads): WriteOperation<AddressInput, { whitelisted_ip: WhitelistedIp }> {
  const lists = ownLists(api, reads, "IpAccessControlLists");
  const findIn = async (list: ListRecord, { ip, cidr_prefix_length }: AddressInput, signal?: AbortSignal) =>
    (await reads.addresses(list.sid, signal)).find(
      (row) => row.ip_address === ip && toWhitelistedIp(list.sid, row).mask === cidr_prefix_length,
    );
  const add = writeOperation<AddressInput & { list: ListRecord }, AddressRecord>(api.wire, {
    operation: "add an address to a list",
    method: "POST",
    base: "api",
    path: ({ list }) => listRowsPath(api, "IpAccessControlLists", list.sid),
    body: ({ ip, cidr_prefix_length, friendly_name }) => ({
      FriendlyName: friendly_name ?? `${ip}/${cidr_prefix_length}`,
      IpAddress: ip,
      CidrPrefixLength: cidr_prefix_length,
    }),
    parse: (answer) => api.answers.one(answer, addressRecordSchema),
    settle: (input) => findIn(input.list, input),
  });
  return severalWrites({
    turn: ({ trunk_sid }) => `twilio ${trunk_sid} ips`,
    async settle(input) {
      const list = await lists.find(input);
      const row = list && (await findIn(list, input));
      return list && row && (await lists.isAttached(input.trunk_sid, list.sid))
        ? { whitelisted_ip: toWhitelistedIp(list.sid, row) }
        : undefined;
    },
    run: (input, requests) =>
      lists.filled(input, requests, async (list, isAttached) => {
        const there = await findIn(list, input, requests.signal);
        if (!isAttached) {
          const others = (await reads.addresses(list.sid, requests.signal)).filter(({ sid }) => sid !== there?.sid);
          refuseUnshown(
            list,
            others.map((row) => cidr(toWhitelistedIp(list.sid, row))),
          );
        }
        const row =
          there ?? (await requests.make(add, { ...input, list }, `${input.ip}/${input.cidr_prefix_length} was added to the list`));
        return { whitelisted_ip: toWhitelistedIp(list.sid, row) };
      }),
  });
}
