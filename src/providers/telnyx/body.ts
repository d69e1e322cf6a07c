import { given } from "../../core/given.ts";
import type { ConnectionChange, NewConnection, NewProfile, ProfileChange } from "./fields.ts";
import type { ConnectionRecord, ProfileRecord } from "./json.ts";

/** A profile that is made without limits gets these: Telnyx would make one without any (OpenAPI, 2026-07). A person may lift them. */
export const DEFAULT_DAILY_SPEND = "100.00";
export const DEFAULT_CONCURRENT_CALLS = 10;

type Fields = Record<string, unknown>;

/** The fields of a connection that both writes send, in Telnyx's places. `profileId`: as it was found by what was said. */
function connectionFields(input: Partial<NewConnection> | Partial<ConnectionChange>, profileId: string | undefined): Fields {
  const all = input as Partial<NewConnection> & Partial<ConnectionChange>;
  const { connection_id: _, connection_type: __, outbound_voice_profile_id: ___, profile: ____, encrypted_media, ...rest } = all;
  const outbound = { ...rest.outbound, ...(profileId === undefined ? {} : { outbound_voice_profile_id: profileId }) };
  return given({
    ...rest,
    encrypted_media: encrypted_media === "none" ? null : encrypted_media,
    outbound: Object.keys(outbound).length > 0 ? outbound : undefined,
  });
}

export function newConnectionBody(input: NewConnection, profileId: string | undefined, tag: string): Fields {
  const { inbound, ...fields } = connectionFields(input, profileId);
  // Telnyx's default lets the internet call a subdomain of a host name connection.
  const closed = input.connection_type === "fqdn" ? { sip_subdomain_receive_settings: "only_my_connections", ...(inbound ?? {}) } : inbound;
  return given({ ...fields, inbound: closed, tags: [tag] });
}

/** `live`: whether an object in a change is merged or replaced is not documented, so what was read goes along. */
export function changeBody(input: ConnectionChange, profileId: string | undefined, live: ConnectionRecord): Fields {
  const { inbound, outbound, ...fields } = connectionFields(input, profileId) as { inbound?: Fields; outbound?: Fields };
  return given({
    ...fields,
    inbound: inbound && { ...live.inbound, ...inbound },
    outbound: outbound && { ...live.outbound, ...outbound },
  });
}

/** Whether a record has every value of a change, however Telnyx writes nothing. */
export function hasValues(record: ConnectionRecord, sent: Fields): boolean {
  return Object.entries(sent).every(([name, value]) => {
    const now = (record as Fields)[name];
    if (isFields(value)) return isFields(now) && Object.entries(value).every(([inner, wanted]) => same(now[inner], wanted));
    return same(now, value);
  });
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function same(now: unknown, wanted: unknown): boolean {
  const normal = (value: unknown) => JSON.stringify(value === "" || value === undefined ? null : value);
  return normal(now) === normal(wanted);
}

export function newProfileBody(input: NewProfile, tag: string): Fields {
  return { ...profileFields(withLimits(input)), tags: [tag] };
}

/** The limits that a new profile gets where none are asked for. */
export function withLimits(input: NewProfile): NewProfile {
  return { daily_spend_limit: DEFAULT_DAILY_SPEND, concurrent_call_limit: String(DEFAULT_CONCURRENT_CALLS), ...given(input) } as NewProfile;
}

/** Telnyx asks for the name in every change. */
export function profileChangeBody(input: ProfileChange, live: ProfileRecord): Fields {
  return { name: live.name, ...profileFields(input) };
}

function profileFields({ daily_spend_limit: spend, concurrent_call_limit: calls, ...rest }: NewProfile | ProfileChange): Fields {
  const { outbound_voice_profile_id: _, ...fields } = rest as Partial<ProfileChange>;
  const spending =
    spend === undefined
      ? {}
      : spend === "none"
        ? { daily_spend_limit_enabled: false }
        : { daily_spend_limit: spend, daily_spend_limit_enabled: true };
  return given({ ...fields, ...spending, concurrent_call_limit: callsOf(calls) });
}

/** Null: any number of them. */
export function callsOf(said: string | undefined): number | null | undefined {
  if (said === undefined) return undefined;
  return said === "none" ? null : Number(said);
}

export function profileHasValues(record: ProfileRecord, sent: Fields): boolean {
  return Object.entries(sent).every(([name, value]) => {
    const now = (record as Fields)[name];
    if (Array.isArray(value)) return same([...((now as string[] | null) ?? [])].sort(), [...value].sort());
    // 100 and "100.00" are one amount.
    return name === "daily_spend_limit" ? Number(now) === Number(value) : same(now, value);
  });
}
