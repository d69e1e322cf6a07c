import type { Credential, TrunkDetail } from "../../core/carrier/trunk.ts";
import { path } from "../../core/carrier/wire.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import {
  allRows,
  connectionsPath,
  fqdnsPath,
  ipsPath,
  kindPath,
  numbersPath,
  type Page,
  profilesPath,
  type Rows,
  readOne,
  readRows,
  type TelnyxApi,
} from "./api.ts";
import type { Address, ShownProfile } from "./fields.ts";
import {
  type ConnectionRecord,
  type ConnectionRow,
  type ConnectionType,
  connectionRowSchema,
  connectionSchema,
  fqdnSchema,
  ipSchema,
  type NumberRecord,
  numberSchema,
  type ProfileRecord,
  profileSchema,
} from "./json.ts";
import { passwordOf, toDetail, toProfile, typeOf } from "./view.ts";

/** Shorter text is refused as a filter. */
const SHORTEST_FILTER = 3;

export function telnyxReads(api: TelnyxApi) {
  const isTrunk = (row: ConnectionRow) => typeOf(row) !== undefined;
  const rowById = (id: string, signal?: AbortSignal) =>
    readOne(api, { operation: "read a connection", path: path`/connections/${id}` }, connectionRowSchema, signal);

  async function typeById(id: string, signal?: AbortSignal): Promise<ConnectionType> {
    const row = await rowById(id, signal);
    const type = typeOf(row);
    if (type !== undefined) return type;
    throw new TrunkError("not_found", `The connection ${quoteText(id)} is no SIP trunk, but of the kind ${quoteText(row.record_type)}.`, {
      hint: "Applications and other connections are changed in Telnyx's portal.",
      applied: false,
    });
  }

  return {
    typeById,

    isTrunk: async (id: string, signal?: AbortSignal) => isTrunk(await rowById(id, signal)),

    async listConnections(page: Page): Promise<Rows<ConnectionRow>> {
      const { rows, next } = await readRows(api, { operation: "list connections", path: connectionsPath }, page, connectionRowSchema);
      return { rows: rows.filter(isTrunk), next };
    },

    /** Every connection of exactly this name. Names are not unique, and the filter finds parts of them, in any case. */
    async connectionsNamed(name: string, signal?: AbortSignal): Promise<ConnectionRow[]> {
      const query = name.length < SHORTEST_FILTER ? {} : { "filter[connection_name][contains]": name };
      const rows = await allRows(api, { operation: "list connections", path: connectionsPath, query }, connectionRowSchema, signal);
      return rows.filter((row) => isTrunk(row) && (row.connection_name || row.id) === name);
    },

    /** The whole record. Two requests where the kind is not known: only the list of all kinds knows an id without it. */
    async connection(id: string, signal?: AbortSignal, known?: ConnectionType): Promise<ConnectionRecord> {
      const type = known ?? (await typeById(id, signal));
      return await readOne(api, { operation: "read a connection", path: kindPath(type, id) }, connectionSchema, signal);
    },

    async addresses(id: string, type: ConnectionType, signal?: AbortSignal): Promise<DatedAddress[]> {
      if (type === "credential") return [];
      const query = { "filter[connection_id]": id };
      const rows =
        type === "ip"
          ? await allRows(api, { operation: "list a connection's addresses", path: ipsPath, query }, ipSchema, signal)
          : await allRows(api, { operation: "list a connection's host names", path: fqdnsPath, query }, fqdnSchema, signal);
      // A filter that is not known here would be ignored, and others' rows would count.
      return rows.filter((row) => row.connection_id === id).map(toAddress);
    },

    ...numberReads(api),
    ...profileReads(api),
  };
}

function numberReads(api: TelnyxApi) {
  return {
    numbers: (page: Page, connectionId?: string): Promise<Rows<NumberRecord>> =>
      readRows(
        api,
        { operation: "list phone numbers", path: numbersPath, query: { "filter[connection_id]": connectionId } },
        page,
        numberSchema,
      ),

    async numbersOf(connectionId: string, signal?: AbortSignal): Promise<NumberRecord[]> {
      const query = { "filter[connection_id]": connectionId };
      const rows = await allRows(api, { operation: "list a connection's numbers", path: numbersPath, query }, numberSchema, signal);
      return rows.filter((row) => row.connection_id === connectionId);
    },

    allNumbers: (signal?: AbortSignal): Promise<NumberRecord[]> =>
      allRows(api, { operation: "list phone numbers", path: numbersPath }, numberSchema, signal),

    /** The account's number in E.164. The filter finds parts of numbers, and takes digits only. */
    async numberWith(number: string, signal?: AbortSignal): Promise<NumberRecord | undefined> {
      const query = { "filter[phone_number]": number.replace(/\D/g, "") };
      const rows = await allRows(api, { operation: "find a phone number", path: numbersPath, query }, numberSchema, signal);
      return rows.find((row) => row.phone_number === number);
    },

    number: (id: string, signal?: AbortSignal): Promise<NumberRecord> =>
      readOne(api, { operation: "read a phone number", path: path`/phone_numbers/${id}` }, numberSchema, signal),
  };
}

function profileReads(api: TelnyxApi) {
  return {
    async profiles(page: Page): Promise<Rows<ProfileRecord>> {
      return await readRows(api, { operation: "list outbound voice profiles", path: profilesPath }, page, profileSchema);
    },

    allProfiles: (signal?: AbortSignal): Promise<ProfileRecord[]> =>
      allRows(api, { operation: "list outbound voice profiles", path: profilesPath }, profileSchema, signal),

    profile: async (id: string, signal?: AbortSignal): Promise<ProfileRecord> =>
      readOne(api, { operation: "read an outbound voice profile", path: path`/outbound_voice_profiles/${id}` }, profileSchema, signal),
  };
}

export type TelnyxReads = ReturnType<typeof telnyxReads>;

export type DatedAddress = Address & { created_at?: string | undefined };

type AddressRecord = { id: string; port?: number | null | undefined; created_at?: string | null | undefined } & (
  | { ip_address: string }
  | { fqdn: string; dns_record_type?: string | null | undefined }
);

export function toAddress(record: AddressRecord): DatedAddress {
  const { id: address_id, port, created_at } = record;
  return {
    address_id,
    address: "fqdn" in record ? record.fqdn : record.ip_address,
    ...(port == null ? {} : { port }),
    ...("fqdn" in record && record.dns_record_type != null ? { dns_record_type: record.dns_record_type } : {}),
    ...(created_at == null ? {} : { created_at }),
  };
}

/** A profile by its id or its exact name. Names need not be unique. */
export async function findProfile(reads: TelnyxReads, said: string, signal?: AbortSignal): Promise<ShownProfile> {
  if (/^\d{15,20}$/.test(said)) return toProfile(await reads.profile(said, signal));
  const found = (await reads.allProfiles(signal)).filter(({ name }) => name === said);
  const [only, ...others] = found;
  if (only && others.length === 0) return toProfile(only);
  const field = "outbound_voice_profile_id";
  if (only)
    throw new TrunkError("conflict", `${found.length} outbound voice profiles are called ${quoteText(said)}. Nothing was sent.`, {
      field,
      candidates: found.map(({ id }) => id),
      hint: "Pass the id of the one that is meant.",
      applied: false,
    });
  throw new TrunkError("not_found", `This Telnyx account has no outbound voice profile ${quoteText(said)}. Nothing was sent.`, {
    field,
    hint: "telnyx_list_outbound_voice_profiles shows those that there are; telnyx_create_outbound_voice_profile makes one.",
    applied: false,
  });
}

/** A connection as its own write answers it. */
export interface WrittenConnection {
  trunk: TrunkDetail;
  credentials?: Credential;
}

/** `password`: the one that was sent, which a later reading may not tell. */
export function toWritten(record: ConnectionRecord, password?: string): WrittenConnection {
  const { credentials: [listed] = [], ...trunk } = toDetail(record);
  const login = listed && { user_name: listed.user_name, ...passwordOf(record.id, record.password, password) };
  return { trunk, ...(login ? { credentials: login } : {}) };
}
