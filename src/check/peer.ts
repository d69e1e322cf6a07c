import type { CheckFacts, Finding, Verdict } from "../core/carrier/diagnosis.ts";
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

/** The call that takes a destination away, where another remains to take the calls. */
export function removeDestination({ trunk, repairs, peer }: PeerFacts): Finding["repair"] {
  const id = peer.row?.destination_uri_id;
  const others = (trunk.destination_uris ?? []).filter((row) => row.destination_uri_id !== id);
  const call = id === undefined || others.length === 0 ? undefined : repairs.removeDestination?.(trunk, id);
  return call ? [call] : undefined;
}
