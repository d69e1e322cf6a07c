import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { accountReads } from "./account-reads.ts";
import {
  allRows,
  type ListKind,
  listKeys,
  onTrunkPath,
  type Page,
  type Rows,
  readRows,
  type TwilioApi,
  trunkPath,
  trunksPath,
} from "./api.ts";
import {
  type ListRecord,
  listRecordSchema,
  numberRecordSchema,
  recordingRecordSchema,
  trunkRecordSchema,
  urlRecordSchema,
} from "./json.ts";
import { isOwn, nameOf } from "./list-names.ts";
import { toCredential, toDestinationUri, toPhoneNumber, toRow, toWhitelistedIp } from "./view.ts";

const trunks = { operation: "list trunks", path: trunksPath, key: "trunks" };

export function twilioReads(api: TwilioApi) {
  const onTrunk = (sid: string, list: ListKind | "OriginationUrls" | "PhoneNumbers", key: string, operation: string) => ({
    operation,
    path: onTrunkPath(sid, list),
    key,
  });
  return {
    async listTrunks(page: Page): Promise<Rows<TrunkDetail>> {
      const { rows, next } = await readRows(api, trunks, trunkRecordSchema, page);
      return { rows: rows.map(toRow), next };
    },
    allTrunks: (signal?: AbortSignal) => allRows(api, trunks, trunkRecordSchema, signal),

    getTrunk: (sid: string, signal?: AbortSignal) =>
      api.wire.send({
        effect: "read",
        method: "GET",
        operation: "read a trunk",
        path: trunkPath(sid),
        parse: (answer) => api.answers.one(answer, trunkRecordSchema),
        signal,
      }),

    getRecording: (sid: string, signal?: AbortSignal) =>
      api.wire.send({
        effect: "read",
        method: "GET",
        operation: "read a trunk's recording",
        path: onTrunkPath(sid, "Recording"),
        parse: (answer) => api.answers.one(answer, recordingRecordSchema),
        signal,
      }),

    originationUrls: (sid: string, signal?: AbortSignal) =>
      allRows(api, onTrunk(sid, "OriginationUrls", "origination_urls", "list a trunk's origination URLs"), urlRecordSchema, signal),

    numbersOn: (sid: string, signal?: AbortSignal) =>
      allRows(api, onTrunk(sid, "PhoneNumbers", "phone_numbers", "list a trunk's numbers"), numberRecordSchema, signal),

    attached: (sid: string, kind: ListKind, signal?: AbortSignal) =>
      allRows(api, onTrunk(sid, kind, listKeys[kind], "list a trunk's lists"), listRecordSchema, signal),
    ...accountReads(api),
  };
}

export type TwilioReads = ReturnType<typeof twilioReads>;

/** A row, and everything that hangs together with it: five requests, and one for each list. */
export async function completeTrunk(reads: TwilioReads, row: TrunkDetail, signal?: AbortSignal): Promise<TrunkDetail> {
  const { trunk_id: sid } = row;
  const [numbers, urls, ipLists, loginLists] = await Promise.all([
    reads.numbersOn(sid, signal),
    reads.originationUrls(sid, signal),
    reads.attached(sid, "IpAccessControlLists", signal),
    reads.attached(sid, "CredentialLists", signal),
  ]);
  const [addresses, logins] = await Promise.all([
    inEach(ipLists, async (list) => {
      const name = isOwn(list, sid, "IpAccessControlLists") ? undefined : nameOf(list);
      return (await reads.addresses(list.sid, signal)).map((record) => toWhitelistedIp(list.sid, record, name));
    }),
    inEach(loginLists, async (list) => {
      const name = isOwn(list, sid, "CredentialLists") ? undefined : nameOf(list);
      return (await reads.logins(list.sid, signal)).map((record) => toCredential(sid, list.sid, record, name));
    }),
  ]);
  return {
    ...row,
    phone_numbers: numbers.map(toPhoneNumber),
    destination_uris: urls.map(toDestinationUri),
    whitelisted_ips: addresses,
    credentials: logins,
    attributes: { ...row.attributes, ip_lists: ipLists.map(nameOf), credential_lists: loginLists.map(nameOf) },
  };
}

async function inEach<T>(lists: readonly ListRecord[], read: (list: ListRecord) => Promise<T[]>): Promise<T[]> {
  return (await Promise.all(lists.map(read))).flat();
}
