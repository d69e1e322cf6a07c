import type { CountryRules } from "../../core/carrier/diagnosis.ts";
import { path } from "../../core/carrier/wire.ts";
import { allRows, type ListKind, listKeys, listPath, listRowsPath, numbersPath, type Page, readRows, type TwilioApi } from "./api.ts";
import { addressRecordSchema, countryRecordSchema, listRecordSchema, loginRecordSchema, numberRecordSchema } from "./json.ts";

/** Records that belong to the account, and to trunks only by reference. */
export function accountReads(api: TwilioApi) {
  const numbers = { operation: "find a number", base: "api" as const, path: numbersPath(api), key: "incoming_phone_numbers" };
  return {
    allLists: (kind: ListKind, signal?: AbortSignal) =>
      allRows(
        api,
        { operation: "list an account's lists", base: "api", path: listPath(api, kind), key: listKeys[kind] },
        listRecordSchema,
        signal,
      ),

    addresses: (listSid: string, signal?: AbortSignal) => {
      const at = listRowsPath(api, "IpAccessControlLists", listSid);
      return allRows(api, { operation: "list addresses", base: "api", path: at, key: "ip_addresses" }, addressRecordSchema, signal);
    },

    logins: (listSid: string, signal?: AbortSignal) => {
      const at = listRowsPath(api, "CredentialLists", listSid);
      return allRows(api, { operation: "list logins", base: "api", path: at, key: "credentials" }, loginRecordSchema, signal);
    },

    listNumbers: (page: Page) => readRows(api, numbers, numberRecordSchema, page),

    allNumbers: (signal?: AbortSignal) => allRows(api, numbers, numberRecordSchema, signal),

    /** A part of a number would find others too. */
    async findNumber(phoneNumber: string, signal?: AbortSignal) {
      const found = await allRows(api, { ...numbers, query: { PhoneNumber: phoneNumber } }, numberRecordSchema, signal);
      return found.find((record) => record.phone_number === phoneNumber);
    },

    getNumber: (sid: string, signal?: AbortSignal) =>
      api.wire.send({
        effect: "read",
        method: "GET",
        operation: "read a number",
        base: "api",
        path: numbersPath(api, sid),
        parse: (answer) => api.answers.one(answer, numberRecordSchema),
        signal,
      }),

    /** Geo permissions: one set for all trunks of the account. */
    async countries(signal?: AbortSignal): Promise<CountryRules> {
      const listing = {
        operation: "read geo permissions",
        base: "voice" as const,
        path: path`/v1/DialingPermissions/Countries`,
        key: "content",
      };
      const all = await allRows(api, listing, countryRecordSchema, signal);
      const named = (rows: typeof all) => rows.map(({ iso_code, name }) => name ?? iso_code);
      const isRisky = (row: (typeof all)[number]) =>
        row.high_risk_special_numbers_enabled === true || row.high_risk_tollfraud_numbers_enabled === true;
      return { allowed: named(all.filter((row) => row.low_risk_numbers_enabled === true)), risky: named(all.filter(isRisky)) };
    },
  };
}
