import { absentIfNotFound, type WriteOperation, writeOperation } from "../../core/carrier/operation.ts";
import { type Requests, severalWrites } from "../../core/carrier/several-writes.ts";
import type { WhitelistedIp } from "../../core/carrier/trunk.ts";
import { cidr } from "../../rules/range.ts";
import { listRowsPath, type OnTrunk, type TwilioApi } from "./api.ts";
import { type AddressRecord, addressRecordSchema, type ListRecord } from "./json.ts";
import { isOwn, partsOf } from "./list-names.ts";
import { detachList, ownLists } from "./own-lists.ts";
import type { TwilioReads } from "./reads.ts";
import { listOnTrunk, refuseShared, refuseUnshown, usersOfList } from "./shared-lists.ts";
import { toWhitelistedIp } from "./view.ts";

const KIND = "IpAccessControlLists";

interface Address {
  ip: string;
  cidr_prefix_length: number;
  friendly_name?: string | null | undefined;
}
type AddressInput = OnTrunk & Address;
type Removal = OnTrunk & { whitelisted_ip_id: string };
type Removed = OnTrunk & { removed: true; whitelisted_ip_id: string };

/** Both change the trunk's own list, and read it first. */
const turn = ({ trunk_sid }: OnTrunk) => `twilio ${trunk_sid} ips`;

export function allowIp(api: TwilioApi, reads: TwilioReads): WriteOperation<AddressInput, { whitelisted_ip: WhitelistedIp }> {
  const { lists, find, put } = addressList(api, reads);
  return severalWrites<AddressInput, { whitelisted_ip: WhitelistedIp }>({
    turn,
    async settle(input) {
      const list = await lists.find(input);
      const row = list && find(await reads.addresses(list.sid), input);
      return list && row && (await lists.isAttached(input.trunk_sid, list.sid))
        ? { whitelisted_ip: toWhitelistedIp(list.sid, row) }
        : undefined;
    },
    async run(input, requests) {
      const [whitelisted_ip] = await put(input, [input], requests);
      return { whitelisted_ip: whitelisted_ip as WhitelistedIp };
    },
  });
}

/**
 * Takes an address out of the trunk's own list, which stays on the trunk even if it is empty then. A list that others may use
 * is never changed: it is taken off the trunk, once what is to stay of it is in the own list.
 */
export function removeIp(api: TwilioApi, reads: TwilioReads): WriteOperation<Removal, Removed> {
  const { put } = addressList(api, reads);
  const detach = detachList(api, reads, KIND);
  const removed = ({ trunk_sid, whitelisted_ip_id }: Removal): Removed => ({ removed: true, trunk_sid, whitelisted_ip_id });
  const takeOut = writeOperation<Removal, Removed>(api.wire, {
    operation: "remove an address",
    method: "DELETE",
    base: "api",
    path: ({ whitelisted_ip_id }) => listRowsPath(api, KIND, ...partsOf(whitelisted_ip_id)),
    parse: (answer, input) => {
      api.answers.removed(answer);
      return removed(input);
    },
    settle,
  });

  async function settle(input: Removal): Promise<Removed | undefined> {
    const [listSid, row] = partsOf(input.whitelisted_ip_id);
    const left = row === undefined ? undefined : await absentIfNotFound(reads.addresses(listSid));
    if (row !== undefined && !left?.some(({ sid }) => sid === row)) return removed(input);
    const attached = await absentIfNotFound(reads.attached(input.trunk_sid, KIND));
    return attached?.some(({ sid }) => sid === listSid) ? undefined : removed(input);
  }

  return severalWrites<Removal, Removed>({
    turn,
    settle,
    async run(input, requests) {
      const { trunk_sid } = input;
      const [listSid, row] = partsOf(input.whitelisted_ip_id);
      const attached = await reads.attached(trunk_sid, KIND, requests.signal);
      const list = listOnTrunk(attached, listSid);
      if (isOwn(list, trunk_sid, KIND)) {
        refuseShared(list, (await usersOfList(reads, KIND, list, trunk_sid, requests.signal)).others);
        return await requests.make(takeOut, input, "the address was taken out of the list");
      }
      const rows = row === undefined ? [] : await reads.addresses(list.sid, requests.signal);
      const staying = rows.filter(({ sid }) => sid !== row).map((one) => toAddress(toWhitelistedIp(list.sid, one)));
      // Without any list, every holder of a login may call.
      if (staying.length > 0 || attached.length === 1) await put({ trunk_sid }, staying, requests);
      await requests.make(detach, { trunk_sid, list: list.sid }, "the list was taken off the trunk");
      return removed(input);
    },
  });
}

function toAddress({ ip, mask, friendly_name }: WhitelistedIp): Address {
  return { ip, cidr_prefix_length: mask, friendly_name };
}

/** The list of a trunk's own in which its addresses are. */
function addressList(api: TwilioApi, reads: TwilioReads) {
  const lists = ownLists(api, reads, KIND);
  const find = (rows: readonly AddressRecord[], { ip, cidr_prefix_length }: Address) =>
    rows.find((row) => row.ip_address === ip && toWhitelistedIp("", row).mask === cidr_prefix_length);
  const add = writeOperation<Address & { list: ListRecord }, AddressRecord>(api.wire, {
    operation: "add an address to a list",
    method: "POST",
    base: "api",
    path: ({ list }) => listRowsPath(api, KIND, list.sid),
    body: ({ ip, cidr_prefix_length, friendly_name }) => ({
      FriendlyName: friendly_name ?? `${ip}/${cidr_prefix_length}`,
      IpAddress: ip,
      CidrPrefixLength: cidr_prefix_length,
    }),
    parse: (answer) => api.answers.one(answer, addressRecordSchema),
    settle: async (input) => find(await reads.addresses(input.list.sid), input),
  });
  /** Those that are missing come in, and the list is attached last. */
  const put = (input: OnTrunk, addresses: readonly Address[], requests: Requests): Promise<WhitelistedIp[]> =>
    lists.filled(input, requests, async (list, isAttached) => {
      const there = await reads.addresses(list.sid, requests.signal);
      const found = addresses.map((address) => find(there, address));
      if (!isAttached) {
        const others = there.filter((row) => !found.includes(row));
        refuseUnshown(
          list,
          others.map((row) => cidr(toWhitelistedIp(list.sid, row))),
        );
      }
      const rows: WhitelistedIp[] = [];
      for (const [index, address] of addresses.entries()) {
        const words = `${address.ip}/${address.cidr_prefix_length} was added to the list`;
        const row = found[index] ?? (await requests.make(add, { ...address, list }, words));
        rows.push(toWhitelistedIp(list.sid, row));
      }
      return rows;
    });
  return { lists, find, put };
}
