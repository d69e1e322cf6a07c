import type { PhoneNumber, TrunkDetail } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import { bareDestination } from "../../rules/destination.ts";

/** Trunks as this carrier's calls leave them: what an approval is judged by. A row that is not there is refused before anybody is asked. */

export function newTrunk({ trunk_name, domain_name }: { trunk_name: string; domain_name?: string | undefined }): TrunkDetail {
  return { provider: "exotel", trunk_id: "", trunk_name, status: "active", ...(domain_name === undefined ? {} : { domain_name }) };
}

export function withNumber(
  trunk: TrunkDetail,
  { phone_number, mode = "pstn" }: { phone_number: string; mode?: string | undefined },
): TrunkDetail {
  const others = (trunk.phone_numbers ?? []).filter((row) => row.phone_number !== phone_number);
  const row = trunk.phone_numbers?.find((one) => one.phone_number === phone_number);
  return { ...trunk, phone_numbers: [...others, row ?? { phone_number, mode }] };
}

/** The call carries the number as well as the mapping's id, and would put another number in the mapped one's place. */
export function withMode(trunk: TrunkDetail, input: { phone_number_id: string; phone_number: string; mode: string }): TrunkDetail {
  const row = rowOf(trunk.phone_numbers, "phone_number_id", input.phone_number_id, trunk);
  if (row.phone_number !== input.phone_number) {
    throw new TrunkError(
      "invalid_input",
      `The mapping ${quoteText(input.phone_number_id)} is that of ${row.phone_number}, not of ${quoteText(input.phone_number)}. Nothing was sent.`,
      {
        field: "phone_number",
        hint: `Pass ${row.phone_number}. To give the trunk another number, call exotel_map_phone_number.`,
        applied: false,
      },
    );
  }
  const changed: PhoneNumber = { ...row, mode: input.mode };
  return { ...trunk, phone_numbers: (trunk.phone_numbers ?? []).map((one) => (one === row ? changed : one)) };
}

export function withoutNumber(trunk: TrunkDetail, { phone_number_id }: { phone_number_id: string }): TrunkDetail {
  return { ...trunk, phone_numbers: left(trunk.phone_numbers, "phone_number_id", phone_number_id, trunk) };
}

export function withIp(trunk: TrunkDetail, { ip, mask }: { ip: string; mask: number }): TrunkDetail {
  return { ...trunk, whitelisted_ips: [...(trunk.whitelisted_ips ?? []), { ip, mask }] };
}

export function withoutIp(trunk: TrunkDetail, { whitelisted_ip_id }: { whitelisted_ip_id: string }): TrunkDetail {
  return { ...trunk, whitelisted_ips: left(trunk.whitelisted_ips, "whitelisted_ip_id", whitelisted_ip_id, trunk) };
}

export function withDestinations(trunk: TrunkDetail, { destinations }: { destinations: { destination: string }[] }): TrunkDetail {
  const present = trunk.destination_uris ?? [];
  const wanted = [...new Set(destinations.map(({ destination }) => bareDestination(destination)))];
  const missing = wanted
    .filter((destination) => !present.some((row) => bareDestination(row.destination) === destination))
    .map((destination) => ({ destination }));
  return { ...trunk, destination_uris: [...present, ...missing] };
}

/** Exotel takes some of several destinations, and refuses others. */
export function withoutRefused(trunk: TrunkDetail, answer: Record<string, unknown>): TrunkDetail {
  const rows = answer["destination_uris"] as { destination: string; status: string }[];
  const refused = rows.filter(({ status }) => status === "failed").map(({ destination }) => destination);
  return { ...trunk, destination_uris: (trunk.destination_uris ?? []).filter(({ destination }) => !refused.includes(destination)) };
}

export function withoutDestination(trunk: TrunkDetail, { destination_uri_id }: { destination_uri_id: string }): TrunkDetail {
  return { ...trunk, destination_uris: left(trunk.destination_uris, "destination_uri_id", destination_uri_id, trunk) };
}

export function withLogin(trunk: TrunkDetail, { user_name }: { user_name: string }): TrunkDetail {
  const { credentials = [] } = trunk;
  // In an account whose list tells no ids, the new one has none either.
  const tellsIds = credentials.length === 0 || credentials.some((row) => row.credential_id !== undefined);
  return { ...trunk, credentials: [...credentials, { user_name, ...(tellsIds ? { credential_id: "" } : {}) }] };
}

export function withoutLogin(trunk: TrunkDetail, { credential_id }: { credential_id: string }): TrunkDetail {
  // An account whose list tells no ids does not say which login goes.
  if (trunk.credentials?.every((row) => row.credential_id === undefined)) return trunk;
  return { ...trunk, credentials: left(trunk.credentials, "credential_id", credential_id, trunk) };
}

export function withoutAlias(trunk: TrunkDetail): TrunkDetail {
  const { alias, ...rest } = trunk;
  if (alias === undefined) throw absent("an alias", trunk);
  return rest;
}

function rowOf<Row, Key extends keyof Row>(rows: readonly Row[] | undefined, key: Key, id: string, trunk: TrunkDetail): Row {
  const row = rows?.find((one) => one[key] === id);
  if (!row) throw absent(`an entry with the id ${quoteText(id)}`, trunk);
  return row;
}

function left<Row, Key extends keyof Row>(rows: readonly Row[] | undefined, key: Key, id: string, trunk: TrunkDetail): Row[] {
  const gone = rowOf(rows, key, id, trunk);
  return (rows ?? []).filter((row) => row !== gone);
}

function absent(what: string, { trunk_name }: TrunkDetail): TrunkError {
  return new TrunkError("not_found", `Trunk ${quoteText(trunk_name)} does not have ${what}. Nothing was removed or changed.`, {
    hint: "Call get_trunk: it lists what the trunk has, with ids.",
    applied: false,
  });
}
