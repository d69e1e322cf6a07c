import type { Probes } from "../core/local.ts";
import { type ProbeReport, type ProbeTarget, probe } from "../sip/probe.ts";
import { mayAsk } from "./may-ask.ts";
import type { Peer } from "./peer.ts";

/** Peers that are asked at the same time. */
const AT_ONCE = 4;
/** Of all peers together; what is not answered by then is unknown. */
const BUDGET_MS = 15_000;
/** Shorter than the prober's own: a person is waiting while many peers are asked. */
const timing = { dnsMs: 2_500, connectMs: 2_500, tlsMs: 2_500, responseMs: 2_500, totalMs: 5_000 };

export interface Asking {
  probes: Probes;
  /** Ports beside SIP's own: those that the trunk and the carrier's list name. */
  ports: ReadonlySet<number>;
  errorCodeHeader?: string | undefined;
  signal: AbortSignal;
  /** After each peer. */
  asked?(peer: Peer): void;
}

/** The same peers, each with what was seen of it; one for which no time was left has no report. */
export async function askPeers(peers: readonly Peer[], asking: Asking): Promise<Peer[]> {
  asking.probes.admit(peers.length);
  const budget = AbortSignal.timeout(BUDGET_MS);
  const signal = AbortSignal.any([asking.signal, budget]);
  const results: Peer[] = [...peers];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < peers.length && !budget.aborted; index = next++) {
      const peer = peers[index];
      if (!peer) continue;
      // Out of time is no error: what was not seen stays unknown. Out of patience is one.
      results[index] = await askOne(peer, { ...asking, signal }).catch((error: unknown) => {
        if (budget.aborted && !asking.signal.aborted) return peer;
        throw error;
      });
      asking.asked?.(peer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  asking.signal.throwIfAborted();
  return results;
}

async function askOne(peer: Peer, asking: Asking): Promise<Peer> {
  const report = await ask(peer, peer.transport, asking);
  const otherTransport = isMixed(report) ? await ask(peer, peer.transport === "tls" ? "tcp" : "tls", asking) : undefined;
  return { ...peer, report, otherTransport };
}

function ask(peer: Peer, transport: string, { probes, ports, signal, errorCodeHeader }: Asking): Promise<ProbeReport> {
  const target: ProbeTarget = { host: peer.host, port: peer.port, transport: transport as "udp" | "tcp" | "tls", domain: peer.domain };
  const { resolver, authorities } = probes;
  return probe(target, { isAllowed: mayAsk(probes, ports), resolver, authorities, timing, signal, errorCodeHeader });
}

/** The port took the connection and did not like what was said: it may speak the other transport. */
function isMixed({ result }: ProbeReport): boolean {
  if (result.outcome === "tls_failed") return result.problem === "not_tls" || result.problem === "closed" || result.problem === "handshake";
  if (result.outcome === "timeout") return result.phase === "tls";
  const isStream = result.outcome !== "dns_failed" && result.candidate.transport === "tcp";
  return isStream && (result.outcome === "broken" || (result.outcome === "silent" && result.connected));
}
