import { rowWithId, withoutRow } from "../../core/carrier/named-row.ts";
import type { PhoneNumber, TrunkDetail } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import { bareDestination } from "../../rules/destination.ts";
import { namedNumber } from "../../rules/named-rows.ts";
import { mayMean } from "../../rules/phone-number.ts";
import { namedDestination, namedIp, namedLogin } from "./named-rows.ts";

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
  const row = rowWithId(namedNumber, input.phone_number_id, trunk);
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
  return { ...trunk, phone_numbers: withoutRow(trunk.phone_numbers, namedNumber, phone_number_id, trunk) };
}

export function withIp(trunk: TrunkDetail, { ip, mask }: { ip: string; mask: number }): TrunkDetail {
  return { ...trunk, whitelisted_ips: [...(trunk.whitelisted_ips ?? []), { ip, mask }] };
}

export function withoutIp(trunk: TrunkDetail, { whitelisted_ip_id }: { whitelisted_ip_id: string }): TrunkDetail {
  return { ...trunk, whitelisted_ips: withoutRow(trunk.whitelisted_ips, namedIp, whitelisted_ip_id, trunk) };
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
  return { ...trunk, destination_uris: withoutRow(trunk.destination_uris, namedDestination, destination_uri_id, trunk) };
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
  return { ...trunk, credentials: withoutRow(trunk.credentials, namedLogin, credential_id, trunk) };
}

export function withoutAlias(trunk: TrunkDetail, said?: string): TrunkDetail {
  const { alias, trunk_name, ...rest } = trunk;
  if (alias === undefined) throw aliasRefusal("not_found", `Trunk ${quoteText(trunk_name)} has no alias.`, "There is nothing left to do.");
  if (said === undefined || mayMean(said, alias)) return { trunk_name, ...rest };
  const hint = "Tell the person what is shown now, and ask whether it is to go.";
  throw aliasRefusal("conflict", `The alias of ${quoteText(trunk_name)} is ${quoteText(alias)}, not ${quoteText(said)}.`, hint);
}

function aliasRefusal(code: "not_found" | "conflict", said: string, hint: string): TrunkError {
  return new TrunkError(code, `${said} Nothing was sent.`, { field: "alias", hint, applied: false });
}
