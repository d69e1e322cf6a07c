import { absentIfNotFound } from "../../core/carrier/operation.ts";
import type { Credential, DestinationUri, PhoneNumber, TrunkDetail, WhitelistedIp } from "../../core/carrier/trunk.ts";
import { path } from "../../core/carrier/wire.ts";
import { type ExotelApi, listPath, type Page, type Rows, readRows, trunkPath, trunksPath } from "./api.ts";
import {
  credentialRecordSchema,
  destinationRecordSchema,
  phoneNumberRecordSchema,
  settingRecordSchema,
  type TrunkRecord,
  trunkMapRecordSchema,
  trunkRecordSchema,
  whitelistedIpRecordSchema,
} from "./json.ts";
import { toCredential, toDestinationUri, toPhoneNumber, toRow, toWhitelistedIp } from "./view.ts";

export const ALIAS = "trunk_external_alias";

export function exotelReads(api: ExotelApi) {
  const onTrunk = (trunkSid: string, list: Parameters<typeof listPath>[2], operation: string) => ({
    operation,
    path: listPath(api, trunkSid, list),
  });
  return {
    listTrunks: (page: Page): Promise<Rows<TrunkDetail>> =>
      readRows(api, { operation: "list trunks", path: trunksPath(api) }, page, trunkRecordSchema, toRow),

    findTrunk: (trunkSid: string, signal?: AbortSignal) => findTrunk(api, trunkSid, signal),

    getTrunk: (trunkSid: string, signal?: AbortSignal) => getTrunk(api, trunkSid, signal),

    listPhoneNumbers: (trunkSid: string, page: Page = {}): Promise<Rows<PhoneNumber>> =>
      readRows(api, onTrunk(trunkSid, "phone-numbers", "list a trunk's phone numbers"), page, phoneNumberRecordSchema, toPhoneNumber),

    listWhitelistedIps: (trunkSid: string, page: Page = {}): Promise<Rows<WhitelistedIp>> =>
      readRows(
        api,
        onTrunk(trunkSid, "whitelisted-ips", "list a trunk's whitelisted IPs"),
        page,
        whitelistedIpRecordSchema,
        toWhitelistedIp,
      ),

    listDestinationUris: (trunkSid: string, page: Page = {}): Promise<Rows<DestinationUri>> =>
      readRows(api, onTrunk(trunkSid, "destination-uris", "list a trunk's destinations"), page, destinationRecordSchema, toDestinationUri),

    listCredentials: (trunkSid: string, page: Page = {}): Promise<Rows<Credential>> =>
      readRows(api, onTrunk(trunkSid, "credentials", "list a trunk's credentials"), page, credentialRecordSchema, (record) =>
        toCredential(record, trunkSid),
      ),

    /** The caller id that replaces the mapped number, or null when none is set. */
    getAlias: async (trunkSid: string, signal?: AbortSignal): Promise<string | null> => {
      const request = onTrunk(trunkSid, "settings", "read a trunk's settings");
      const { rows } = await readRows(api, request, { signal }, settingRecordSchema, (record) => record);
      return rows.find((setting) => setting.name === ALIAS)?.value ?? null;
    },

    findTrunkByNumber: (exophone: string, signal?: AbortSignal) => findTrunkByNumber(api, exophone, signal),
    holdersOf: (exophone: string, signal?: AbortSignal) => holdersOf(api, exophone, signal),
  };
}

export type ExotelReads = ReturnType<typeof exotelReads>;

async function findTrunk(api: ExotelApi, trunkSid: string, signal?: AbortSignal): Promise<TrunkRecord | undefined> {
  const request = { operation: "read a trunk", path: trunksPath(api), query: { trunk_sid: trunkSid } };
  const { rows } = await readRows(api, request, { signal }, trunkRecordSchema, (record) => record);
  return rows.find((record) => record.trunk_sid === trunkSid);
}

/** The listing with a filter first: the single-trunk path is documented in one unverified place only. */
async function getTrunk(api: ExotelApi, trunkSid: string, signal?: AbortSignal): Promise<TrunkRecord> {
  const found = await findTrunk(api, trunkSid, signal);
  if (found) return found;
  return await api.wire.send({
    effect: "read",
    method: "GET",
    operation: "read a trunk",
    path: trunkPath(api, trunkSid),
    parse: (answer) => api.answers.one(answer, trunkRecordSchema),
    signal,
  });
}

async function findTrunkByNumber(api: ExotelApi, exophone: string, signal?: AbortSignal) {
  const request = { operation: "find a number's trunk", path: path`/v2/accounts/${api.accountSid}/trunk-maps`, query: { exophone } };
  // A number that the service does not know may be answered with no row or, like any unknown id, with 404.
  const found = await absentIfNotFound(readRows(api, request, { signal }, trunkMapRecordSchema, (record) => record));
  return (found?.rows ?? []).map((record) => ({
    trunk_id: record.trunk_sid,
    trunk_name: record.trunk_name ?? undefined,
    phone_number: record.phone_number ?? record.exophone ?? exophone,
    // The id of a row that is no mapping would be another one's.
    phone_number_id: record.phone_number == null ? undefined : (record.id ?? undefined),
    // Null stands for a mode that was left out; what is absent is not told.
    mode: record.mode === null ? "pstn" : record.mode,
  }));
}

/** The mappings of a number with the names of their trunks, which the look-up seldom tells: one request more for each. */
async function holdersOf(api: ExotelApi, exophone: string, signal?: AbortSignal) {
  const named = async (row: Awaited<ReturnType<typeof findTrunkByNumber>>[number]) => ({
    ...row,
    trunk_name: row.trunk_name ?? (await findTrunk(api, row.trunk_id, signal))?.trunk_name,
  });
  return await Promise.all((await findTrunkByNumber(api, exophone, signal)).map(named));
}
