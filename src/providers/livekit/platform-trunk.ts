import type { PlatformTrunk, PlatformValues } from "../../core/carrier/connection.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { cidr } from "../../rules/range.ts";
import { normalNumber } from "./compare.ts";
import { encryptions } from "./json.ts";

/** A trunk as the carrier at the other end meets it. */
export function readTrunk({ phone_numbers = [], whitelisted_ips = [], credentials = [], attributes = {} }: TrunkDetail): PlatformTrunk {
  const way = attributes["direction"] === "outbound" ? "outbound" : "inbound";
  const { media_encryption, address, transport } = attributes;
  const [host = "", port] = String(address ?? "").split(":");
  return {
    way,
    numbers: phone_numbers.map(({ phone_number }) => normalNumber(phone_number)),
    anyNumber: way === "inbound" ? phone_numbers.length === 0 : attributes["caller_ids"] === "any",
    someCallers: listOf(attributes["allowed_numbers"]).length > 0,
    login: credentials[0],
    addresses: whitelisted_ips.map(cidr),
    media: encryptions.find((one) => one === media_encryption) ?? "disable",
    ...(way === "inbound"
      ? {}
      : {
          gateway: {
            host: host.toLowerCase(),
            port: port === undefined ? undefined : Number(port),
            transport: transport === "auto" ? undefined : String(transport),
          },
        }),
    headers: Object.fromEntries(listOf(attributes["headers"]).map((line) => line.split(/: (.*)/s).slice(0, 2))),
    leadsTo: listOf(attributes["dispatch_rules"]),
  };
}

export function changeTrunk({ trunk_id, attributes = {} }: TrunkDetail, values: PlatformValues) {
  const { numbers, addresses, noLogin, media, address, transport, headers } = values;
  const fields = {
    numbers,
    allowed_addresses: addresses,
    auth_username: noLogin ? "none" : undefined,
    media_encryption: media,
    ...{ address, transport, headers },
  };
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { tool: `livekit_update_${String(attributes["direction"])}_trunk`, arguments: { trunk_id, ...given } };
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value : [];
}
