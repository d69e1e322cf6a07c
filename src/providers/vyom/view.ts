import { suspicion, type Trunk, type TrunkDetail } from "../../core/carrier/trunk.ts";
import type { TrunkRecord } from "./json.ts";
import type { Remembered } from "./memory.ts";

/** The carrier's row, and beside it what this server remembers of having created it. */
function toTrunk(record: TrunkRecord, remembered: Remembered | undefined): Trunk {
  return {
    provider: "vyom",
    trunk_id: record.trunk_id,
    trunk_name: record.trunk_name,
    ...suspicion(record.trunk_name, record.trunk_name.length > 100),
    // The list holds active trunks only.
    status: "active",
    domain_name: remembered?.address ?? remembered?.sip_domain,
    created_at: record.trunk_created_at ? inUtc(record.trunk_created_at) : remembered?.created_at,
    remembered: remembered ? true : undefined,
  };
}

export function toTrunkDetail(record: TrunkRecord, remembered: Remembered | undefined): TrunkDetail {
  const numbers = remembered?.numbers ?? (remembered?.exotel_number === undefined ? [] : [remembered.exotel_number]);
  const { address, exotel_number, sip_host, sip_port, sip_domain, passthrough_mode } = remembered ?? {};
  const trunk_type = record.trunk_type ?? trunkTypeOf(record.trunk_id, remembered);
  const known = { trunk_type, address, exotel_number, sip_host, sip_port, sip_domain, passthrough_mode };
  const attributes = Object.entries(known).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined);
  return {
    ...toTrunk(record, remembered),
    ...(remembered ? { phone_numbers: numbers.map((phone_number) => ({ phone_number })) } : {}),
    attributes: Object.fromEntries(attributes),
  };
}

/** The service names its own Exotel trunks; `ST_` is LiveKit's, but the documents say `ST_` of both types. */
export function trunkTypeOf(trunkId: string, remembered: Remembered | undefined): string | undefined {
  return remembered?.trunk_type ?? (trunkId.startsWith("exotel_") ? "exotel" : undefined);
}

/** The documents' times have no zone; the service's source takes them in UTC (2026-08). */
function inUtc(time: string): string {
  return /(?:Z|[+-]\d\d:?\d\d)$/i.test(time) ? time : `${time}Z`;
}
