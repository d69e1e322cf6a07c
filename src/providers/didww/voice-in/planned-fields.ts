import { canonicalJson } from "../../../core/canonical.ts";
import type { TrunkDetail } from "../../../core/carrier/trunk.ts";
import { toCidr } from "../../../rules/range.ts";
import type { InFields } from "./fields.ts";

type Live = Pick<TrunkDetail, "trunk_name" | "attributes"> & Partial<Pick<TrunkDetail, "credentials">>;

/** A live trunk's value of a field, as the field is written. */
export function liveInValue({ trunk_name, attributes = {}, credentials = [] }: Live, name: keyof InFields): unknown {
  if (name === "name") return trunk_name;
  if (name === "auth_user") return credentials[0]?.user_name;
  const value = attributes[name];
  return name === "codec_ids" && Array.isArray(value) ? value.map(Number) : value;
}

/** The wishes that the trunk does not fulfil yet. A login goes with its password, or not at all. */
export function changedOf(
  trunk: TrunkDetail,
  { auth_user, auth_password, ...fields }: InFields,
  loginAnew = false,
): { changed: InFields; unchanged: string[] } {
  const names = (Object.keys(fields) as (keyof typeof fields)[]).filter((name) => fields[name] !== undefined);
  const isSame = (name: keyof typeof fields) => normal(name, fields[name]) === normal(name, liveInValue(trunk, name));
  const changed: InFields = Object.fromEntries(names.filter((name) => !isSame(name)).map((name) => [name, fields[name]]));
  const hasLogin = !loginAnew && normal("auth_user", auth_user) === normal("auth_user", liveInValue(trunk, "auth_user"));
  const login = auth_user === undefined || hasLogin ? {} : { auth_user, ...(auth_password === undefined ? {} : { auth_password }) };
  return { changed: { ...changed, ...login }, unchanged: names.filter(isSame) };
}

function normal(name: string, value: unknown): string {
  if (name === "allowed_rtp_ips" && Array.isArray(value)) return canonicalJson(value.map((entry) => toCidr(String(entry))).sort());
  if (name === "enabled_sip_registration") return String(value === true);
  return canonicalJson(value === "none" || value === "" ? null : (value ?? null));
}
