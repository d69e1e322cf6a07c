import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import type { CreateInput } from "./create.ts";

/** The trunk as its creation leaves it. */
export function newTrunk({ trunk_name, trunk_type, trunk_config, passthrough_webhook_url }: CreateInput): TrunkDetail {
  const { numbers, exotel_number, address } = trunk_config;
  const all = numbers ?? (exotel_number === undefined ? [] : [exotel_number]);
  return {
    provider: "vyom",
    trunk_id: "",
    trunk_name,
    status: "active",
    phone_numbers: all.map((phone_number) => ({ phone_number })),
    attributes: {
      trunk_type,
      ...(address === undefined ? {} : { address }),
      ...(passthrough_webhook_url === undefined ? {} : { passthrough_webhook_url }),
    },
  };
}
