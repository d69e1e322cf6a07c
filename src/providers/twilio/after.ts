import { rowWithId, withoutRow } from "../../core/carrier/named-row.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { given } from "../../core/given.ts";
import { namedNumber } from "../../rules/named-rows.ts";
import { cidr } from "../../rules/range.ts";
import type { NewTrunk, TrunkChange, UrlChange, UrlInput } from "./fields.ts";
import { listNames, ownListName, partsOf } from "./list-names.ts";
import { namedIp, namedLogin, namedUrl } from "./named-rows.ts";

/** Trunks as this carrier's calls leave them: what an approval is judged by. */

export function newTrunk({ friendly_name, ...fields }: NewTrunk): TrunkDetail {
  return changed({ provider: "twilio", trunk_id: "", trunk_name: friendly_name, attributes: { secure: false } }, fields);
}

export function changed(trunk: TrunkDetail, { trunk_sid: _, friendly_name, domain_name, ...fields }: Partial<TrunkChange>): TrunkDetail {
  const { domain_name: domain, ...rest } = trunk;
  const kept = domain_name === undefined ? domain : domain_name;
  const name = friendly_name === "" ? kept || trunk.trunk_id : friendly_name;
  return {
    ...rest,
    ...(name === undefined ? {} : { trunk_name: name }),
    ...(kept ? { domain_name: kept } : {}),
    attributes: { ...trunk.attributes, ...given(fields) },
  };
}

export function withNumber(trunk: TrunkDetail, { phone_number }: { phone_number: string }): TrunkDetail {
  const { phone_numbers = [] } = trunk;
  return phone_numbers.some((row) => row.phone_number === phone_number)
    ? trunk
    : { ...trunk, phone_numbers: [...phone_numbers, { phone_number }] };
}

export function withoutNumber(trunk: TrunkDetail, { phone_number_id }: { phone_number_id: string }): TrunkDetail {
  return { ...trunk, phone_numbers: withoutRow(trunk.phone_numbers, namedNumber, phone_number_id, trunk) };
}

export function withIp(trunk: TrunkDetail, { ip, cidr_prefix_length: mask }: { ip: string; cidr_prefix_length: number }): TrunkDetail {
  const { whitelisted_ips = [] } = trunk;
  const isThere = whitelisted_ips.some((row) => row.ip === ip && row.mask === mask && row.list === undefined);
  return {
    ...trunk,
    whitelisted_ips: isThere ? whitelisted_ips : [...whitelisted_ips, { ip, mask }],
    attributes: withList(trunk, "ip_lists", ownListName(trunk.trunk_id, "IpAccessControlLists")),
  };
}

/** A list that others may use is taken off whole; what stays of it goes into the trunk's own, which stays even when it is empty. */
export function withoutIp(trunk: TrunkDetail, { whitelisted_ip_id: id }: { whitelisted_ip_id: string }): TrunkDetail {
  const { list } = rowWithId(namedIp, id, trunk);
  const rows = trunk.whitelisted_ips ?? [];
  if (list === undefined) return { ...trunk, whitelisted_ips: rows.filter((row) => row.whitelisted_ip_id !== id) };
  const left = rows.filter((row) => row.list !== list);
  const own = new Set(left.filter((row) => row.list === undefined).map(cidr));
  const staying = partsOf(id)[1] === undefined ? [] : rows.filter((row) => row.list === list && row.whitelisted_ip_id !== id);
  const moved = staying.filter((row) => !own.has(cidr(row))).map(({ ip, mask, friendly_name }) => ({ ip, mask, friendly_name }));
  const rest = { ...trunk, attributes: { ...trunk.attributes, ip_lists: listNames(trunk, "ip_lists").filter((name) => name !== list) } };
  const needsOwn = staying.length > 0 || rest.attributes.ip_lists.length === 0;
  const ownName = ownListName(trunk.trunk_id, "IpAccessControlLists");
  return { ...rest, whitelisted_ips: [...left, ...moved], attributes: needsOwn ? withList(rest, "ip_lists", ownName) : rest.attributes };
}

export function withLogin(trunk: TrunkDetail, { username }: { username: string }): TrunkDetail {
  return {
    ...trunk,
    credentials: [...(trunk.credentials ?? []), { user_name: username }],
    attributes: withList(trunk, "credential_lists", ownListName(trunk.trunk_id, "CredentialLists")),
  };
}

export function withoutLogin(trunk: TrunkDetail, { credential_id }: { credential_id: string }): TrunkDetail {
  return { ...trunk, credentials: withoutRow(trunk.credentials, namedLogin, credential_id, trunk) };
}

export function withUrl(trunk: TrunkDetail, { sip_url, priority, weight, enabled }: UrlInput): TrunkDetail {
  const row = { destination: bare(sip_url), type: enabled ? "enabled" : "disabled", priority, weight };
  return { ...trunk, destination_uris: [...(trunk.destination_uris ?? []), row] };
}

export function withChangedUrl(trunk: TrunkDetail, { destination_uri_id, sip_url, priority, weight, enabled }: UrlChange): TrunkDetail {
  const row = rowWithId(namedUrl, destination_uri_id, trunk);
  const next = {
    ...row,
    destination: sip_url === undefined ? row.destination : bare(sip_url),
    priority: priority ?? row.priority,
    weight: weight ?? row.weight,
    type: enabled === undefined ? row.type : enabled ? "enabled" : "disabled",
  };
  return { ...trunk, destination_uris: (trunk.destination_uris ?? []).map((one) => (one === row ? next : one)) };
}

export function withoutUrl(trunk: TrunkDetail, { destination_uri_id }: { destination_uri_id: string }): TrunkDetail {
  return { ...trunk, destination_uris: withoutRow(trunk.destination_uris, namedUrl, destination_uri_id, trunk) };
}

function bare(sipUrl: string): string {
  return sipUrl.replace(/^sip:/i, "");
}

function withList({ attributes = {} }: TrunkDetail, kind: "ip_lists" | "credential_lists", name: string): TrunkDetail["attributes"] {
  const names = attributes[kind];
  const there = Array.isArray(names) ? names : [];
  return { ...attributes, [kind]: there.includes(name) ? there : [...there, name] };
}
