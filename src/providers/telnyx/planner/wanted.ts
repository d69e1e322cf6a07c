import type { TrunkPlan, TrunkTask } from "../../../core/carrier/planner.ts";
import type { Setup, UseCase } from "../../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../../core/carrier/trunk.ts";
import { quoteText } from "../../../core/text.ts";
import { bareDestination } from "../../../rules/destination.ts";
import { toCidr } from "../../../rules/range.ts";
import { addRows, agreed, noRows, onceEach, type Placed, type WantedRows } from "../../../rules/wanted-rows.ts";
import type { ConnectionType } from "../json.ts";
import { addressesOf } from "../named-rows.ts";
import { addOptions, type Options } from "./options.ts";

/** An address of an IP connection, or a host name. */
export interface WantedAddress {
  host: string;
  /** Absent for a host name that is looked up by SRV. */
  port: number | undefined;
  field: string;
  /** `ips` says who calls, `destinations` where calls go; at Telnyx one row is both. */
  from: "ips" | "destinations";
  text: string;
}

/** Everything that the setups of one trunk ask for, each thing once. */
export interface Wanted extends WantedRows {
  useCases: { useCase: UseCase; at: string }[];
  numbers: Map<string, string>;
  /** By host and port. */
  addresses: Map<string, WantedAddress>;
  /** Transports that destinations name, in Telnyx's letters. */
  transports: Map<string, string>;
  alias: Placed<string> | undefined;
  options: Options;
}

/** One trunk's planning: what is wanted, what is there, and what comes of it. */
export interface Planning {
  task: TrunkTask;
  wanted: Wanted;
  plan: TrunkPlan;
  type: ConnectionType;
  /** The id, or the name of a connection that a step creates. */
  connectionId: string;
}

export function collect({ wanted }: TrunkTask, plan: TrunkPlan): Wanted {
  const all: Wanted = {
    ...noRows(),
    useCases: [],
    numbers: new Map(),
    addresses: new Map(),
    transports: new Map(),
    alias: undefined,
    options: new Map(),
  };
  for (const { setup, at } of wanted) add(all, setup, at, plan);
  return all;
}

function add(all: Wanted, setup: Setup, at: string, plan: TrunkPlan): void {
  const { use_case, alias } = setup;
  if (use_case) all.useCases.push({ useCase: use_case, at });
  for (const [number, field] of onceEach(setup, "numbers", at, plan)) all.numbers.set(number, field);
  addRows(all, setup, at, plan);
  for (const [text, field] of onceEach(setup, "destinations", at, plan)) addDestination(all, text, field, plan);
  for (const [text, field] of onceEach(setup, "ips", at, plan)) addCaller(all, text, field);
  if (alias !== undefined) all.alias = agreed(all.alias, { value: alias, field: `${at}alias` }, plan);
  addOptions(all.options, setup, at, plan);
}

function addDestination(all: Wanted, text: string, field: string, plan: TrunkPlan): void {
  const [, host, port, transport] = /^([^\s:;@/]+)(?::(\d{1,5}))?(?:;transport=([a-z]+))?$/.exec(bareDestination(text)) ?? [];
  if (host === undefined) {
    plan.questions.push({ field, question: `${quoteText(text)} is not of the form host:port;transport=udp, tcp or tls. Which is meant?` });
    return;
  }
  if (transport !== undefined) all.transports.set(transport.toUpperCase(), field);
  const wanted: WantedAddress = { host, port: port === undefined ? undefined : Number(port), field, from: "destinations", text };
  all.addresses.set(keyOf(wanted), wanted);
}

/** An address that is a destination too is one row, with the destination's port. */
function addCaller(all: Wanted, text: string, field: string): void {
  const host = text.replace(/\/(32|128)$/, "");
  const same = [...all.addresses.values()].some((other) => toCidr(other.host) === toCidr(host));
  const wanted: WantedAddress = { host, port: 5060, field, from: "ips", text };
  if (!same) all.addresses.set(keyOf(wanted), wanted);
}

function keyOf({ host, port }: { host: string; port?: number | undefined }): string {
  return `${toCidr(host)} ${port ?? "srv"}`;
}

/** The rows that are there, by the same key. */
export function liveAddresses(trunk: TrunkDetail | undefined) {
  const rows = trunk ? addressesOf(trunk) : [];
  return new Map(rows.map((row) => [keyOf({ host: row.address, port: row.port }), row] as const));
}

/** Whether a row that is there is wanted: an address without a port of its own may stay with any. */
export function isWanted({ wanted }: Pick<Planning, "wanted">, row: { address: string; port?: number | undefined }): boolean {
  const { addresses } = wanted;
  if (addresses.has(keyOf({ host: row.address, port: row.port }))) return true;
  return [...addresses.values()].some(({ from, host }) => from === "ips" && toCidr(host) === toCidr(row.address));
}
