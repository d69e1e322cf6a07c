import type { CarrierEnd, ConnectedPlatform, ConnectionWish, PlatformTrunk } from "../../core/carrier/connection.ts";
import { ASK, type CarrierDiagnosis, type Repair, type Verdict } from "../../core/carrier/diagnosis.ts";
import { type GatewayList, transportSchema } from "../../core/carrier/gateway.ts";
import type { CarrierPlanner } from "../../core/carrier/planner.ts";
import type { DestinationUri, TrunkDetail } from "../../core/carrier/trunk.ts";
import { orPass } from "../../core/carrier/verdict.ts";
import { quoteText } from "../../core/text.ts";
import { type Destination, readDestination } from "../../rules/destination.ts";
import { countryOf } from "../../rules/phone-number.ts";
import { isAskable, toPeer } from "../find-peers.ts";
import { isSipPort } from "../may-ask.ts";
import type { Peer } from "../peer.ts";

export type Way = PlatformTrunk["way"];

/** A trunk of the platform, and how the other end meets it. */
export interface Row {
  trunk: TrunkDetail;
  read: PlatformTrunk;
}

/** Both ends of calls in, or of calls out, as they are. */
export interface Link {
  way: Way;
  /** The end at which the question was asked. */
  from: "carrier" | "platform";
  carrier: {
    title: string;
    end: CarrierEnd;
    diagnosis: CarrierDiagnosis | undefined;
    list: GatewayList | undefined;
    trunk: TrunkDetail;
  };
  platform: {
    id: string;
    title: string;
    end: ConnectedPlatform;
    planner: CarrierPlanner | undefined;
    /** The host of this account. */
    sipHost: string | undefined;
    /** From where it calls. */
    ranges: readonly string[];
    /** Every trunk of this way. */
    all: readonly Row[];
  };
  /** The platform's trunks that this carrier's trunk has to do with, each whole. */
  rows: readonly Row[];
  /** In E.164. */
  numbers: readonly string[];
}

/** One thing about both ends. */
export interface LinkCheck {
  id: string;
  way: Way;
  run(link: Link): Verdict[];
}

/** The platform's trunk that the question is about, or at the carrier's end all that belong to its trunk. */
export function ownRows({ from, rows }: Link): readonly Row[] {
  return from === "platform" ? rows.slice(0, 1) : rows;
}

export function each(judge: (link: Link, row: Row) => Verdict | undefined): LinkCheck["run"] {
  return (link) =>
    orPass(
      ownRows(link).map((row) => judge(link, row)),
      "",
    );
}

/** As the other end writes a number: some carriers leave the plus out. */
export function plussed(number: string): string {
  return /^[1-9]\d{6,14}$/.test(number) ? `+${number}` : number;
}

/** The trunks that take a number's calls: one for every number only where no other has it. */
export function takersOf(rows: readonly Row[], number: string): Row[] {
  const exact = rows.filter(({ read }) => read.numbers.includes(number));
  return exact.length > 0 ? exact : rows.filter(({ read }) => read.anyNumber);
}

export interface Place extends Destination {
  row: DestinationUri;
}

/** The destinations that get calls: one that is switched off gets none. */
export function placesOf({ destination_uris = [] }: TrunkDetail): Place[] {
  return destination_uris.flatMap((row) => {
    const read = row.type === "disabled" ? undefined : readDestination(row.destination);
    return read ? [{ ...read, row }] : [];
  });
}

export function leadsHere({ platform: { end, sipHost } }: Pick<Link, "platform">, host: string): boolean {
  return end.isPlatforms(host) || (sipHost !== undefined && end.isHost(host, sipHost));
}

/** The connection as a wish: what there is now, had it to be made. */
export function wishOf({ carrier: { trunk }, numbers }: Link): ConnectionWish {
  const [first] = numbers;
  return {
    trunk: trunk.trunk_name,
    known: trunk,
    numbers,
    country: first === undefined ? undefined : countryOf(first),
    encrypted: undefined,
    options: {},
  };
}

/** One plan takes no more. */
const MOST_NUMBERS = 100;

/** A plan over both ends that brings each to what the other has. Who answers, only a person knows, unless a rule says it. */
export function reconnect(link: Link, { encrypted }: { encrypted?: boolean } = {}): Repair {
  const { way, carrier, platform, numbers, rows } = link;
  const hasAgent = way === "outbound" || rows.some(({ read }) => read.leadsTo.length > 0);
  const [place] = placesOf(carrier.trunk).filter(({ host }) => leadsHere(link, host));
  const wanted = encrypted ?? (way === "inbound" && place ? place.transport === "tls" : undefined);
  return {
    tool: "connect_trunk",
    arguments: {
      direction: way,
      ...{ provider: carrier.trunk.provider, trunk: carrier.trunk.trunk_name, platform: platform.id },
      numbers: numbers.length > 0 ? numbers.slice(0, MOST_NUMBERS) : [ASK],
      ...(hasAgent ? {} : { agent_name: ASK }),
      ...(wanted === undefined ? {} : { encryption: wanted }),
    },
  };
}

/** Hosts of the other end to ask: where a carrier sends calls to this platform, or where the platform calls this carrier. */
export function linkedPeers(links: readonly Link[]): Peer[] {
  const found = links.flatMap((link): Peer[] => {
    const { from, way, carrier, rows } = link;
    if (from === "platform" && way === "inbound")
      return placesOf(carrier.trunk)
        .filter(({ host }) => leadsHere(link, host))
        .map(({ row: _, ...place }) => ({ ...place, kind: "host" }));
    if (from === "platform" || way === "inbound") return [];
    return rows.flatMap((row) => placesOf(row.trunk)).map((place) => ({ ...toPeer(place, carrier.trunk), kind: "host" }));
  });
  return found.filter(({ host, port, transport }) => isAskable(host) && isSipPort(port) && transportSchema.safeParse(transport).success);
}

/** The calls that take a trunk of the platform away, with what stands beside it. */
export function removal({ platform: { planner } }: Link, trunk: TrunkDetail): Repair[] {
  const drafts = planner ? [...(planner.removeBeside?.(trunk) ?? []), planner.removeTrunk(trunk)] : [];
  return drafts.map(({ tool, arguments: given }) => ({ tool, arguments: given }));
}

/** A trunk of either end in a sentence. */
function ofTrunk(title: string, { trunk_name }: TrunkDetail): string {
  return `${title}'s trunk ${quoteText(trunk_name)}`;
}
export const carriers = ({ carrier: { title, trunk } }: Link) => ofTrunk(title, trunk);
export const platforms = ({ platform: { title } }: Link, { trunk }: Row) => ofTrunk(title, trunk);

/** Each end's setting for encrypted sound, after a sentence. */
export function mediaText({ carrier: { trunk, diagnosis, title } }: Link, rows: readonly Row[]): string {
  const own = diagnosis?.mediaEncryption?.(trunk);
  const there = [...new Set(rows.map(({ read }) => read.media))];
  return [...(own ? [`at ${title} ${own.said}`] : []), ...there.map((media) => `media_encryption ${media}`)]
    .map((text) => `; ${text}`)
    .join("");
}
