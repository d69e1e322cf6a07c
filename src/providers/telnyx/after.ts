import { withoutRow } from "../../core/carrier/named-row.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import { given } from "../../core/given.ts";
import { quoteText } from "../../core/text.ts";
import { namedNumber } from "../../rules/named-rows.ts";
import { callsOf, withLimits } from "./body.ts";
import type { ConnectionChange, NewConnection, NewProfile, ProfileChange, ShownProfile } from "./fields.ts";
import type { AddressFields } from "./input-rules.ts";
import { addressesOf, namedAddress } from "./named-rows.ts";
import { BY_LOGIN, dollars, profileAsTrunk, withAddresses } from "./view.ts";

/** Connections as Telnyx's calls leave them: what an approval is judged by. A row that is not there is refused before anybody is asked. */

export function newConnection(input: NewConnection): TrunkDetail {
  const { connection_name, connection_type, user_name } = input;
  const fresh: TrunkDetail = {
    provider: "telnyx",
    trunk_id: "",
    trunk_name: connection_name,
    status: "active",
    auth_type: connection_type,
    ...(user_name === undefined ? {} : { credentials: [{ user_name }] }),
    attributes: {
      connection_type,
      encrypted_media: "none",
      ...(connection_type === "fqdn" ? { sip_subdomain_receive_settings: "only_my_connections" } : {}),
    },
  };
  return changed(fresh, input);
}

export function changed(trunk: TrunkDetail, input: Omit<ConnectionChange, "connection_id">): TrunkDetail {
  const { connection_name, active, outbound_voice_profile_id: profileId, profile, inbound = {}, outbound = {} } = input;
  const { transport_protocol, encrypted_media, anchorsite_override, dtmf_type, sip_uri_calling_preference } = input;
  const { ani_override: alias, channel_limit: callsOut, tech_prefix, ...outward } = outbound;
  const { channel_limit: callsIn, ...inward } = inbound;
  const { alias: before, ...rest } = trunk;
  const shown = alias === undefined ? before : alias || undefined;
  const left: TrunkDetail = {
    ...rest,
    ...(connection_name === undefined ? {} : { trunk_name: connection_name }),
    ...(active === undefined ? {} : { status: active ? "active" : "inactive" }),
    ...(shown === undefined ? {} : { alias: shown }),
    attributes: {
      ...trunk.attributes,
      ...given({ transport_protocol, encrypted_media, anchorsite_override, dtmf_type, sip_uri_calling_preference }),
      ...given({ ...inward, inbound_channel_limit: callsIn, ...outward, outbound_channel_limit: callsOut }),
      ...given({
        tech_prefix,
        ...(profileId === undefined ? {} : { ...withoutProfile, outbound_voice_profile_id: profileId, ...profile }),
      }),
    },
  };
  // The list of addresses says over which transport calls go there.
  return transport_protocol === undefined ? left : { ...left, ...withAddresses(left, addressesOf(trunk)) };
}

/** A profile whose limits are not known may have any. */
const withoutProfile = {
  profile_name: null,
  concurrent_call_limit: null,
  daily_spend_limit: null,
  max_destination_rate: null,
};

export function withAddress(trunk: TrunkDetail, { ip_address, fqdn, port, dns_record_type }: AddressFields): TrunkDetail {
  const wanted = ip_address === undefined ? "fqdn" : "ip";
  if (trunk.auth_type !== wanted) throw otherKind(trunk, wanted);
  const address = ip_address ?? fqdn ?? "";
  const byRecord = fqdn !== undefined && (dns_record_type ?? (port === undefined ? "srv" : "a")) === "srv";
  const row = { address_id: "", address, ...(byRecord ? {} : { port: port ?? 5060 }) };
  return withAddresses(trunk, [...addressesOf(trunk), row]);
}

function otherKind({ trunk_name, auth_type = "" }: TrunkDetail, wanted: string): TrunkError {
  const takes: Record<string, string> = { ip: "IP addresses", fqdn: "host names", credential: "no addresses: it registers with its login" };
  return new TrunkError(
    "invalid_input",
    `${quoteText(trunk_name)} is of the kind ${auth_type} and takes ${takes[auth_type] ?? "others"}. Nothing was sent.`,
    {
      field: wanted === "ip" ? "ip_address" : "fqdn",
      hint: `Pass a connection of the kind ${wanted}; telnyx_create_connection makes one.`,
      applied: false,
    },
  );
}

export function withoutAddress(trunk: TrunkDetail, { address_id }: { address_id: string }): TrunkDetail {
  return withAddresses(trunk, withoutRow(addressesOf(trunk), namedAddress, address_id, trunk));
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

/** A connection takes one login. The same user name with another password is another login. */
export function withLogin(trunk: TrunkDetail, { user_name }: { user_name?: string | undefined }): TrunkDetail {
  if (trunk.auth_type === "ip")
    throw new TrunkError("invalid_input", `${quoteText(trunk.trunk_name)} admits by address and has no login. Nothing was sent.`, {
      field: "connection_id",
      hint: "Pass a connection of the kind credential or fqdn; telnyx_create_connection makes one.",
      applied: false,
    });
  const [now] = trunk.credentials ?? [];
  if (now === undefined && user_name === undefined)
    throw new TrunkError("invalid_input", `${quoteText(trunk.trunk_name)} has no login yet. Nothing was sent.`, {
      field: "user_name",
      hint: "Pass user_name: 4 to 32 letters and digits.",
      applied: false,
    });
  const isSame = user_name === undefined || user_name === now?.user_name;
  const login = { user_name: isSame ? `${now?.user_name} with another password` : user_name };
  const method = trunk.auth_type === "fqdn" ? { ip_authentication_method: BY_LOGIN } : {};
  return { ...trunk, credentials: [login], attributes: { ...trunk.attributes, ...method } };
}

export function newProfile(input: NewProfile): TrunkDetail {
  const fresh: ShownProfile = {
    outbound_voice_profile_id: "",
    name: input.name,
    enabled: true,
    concurrent_call_limit: null,
    daily_spend_limit: null,
    max_destination_rate: null,
    // Telnyx's own (OpenAPI, 2026-07).
    whitelisted_destinations: ["CA", "US"],
    call_recording_type: "none",
  };
  return changedProfile(profileAsTrunk(fresh), withLimits(input));
}

export function changedProfile(profile: TrunkDetail, input: Omit<ProfileChange, "outbound_voice_profile_id">): TrunkDetail {
  const { name, enabled, daily_spend_limit: spend, concurrent_call_limit: calls, whitelisted_destinations: countries } = input;
  return {
    ...profile,
    ...(name === undefined ? {} : { trunk_name: name }),
    attributes: {
      ...profile.attributes,
      ...given({
        profile_name: name,
        profile_enabled: enabled,
        daily_spend_limit: spend === undefined ? undefined : spend === "none" ? null : dollars(spend),
        concurrent_call_limit: callsOf(calls),
        whitelisted_destinations: countries && [...countries].sort(),
        max_destination_rate: input.max_destination_rate,
      }),
    },
  };
}
