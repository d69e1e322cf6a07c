import * as z from "zod";
import { getTrunk } from "../core/carrier/find-trunk.ts";
import { type Gateway, transportSchema } from "../core/carrier/gateway.ts";
import { TrunkError } from "../core/errors.ts";
import { quoteText } from "../core/text.ts";
import { type CertificateReport, isGood } from "../sip/certificate.ts";
import { CONNECTED, type ProbeAttempt } from "../sip/probe.ts";
import { askPeers } from "./ask-peers.ts";
import type { CheckWorld } from "./diagnose.ts";
import { outboundGateways, toldBy, toPeer } from "./find-peers.ts";
import { attemptOf, type Peer, peerName } from "./peer.ts";

export const findGatewayInput = z.strictObject({
  provider: z.string().max(32).describe("Carrier"),
  trunk_id: z.string().min(1).max(128).optional().describe("Also tries the trunk's own domain"),
});

export const candidateSchema = z.object({
  gateway: z.string(),
  outcome: z.string(),
  ms: z.number().optional(),
  region: z.string().optional(),
  /** Set where the host takes only this kind of login. */
  auth: z.string().optional(),
  source: z.string(),
  seen: z.string(),
  note: z.string().optional(),
});
export type Candidate = z.infer<typeof candidateSchema>;

/** Asks every gateway that the documents name: where they disagree, only a test from the caller's own network decides. */
export async function findGateway({ provider: id, trunk_id }: z.infer<typeof findGatewayInput>, world: CheckWorld) {
  const { carriers, local, signal, progress } = world;
  const carrier = carriers.find(({ provider }) => provider.id === id);
  if (!carrier) throw new TrunkError("not_configured", `${quoteText(id)} is not configured here.`, { field: "provider" });
  const list = await carrier.provider.gateways?.();
  if (!list) throw new TrunkError("unsupported", "Nobody has published where this carrier takes calls. Nothing was sent.");
  const { trunk } = trunk_id === undefined ? { trunk: undefined } : await getTrunk(carriers, trunk_id, id, signal);
  const about = trunk ?? { provider: id, trunk_id: "", trunk_name: "" };
  const gateways = outboundGateways(list, trunk?.domain_name);
  if (!local.probes.carriers)
    return answer(
      gateways.map((gateway) => describe(gateway, undefined)),
      conflictsOf(gateways),
      SANDBOX,
    );
  let done = 0;
  const asked = (peer: Peer) => progress?.(++done, gateways.length, `${peerName(peer)} asked`);
  const ports = new Set(gateways.map(({ port }) => port));
  const peers = await askPeers(
    gateways.map((gateway) => toPeer(gateway, about)),
    { probes: local.probes, ports, signal, asked },
  );
  const ranked = gateways.map((gateway, index) => ({ gateway, peer: peers[index] })).toSorted((a, b) => toldBy(b.peer) - toldBy(a.peer));
  const best = ranked[0] && toldBy(ranked[0].peer) >= CONNECTED ? ranked[0].peer : undefined;
  return answer(
    ranked.map(({ gateway, peer }) => describe(gateway, peer)),
    conflictsOf(gateways),
    best ? `${SILENCE} ${FOUND}` : `${SILENCE} ${NOT_FOUND}`,
    best,
  );
}

const FOUND = "Pass best to export_pbx_config as gateway, and place a test call.";
const SILENCE =
  "Asked from this machine. A carrier may answer whitelisted addresses only: silence is no proof, and an answer does not say that calls are taken.";
const NOT_FOUND = "Nobody answered: ask again from the PBX's own network, or ask the carrier which host serves this account.";
const SANDBOX = "Nothing was asked: this is the sandbox, and the hosts are real.";

function answer(candidates: Candidate[], conflicts: string[], note: string, best?: Peer) {
  return { ...(best ? { best: peerName(best) } : {}), candidates, ...(conflicts.length > 0 ? { conflicts } : {}), note };
}

function conflictsOf(gateways: Gateway[]): string[] {
  return [...new Set(gateways.flatMap(({ conflict }) => conflict ?? []))];
}

function describe({ host, port, transport, region, auth, source, seen, note }: Gateway, peer: Peer | undefined): Candidate {
  const attempt = peer && attemptOf(peer);
  const spent = attempt && Object.values(attempt.spent).reduce((sum, ms) => sum + ms, 0);
  return {
    gateway: `${host}:${port};transport=${transportSchema.parse(transport)}`,
    outcome: peer ? outcomeOf(peer) : "not asked",
    ...(spent === undefined ? {} : { ms: Math.round(spent) }),
    ...(region === undefined ? {} : { region }),
    ...(auth === undefined ? {} : { auth }),
    source,
    seen,
    ...(note === undefined ? {} : { note }),
  };
}

function outcomeOf({ report }: Peer): string {
  const { result } = report ?? {};
  if (result === undefined) return "no time left";
  if (result.outcome === "dns_failed") return `DNS: ${result.problem}`;
  return `${wordsFor(result)}${tlsWords(result.tls?.certificate)}`;
}

function wordsFor(result: ProbeAttempt): string {
  if (result.outcome === "answered") return `SIP answered ${result.response.status}`;
  if (result.outcome === "silent") return result.connected ? "connected, silent" : "silent";
  const more = "problem" in result ? `: ${result.problem}` : "phase" in result ? `: ${result.phase}` : "";
  return `${result.outcome.replace(/_/g, " ")}${more}`;
}

function tlsWords(certificate: CertificateReport | undefined): string {
  if (!certificate) return "";
  return isGood(certificate) ? ", TLS good" : `, TLS ${certificate.chain}, name ${certificate.name}`;
}
