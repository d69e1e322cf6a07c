import { allPages } from "../../core/carrier/all-pages.ts";
import type { CarrierEnd, ConnectedPlatform } from "../../core/carrier/connection.ts";
import { completed } from "../../core/carrier/find-trunk.ts";
import type { Carrier, ConnectedProvider } from "../../core/carrier/provider.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import { counted } from "../../core/text.ts";
import { mayMean } from "../../rules/phone-number.ts";
import { type Link, leadsHere, placesOf, plussed, type Row, takersOf, type Way } from "./link.ts";

/** More numbers, or more trunks, would make one call a walk over the account. */
const MAX_NUMBERS = 5;
const MAX_TRUNKS = 5;

export interface Followed {
  links: Link[];
  /** Why nobody could look at an other end. */
  problems: string[];
}

interface Asked {
  trunk: TrunkDetail;
  directions: ReadonlySet<string>;
  carriers: readonly Carrier[];
  signal: AbortSignal;
}

/** The other ends of a trunk's calls. It costs requests only where there may be one. */
export async function follow(asked: Asked): Promise<Followed> {
  const own = asked.carriers.find(({ provider }) => provider.id === asked.trunk.provider);
  const isOther = ({ provider }: Carrier) => (own?.provider.platform ? provider.connection : provider.platform) !== undefined;
  if (!own?.provider.platform && !own?.provider.connection) return { links: [], problems: [] };
  const found: Followed = { links: [], problems: [] };
  for (const other of asked.carriers.filter(isOther)) {
    try {
      const links = own.provider.platform ? await toCarrier(asked, own, other) : await toPlatform(asked, own, other);
      found.links.push(...links);
      found.problems.push(...links.flatMap(leftOut));
    } catch (error) {
      asked.signal.throwIfAborted();
      if (!(error instanceof TrunkError)) throw error;
      found.problems.push(`The other end at ${other.provider.title}: ${error.message}`);
    }
  }
  return found;
}

function leftOut({ from, way, rows, numbers, platform }: Link): string[] {
  const left = from === "carrier" && way === "inbound" ? takersOfAny(platform.all, numbers).length - rows.length : 0;
  return left > 0
    ? [`${counted(left, "further trunk")} of ${platform.title} with its numbers: the first ${MAX_TRUNKS} were looked at.`]
    : [];
}

async function carrierOf({ provider }: Carrier, trunk: TrunkDetail): Promise<Link["carrier"]> {
  const [end, diagnosis, list] = await Promise.all([provider.connection?.(), provider.diagnosis?.(), provider.gateways?.()]);
  return { title: provider.title, end: end as CarrierEnd, diagnosis, list, trunk };
}

type Platform = Omit<Link["platform"], "all"> & { connected: ConnectedProvider<unknown> };

async function platformOf({ provider, connected: open }: Carrier): Promise<Platform> {
  const [side, list, planner, connected] = await Promise.all([provider.platform?.(), provider.gateways?.(), provider.planner?.(), open()]);
  const end = side as ConnectedPlatform;
  const ranges = list?.inbound_sources.addresses ?? [];
  return { id: provider.id, title: provider.title, end, planner, sipHost: end.sipHost(connected.client), ranges, connected };
}

/** Every trunk of the platform, as its listing has it. */
async function rowsOf({ connected: { client, trunks }, end }: Platform, signal: AbortSignal): Promise<Row[]> {
  const all = await allPages(async (from) => {
    const { trunks: rows, next } = await trunks.list(client, { from, limit: trunks.pageSize ?? 50, signal });
    return { rows, next };
  });
  return all.map((trunk) => ({ trunk, read: end.read(trunk) }));
}

const ofWay = (rows: readonly Row[], way: Way) => rows.filter(({ read }) => read.way === way);
/** Calls to a number of a flow go where the flow says. */
const numbersOf = ({ phone_numbers = [] }: TrunkDetail) =>
  phone_numbers.filter(({ mode }) => mode !== "flow").map(({ phone_number }) => plussed(phone_number));
const takersOfAny = (rows: readonly Row[], numbers: readonly string[]) => [...new Set(numbers.flatMap((number) => takersOf(rows, number)))];

/** From a carrier's trunk: calls in where one of its destinations is the platform's, calls out where a trunk there goes to it. */
async function toPlatform({ trunk, directions, signal }: Asked, own: Carrier, other: Carrier): Promise<Link[]> {
  const platform = await platformOf(other);
  const isLed = directions.has("inbound") && placesOf(trunk).some(({ host }) => leadsHere({ platform: { ...platform, all: [] } }, host));
  if (!isLed && !directions.has("outbound")) return [];
  const [carrier, rows] = [await carrierOf(own, trunk), await rowsOf(platform, signal)];
  const numbers = numbersOf(trunk);
  const link = (way: Way, mine: readonly Row[]): Link => ({
    ...{ way, from: "carrier", carrier, rows: mine, numbers },
    platform: { ...platform, all: ofWay(rows, way) },
  });
  const takers = takersOfAny(ofWay(rows, "inbound"), numbers);
  const callers = ofWay(rows, "outbound").filter((row) => goesOver(row, trunk, carrier.end));
  return [
    ...(isLed ? [link("inbound", await wholeRows(platform, takers, signal))] : []),
    ...(directions.has("outbound") && callers.length > 0 ? [link("outbound", callers)] : []),
  ];
}

async function wholeRows({ connected: { client, trunks }, end }: Platform, rows: readonly Row[], signal: AbortSignal): Promise<Row[]> {
  const read = await Promise.all(rows.slice(0, MAX_TRUNKS).map(({ trunk }) => trunks.get(client, trunk.trunk_id, signal)));
  return read.map(({ trunk }) => ({ trunk, read: end.read(trunk) }));
}

/** A gateway serves a whole carrier: domain, login or number tell which of its trunks is meant. */
function goesOver({ read: { gateway, login, numbers } }: Row, trunk: TrunkDetail, end: CarrierEnd): boolean {
  if (!gateway || !end.outbound.isGateway(gateway.host)) return false;
  const { domain_name, credentials = [] } = trunk;
  const shown = numbersOf(trunk);
  const domain = domain_name?.toLowerCase();
  // Some carriers give each trunk a domain: a sister domain is another trunk's.
  if (domain !== undefined && domain !== gateway.host && above(domain) === above(gateway.host)) return false;
  return (
    gateway.host === domain ||
    credentials.some(({ user_name }) => user_name === login?.user_name) ||
    numbers.some((number) => shown.includes(number))
  );
}

const above = (host: string) => host.split(".").slice(1).join(".");

/** From a platform's trunk: to the trunks of a carrier that have its numbers, or its gateway. */
async function toCarrier({ trunk, signal }: Asked, own: Carrier, other: Carrier): Promise<Link[]> {
  const platform = await platformOf(own);
  const row: Row = { trunk, read: platform.end.read(trunk) };
  const { way, gateway } = row.read;
  const end = (await other.provider.connection?.()) as CarrierEnd;
  if (gateway && !end.outbound.isGateway(gateway.host)) return [];
  const there = await carrierTrunks(row, await other.connected(), end, signal);
  if (there.length === 0) return [];
  const all = ofWay(await rowsOf(platform, signal), way);
  return await Promise.all(
    there.map(async (one) => {
      const numbers = numbersOf(one).filter((number) => way === "outbound" || row.read.numbers.includes(number) || isMeant(trunk, number));
      const rivals = way === "inbound" ? takersOfAny(all, numbers) : all.filter((candidate) => goesOver(candidate, one, end));
      const others = rivals.filter((candidate) => candidate.trunk.trunk_id !== trunk.trunk_id);
      const rows = way === "inbound" ? [row, ...(await wholeRows(platform, others, signal))] : [row, ...others];
      return { way, from: "platform" as const, carrier: await carrierOf(other, one), rows, numbers, platform: { ...platform, all } };
    }),
  );
}

/** A number that is written so that no call matches it is meant all the same. */
function isMeant({ phone_numbers = [] }: TrunkDetail, number: string): boolean {
  return phone_numbers.some(({ phone_number }) => mayMean(phone_number, number));
}

/** The carrier's trunks that have the numbers; of calls out, the one that the gateway or the login names. */
async function carrierTrunks(
  row: Row,
  connected: ConnectedProvider<unknown>,
  end: CarrierEnd,
  signal: AbortSignal,
): Promise<TrunkDetail[]> {
  const { client, trunks } = connected;
  const { way } = row.read;
  const numbers = (row.trunk.phone_numbers ?? []).map(({ phone_number }) => phone_number);
  const found = await Promise.all(
    numbers.slice(0, MAX_NUMBERS).map(async (number) => (await trunks.withNumber?.(client, number, signal)) ?? []),
  );
  const once = [...new Map(found.flat().map((one) => [one.trunk_id, one])).values()].slice(0, MAX_TRUNKS);
  const read = (one: (typeof once)[number]) =>
    "provider" in one ? completed(connected, one, signal) : trunks.get(client, one.trunk_id, signal);
  const whole = await Promise.all(once.map(async (one) => (await read(one)).trunk));
  const fitting = whole.filter(({ directions }) => directions === undefined || directions.includes(way));
  if (way === "inbound") return fitting;
  const served = fitting.filter((trunk) => goesOver(row, trunk, end));
  return served.length > 0 ? served : await namedByLogin(row, connected, end, signal);
}

/** Looks at the first page of the carrier's trunks, where no number tells. Few rows are read whole: some listings tell no logins. */
async function namedByLogin(row: Row, connected: ConnectedProvider<unknown>, end: CarrierEnd, signal: AbortSignal): Promise<TrunkDetail[]> {
  const { client, trunks } = connected;
  const { trunks: rows } = await trunks.list(client, { limit: trunks.pageSize ?? 50, signal });
  const named = rows.filter((trunk) => goesOver(row, trunk, end));
  const likely = (named.length > 0 ? named : rows).filter(({ directions }) => directions?.includes("outbound") !== false);
  const whole = await Promise.all(likely.slice(0, MAX_TRUNKS).map(async (trunk) => (await completed(connected, trunk, signal)).trunk));
  return whole.filter((trunk) => goesOver(row, trunk, end));
}
