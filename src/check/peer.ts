import { ASK, type CheckDirection, type CheckFacts, type Finding, type Verdict } from "../core/carrier/diagnosis.ts";
import type { DestinationUri } from "../core/carrier/trunk.ts";
import { type Destination, formatDestination } from "../rules/destination.ts";
import type { DnsRecord } from "../sip/locate.ts";
import type { ProbeAttempt, ProbeReport } from "../sip/probe.ts";

/** A SIP peer that is asked. `gateway`: one of several that the carrier's documents name, none of them proven. */
export interface Peer extends Destination {
  kind: "destination" | "gateway" | "host";
  row?: DestinationUri | undefined;
  /** Host of the Request-URI where it is not the peer's own: an account behind a gateway. */
  domain?: string | undefined;
  report?: ProbeReport | undefined;
  /** The same port over the other of tcp and tls, asked where this transport met something else there. */
  otherTransport?: ProbeReport | undefined;
}

export interface PeerFacts extends CheckFacts {
  peer: Peer;
  /** Whether this machine can judge names and certificates at all. */
  machine: { names: boolean; certificates: boolean };
  /** Destinations that answered. */
  answering: readonly Peer[];
  allowPrivate: boolean;
  /** This machine is the PBX, or calls from its address. */
  fromPbx: boolean;
}

export interface PeerCheck {
  id: string;
  /** Checks of the same peer, or of the trunk. */
  needs?: readonly string[];
  appliesTo?(facts: PeerFacts): boolean;
  /** Whether what was seen of the peer is enough to judge; else nothing is said. */
  sees?(facts: PeerFacts): boolean;
  run(facts: PeerFacts): Verdict[];
}

export function definePeerCheck(check: PeerCheck): PeerCheck {
  return check;
}

export function peerName(peer: Peer): string {
  return formatDestination(peer);
}

export function recordsOf<Type extends DnsRecord["type"]>({ report }: Peer, type: Type): Extract<DnsRecord, { type: Type }>[] {
  return (report?.dns.records ?? []).filter((record): record is Extract<DnsRecord, { type: Type }> => record.type === type);
}

export function attemptOf({ report }: Peer): ProbeAttempt | undefined {
  return report && report.result.outcome !== "dns_failed" ? report.result : undefined;
}

/** Whether something was sent, and to somebody: of a connection that never stood nothing more can be told. */
export function wasReached({ peer }: PeerFacts): boolean {
  const attempt = attemptOf(peer);
  if (attempt === undefined || attempt.outcome === "not_allowed" || attempt.outcome === "refused") return false;
  if (attempt.outcome === "timeout") return attempt.phase === "tls";
  return !(attempt.outcome === "broken" && attempt.problem === "unreachable");
}

export function isDestination({ peer }: PeerFacts): boolean {
  return peer.kind === "destination";
}

/** The calls that put one destination into another's place: first the new one, so that calls always find one. */
export function replaceDestination({ trunk, repairs, peer }: PeerFacts, wanted: Destination): Finding["repair"] {
  const id = peer.row?.destination_uri_id;
  if (peer.kind !== "destination" || id === undefined) return undefined;
  const isThere = trunk.destination_uris?.some(({ destination }) => destination === formatDestination(wanted));
  const calls = [isThere ? undefined : repairs.addDestination?.(trunk, formatDestination(wanted)), repairs.removeDestination?.(trunk, id)];
  return calls.filter((call) => call !== undefined);
}

/** Takes a wrong destination away where another one answers; else a right one has to be there first, and this one stays. */
export function removeDestination({ trunk, repairs, peer, answering }: PeerFacts): Finding["repair"] {
  const id = peer.row?.destination_uri_id;
  if (peer.kind !== "destination" || id === undefined) return undefined;
  const isServed = answering.some((one) => peerName(one) !== peerName(peer));
  const call = isServed ? repairs.removeDestination?.(trunk, id) : repairs.addDestination?.(trunk, ASK);
  return call ? [call] : undefined;
}

/** False: a proxy between answered in the peer's place, and what it said is not the peer's. */
export function isPeerItself({ peer, machine }: PeerFacts): boolean {
  return peer.transport !== "tls" || machine.certificates;
}

/** Whether DNS gave anything to judge. */
export function wasFound({ peer }: PeerFacts): boolean {
  return peer.report !== undefined && peer.report.result.outcome !== "dns_failed";
}

/** Advice where this machine saw nothing: by who places these calls. */
export function askElsewhere({ peer, directions, placesCalls }: PeerFacts): string {
  if (peer.kind === "destination") return "Place a test call, or look at it from outside this network.";
  return askGatewayElsewhere(placesCalls, directions);
}

export function askGatewayElsewhere(placesCalls: boolean, directions: ReadonlySet<CheckDirection>): string {
  if (placesCalls) return "The carrier's own servers call it, not yours: place a test call.";
  const isBot = directions.has("voice_ai") && !directions.has("outbound");
  return `Ask again from ${isBot ? "where the voice bot runs" : "the PBX's own network"}, or place a test call.`;
}
