import { canonicalJson } from "../../core/canonical.ts";
import type { Connect } from "../../core/carrier/connection.ts";
import { exactParts, type Setup } from "../../core/carrier/setup.ts";
import { given } from "../../core/given.ts";
import { readDestination } from "../../rules/destination.ts";
import { toCidr } from "../../rules/range.ts";
import { describeTrunk, type ReadTrunk } from "../planning/export-file.ts";
import type { DescribedTrunk } from "../planning/trunks-file.ts";
import { connectionWith } from "./connection.ts";
import { type Ends, toWish } from "./ends.ts";
import { destinationsTo, sharedNumbers } from "./recognise.ts";

/** A connection that is there, as a file says it. */
export interface Written {
  /** Both ends as they would be planned, with nothing beside what they name. */
  setups: Setup[];
  /** The entries of the trunks of both ends. */
  entries: (readonly [ReadTrunk, DescribedTrunk])[];
}

/** The trunks of the platform. */
interface Others {
  inbound: ReadTrunk | undefined;
  outbound: ReadTrunk | undefined;
}

export function writtenConnection(here: ReadTrunk, { inbound, outbound }: Others, ends: Ends): Written {
  const others = [inbound, outbound].flatMap((one) => one ?? []);
  const there = others.map(({ trunk }) => trunk);
  const { id: provider } = here.carrier.provider;
  const shared = there.map((trunk) => sharedNumbers(here.trunk, trunk));
  const numbers = (shared[0] ?? []).filter((number) => shared.every((some) => some.includes(number)));
  const connect = connectOf(here, { inbound, outbound }, ends);
  const wanted = { ...connect, provider, trunk: here.name, numbers };
  const own = describeTrunk(here);
  // As it would be made anew: only what differs from that has to be said.
  const fresh = connectionWith(wanted, { ...ends, wish: toWish(wanted, undefined) }, there).setups;
  const options = otherOptions(optionsOf(own.setups), optionsOf(fresh.filter((setup) => setup.provider === provider)));
  const { setups } = connectionWith(wanted, { ...ends, wish: toWish({ ...wanted, options }, here.trunk) }, there);
  const rest = (one: ReadTrunk, described: readonly Setup[]): Setup[] =>
    restOf(
      described,
      setups.filter(({ trunk }) => trunk === one.name || trunk === one.trunk.trunk_id),
    );
  // Its options stand under the connection, or are those that a connection has.
  const left = rest(
    here,
    own.setups.map(({ options: _, ...lists }) => lists),
  );
  const beside = others.map((one) => [one, { setups: rest(one, describeTrunk(one).setups), comments: [] }] as const);
  const entry = { provider, trunk: here.name, numbers, connect, ...(Object.keys(options).length > 0 ? { options } : {}) };
  const all = [...setups, ...left, ...beside.flatMap(([, described]) => described.setups)];
  return {
    setups: all.map((setup) => ({ ...setup, exactly: exactParts.filter((part) => setup[part] !== undefined) })),
    entries: [[here, { setups: [entry, ...left], comments: own.comments }], ...beside],
  };
}

function connectOf(here: ReadTrunk, { inbound, outbound }: Others, ends: Ends): Connect {
  const { agent_name, room_prefix } = inbound ? optionsOf(describeTrunk(inbound).setups) : {};
  const destinations = [
    ...(inbound ? destinationsTo(here.trunk, ends) : []),
    ...(outbound?.trunk.destination_uris ?? []).map(({ destination }) => destination),
  ];
  const transports = [...new Set(destinations.map((destination) => readDestination(destination)?.transport))];
  return {
    platform: ends.platform.id,
    direction: inbound && outbound ? "both" : inbound ? "inbound" : "outbound",
    ...given({ agent_name: textOf(agent_name), room_prefix: textOf(room_prefix) }),
    // Two ways that differ are each left to what the carrier does best.
    ...(transports.length === 1 ? { encryption: transports[0] === "tls" } : {}),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function optionsOf(setups: readonly Setup[]): Record<string, unknown> {
  return Object.assign({}, ...setups.map(({ options }) => options));
}

function otherOptions(options: Record<string, unknown>, than: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([name, value]) => canonicalJson(value) !== canonicalJson(than[name] ?? null)));
}

const lists = ["numbers", "ips", "destinations", "credentials"] as const;
type List = (typeof lists)[number];

/** Entries of a trunk that its connection does not name. */
function restOf(described: readonly Setup[], planned: readonly Setup[]): Setup[] {
  const isPlanned = (part: List, value: string) =>
    (part === "credentials" && planned.some(({ login_of }) => login_of)) ||
    planned.some((setup) => setup[part]?.some((other) => spelled(part, other) === spelled(part, value)));
  const options = optionsOf(planned);
  return described.flatMap(({ provider, trunk, alias, options: own = {}, ...setup }) => {
    const rows = lists.flatMap((part) => {
      const left = setup[part]?.filter((value) => !isPlanned(part, value)) ?? [];
      return left.length > 0 ? [[part, left] as const] : [];
    });
    const others = Object.entries(own).filter(([name]) => !(name in options));
    const rest = {
      ...Object.fromEntries(rows),
      ...given({ alias }),
      ...(others.length > 0 ? { options: Object.fromEntries(others) } : {}),
    };
    return Object.keys(rest).length > 0 ? [{ provider, trunk, ...rest }] : [];
  });
}

/** One spelling for one meaning. */
function spelled(part: List, value: string): string {
  if (part === "numbers") return value.replace(/^\+/, "");
  if (part === "ips") return toCidr(value);
  return part === "destinations" ? canonicalJson(readDestination(value) ?? value) : value;
}
