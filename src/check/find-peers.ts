import { isIP } from "node:net";
import { type Gateway, type GatewayList, gatewaysFor, transportSchema } from "../core/carrier/gateway.ts";
import type { TrunkDetail } from "../core/carrier/trunk.ts";
import { TrunkError } from "../core/errors.ts";
import { isHostName } from "../rules/address.ts";
import { type Destination, parseDestination, readDestination } from "../rules/destination.ts";
import { told } from "../sip/probe.ts";
import { howToOpen, type InsideRules, isSipPort, mayAsk } from "./may-ask.ts";
import { attemptOf, type Peer } from "./peer.ts";

/** More would make one call a scan; the first destinations take the calls. */
export const MAX_DESTINATIONS = 16;
/** The documents name more; find_gateway asks them all. */
const MAX_GATEWAYS = 4;

export function destinationPeers({ destination_uris = [] }: TrunkDetail): Peer[] {
  const parsed = destination_uris.flatMap((row) => {
    const destination = readDestination(row.destination);
    return destination && isAskable(destination.host) ? [{ ...destination, kind: "destination" as const, row }] : [];
  });
  return parsed.slice(0, MAX_DESTINATIONS);
}

/** Tells whether a host can be asked: a carrier's record may hold anything, and only names and addresses are. */
export function isAskable(host: string): boolean {
  return isIP(host) !== 0 || isHostName(host);
}

export function outboundGateways(list: GatewayList | undefined, domainName: string | undefined): Gateway[] {
  return list ? gatewaysFor(list, domainName).filter(({ role, host }) => role === "outbound" && isAskable(host)) : [];
}

/** Those that fit how the trunk logs in, one region after the other rather than all transports of the first. */
export function gatewayPeers(list: GatewayList | undefined, trunk: TrunkDetail, hasLogin: boolean): Peer[] {
  const fitting = outboundGateways(list, trunk.domain_name).toSorted((a, b) => misfit(a, hasLogin) - misfit(b, hasLogin));
  return fitting.slice(0, MAX_GATEWAYS).map((gateway) => toPeer(gateway, trunk));
}

/** Those that the carrier itself names for this trunk. */
export function namedPeers(hosts: readonly string[], trunk: TrunkDetail): Peer[] {
  const parsed = hosts.flatMap((host) => parseDestination(host) ?? []).filter(({ host }) => isAskable(host));
  return parsed.map((destination) => toPeer(destination, trunk));
}

export function misfit({ auth }: Gateway, hasLogin: boolean): number {
  return auth === undefined || (auth === "digest") === hasLogin ? 0 : 1;
}

/** A trunk's domain names the account that a gateway is to serve: it goes into the Request-URI. */
export function toPeer({ host, port, transport }: Destination, trunk: TrunkDetail): Peer {
  const domain = trunk.domain_name?.replace(/:\d+$/, "");
  return { host, port, transport, kind: "gateway", ...(domain === undefined || domain === host || !isAskable(domain) ? {} : { domain }) };
}

/** Of gateways that the documents name, the one that told most stands for all. */
export function bestOf(gateways: readonly Peer[]): Peer | undefined {
  return gateways.toSorted((a, b) => toldBy(b) - toldBy(a))[0];
}

export function toldBy(peer: Peer | undefined): number {
  const attempt = peer && attemptOf(peer);
  return attempt ? told(attempt) : 0;
}

/** A further host that the caller names, as `host:port;transport=tls`. Refused at once where no word of a person would open it. */
export function parseHost(host: string, rules: InsideRules, ports: ReadonlySet<number> = new Set()): Destination {
  const parsed = parseDestination(host);
  if (!parsed || !transportSchema.safeParse(parsed.transport).success)
    throw refused("expected host:port;transport=tls, tcp or udp.", "Write it like sip.example.com:5061;transport=tls.");
  if (!isSipPort(parsed.port) && !ports.has(parsed.port))
    throw refused(`${parsed.port} is no port of SIP.`, "443, 5060 to 5091 and the trunk's own ports are asked.");
  if (isIP(parsed.host) !== 0 && !mayAsk(rules, ports)(parsed.host, parsed.port))
    throw refused(`${parsed.host} is no public address.`, howToOpen(parsed.host));
  return parsed;
}

function refused(reason: string, hint: string): TrunkError {
  return new TrunkError("invalid_input", `host: ${reason} Nothing was sent.`, { field: "host", hint });
}

/** Ports that are asked beside SIP's own. */
export function knownPorts(trunk: TrunkDetail, list: GatewayList | undefined): Set<number> {
  return new Set([...destinationPeers(trunk), ...outboundGateways(list, trunk.domain_name)].map(({ port }) => port));
}

export function isSamePeer(one: Destination, other: Destination): boolean {
  return one.host === other.host && one.port === other.port && one.transport === other.transport;
}
