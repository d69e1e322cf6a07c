import type { Setup } from "../../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../../core/carrier/trunk.ts";
import { cleanText } from "../../../core/text.ts";
import { sayLimits } from "../profile-words.ts";
import { settingOptions } from "./options.ts";

/** A connection as a setup. A use case is named only where the connection has what it needs: planning it again must not ask. */
export function describeTelnyx(trunk: TrunkDetail, name: string): { setups: Setup[]; comments: string[] } {
  const { phone_numbers = [], destination_uris = [], credentials = [], attributes = {}, alias } = trunk;
  const numbers = [...new Set(phone_numbers.map(({ phone_number }) => phone_number))].sort();
  const destinations = [...new Set(destination_uris.map(({ destination }) => destination))].sort();
  const logins = credentials.map(({ user_name }) => user_name);
  const hasProfile = attributes["outbound_voice_profile_id"] != null;
  const useCase =
    numbers.length === 0
      ? undefined
      : hasProfile && destinations.length + logins.length > 0
        ? "outbound"
        : destinations.length > 0
          ? "inbound"
          : undefined;
  const setup: Setup = {
    provider: "telnyx",
    ...(useCase ? { use_case: useCase } : {}),
    trunk: name,
    ...(numbers.length > 0 ? { numbers } : {}),
    ...(destinations.length > 0 ? { destinations } : {}),
    ...(alias === undefined ? {} : { alias }),
    ...(logins.length > 0 ? { credentials: logins } : {}),
    options: optionsOf(trunk),
  };
  return { setups: [setup], comments: comments(trunk) };
}

/** Every setting that can be written as it is, and the profile by its name. */
function optionsOf({ auth_type, attributes = {} }: TrunkDetail): Record<string, unknown> {
  const values = Object.entries(settingOptions).flatMap(([name, { schema }]) => {
    const value = attributes[name];
    return value != null && value !== "" && schema.safeParse(value).success ? [[name, value] as const] : [];
  });
  const profile = attributes["profile_name"] ?? attributes["outbound_voice_profile_id"];
  return { connection_type: auth_type, ...(profile == null ? {} : { outbound_voice_profile: profile }), ...Object.fromEntries(values) };
}

/** Comments on everything that a setup has no field for. */
function comments({ status, attributes = {} }: TrunkDetail): string[] {
  const { sip_subdomain: subdomain } = attributes;
  return [
    ...(status === undefined || status === "active" ? [] : [`status: ${cleanText(status, 40)}; telnyx_update_connection sets it`]),
    ...(subdomain ? [`subdomain: ${cleanText(String(subdomain), 120)}`] : []),
    ...(attributes["profile_name"] == null ? [] : [`its profile, shared with others: ${sayLimits(attributes)}`]),
  ];
}
