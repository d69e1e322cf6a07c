import * as z from "zod";
import { allConditions, audit } from "./audit.ts";
import type { CarrierReach } from "./reach.ts";
import { type TrunkDetail, trunkSchema } from "./trunk.ts";

/** One row of `list_trunks`. Lists that the carrier does not tell are absent. */
export const listedTrunkSchema = trunkSchema.pick({ provider: true, trunk_id: true, trunk_name: true, status: true }).extend({
  name_suspicious: z.boolean().optional(),
  /** The first few; with details, each with its mode where that is not pstn. */
  numbers: z.array(z.string()).optional(),
  /** How many there are; with details, of the lists that are cut only. */
  counts: z.record(z.string(), z.number()).optional(),
  ips: z.array(z.string()).optional(),
  destinations: z.array(z.string()).optional(),
  logins: z.array(z.string()).optional(),
  /** Lists that other trunks may have too, by which somebody may call. */
  lists: z.array(z.string()).optional(),
  others_may_call: z.string().optional(),
  alias: z.string().optional(),
  limits: z.string().optional(),
  findings: z.array(z.enum(allConditions)).optional(),
  /** Why the details are missing. */
  unread: z.string().optional(),
});
export type ListedTrunk = z.infer<typeof listedTrunkSchema>;

const FIRST_FEW = 3;
const MOST_SHOWN = 10;

/** A row as the listing tells it. */
export function toListed(trunk: TrunkDetail): ListedTrunk {
  const { provider, trunk_id, trunk_name, status, name_suspicious, phone_numbers, whitelisted_ips, destination_uris, credentials } = trunk;
  const lists = { numbers: phone_numbers, ips: whitelisted_ips, destinations: destination_uris, logins: credentials };
  const counts = Object.entries(lists).flatMap(([name, list]) => (list ? [[name, list.length] as const] : []));
  return {
    ...{ provider, trunk_id, trunk_name, status, name_suspicious },
    ...(phone_numbers?.length ? { numbers: numbersOf(phone_numbers).slice(0, FIRST_FEW) } : {}),
    ...(counts.length > 0 ? { counts: Object.fromEntries(counts) } : {}),
  };
}

/** A row with everything that tells who may call, and where calls go. */
export function toAudited(trunk: TrunkDetail, carrier: CarrierReach): ListedTrunk {
  const { provider, trunk_id, trunk_name, status, name_suspicious, phone_numbers, destination_uris, alias } = trunk;
  const { ips, logins, ...judged } = audit(trunk, carrier);
  const lists = {
    numbers: phone_numbers && numbersOf(phone_numbers),
    ips: trunk.whitelisted_ips && ips,
    destinations: destination_uris?.map(({ destination }) => destination),
    logins: trunk.credentials && logins,
    lists: sharedLists(trunk),
  };
  return { ...{ provider, trunk_id, trunk_name, status, name_suspicious }, ...cutLists(lists, MOST_SHOWN), alias, ...judged };
}

function sharedLists({ whitelisted_ips = [], credentials = [] }: TrunkDetail): string[] | undefined {
  const names = new Set([...whitelisted_ips, ...credentials].flatMap(({ list }) => list ?? []));
  return names.size > 0 ? [...names] : undefined;
}

type Lists = { [Name in "numbers" | "ips" | "destinations" | "logins" | "lists"]?: string[] | undefined };

/** The same lists with fewer entries, and how many each had. */
export function cutLists(lists: Lists, most: number, counts: Record<string, number> = {}): Lists & { counts?: Record<string, number> } {
  const told = Object.entries(lists).filter((entry): entry is [string, string[]] => entry[1] !== undefined);
  const long = told.filter(([, list]) => list.length > most).map(([name, list]) => [name, counts[name] ?? list.length] as const);
  const all = { ...counts, ...Object.fromEntries(long) };
  const cut = Object.fromEntries(told.map(([name, list]) => [name, list.slice(0, most)]));
  return Object.keys(all).length > 0 ? { ...cut, counts: all } : cut;
}

function numbersOf(rows: NonNullable<TrunkDetail["phone_numbers"]>): string[] {
  return rows.map(({ phone_number, mode = "pstn" }) => (mode === "pstn" ? phone_number : `${phone_number} ${mode}`));
}
