import * as z from "zod";
import { directionsOf } from "../core/carrier/directions.ts";
import { getTrunk } from "../core/carrier/find-trunk.ts";
import type { Gateway } from "../core/carrier/gateway.ts";
import type { TrunkDetail } from "../core/carrier/trunk.ts";
import { TrunkError } from "../core/errors.ts";
import { quoteText } from "../core/text.ts";
import { usualGateway } from "../pbx/export.ts";
import { formatDestination } from "../rules/destination.ts";
import { type CertificateReport, isGood } from "../sip/certificate.ts";
import { CONNECTED, type ProbeAttempt } from "../sip/probe.ts";
import { askPeers } from "./ask-peers.ts";
import type { CheckWorld } from "./facts.ts";
import { isSamePeer, misfit, outboundGateways, toldBy, toPeer } from "./find-peers.ts";
import { type OwnMachine, ownMachine } from "./own-machine.ts";
import { askGatewayElsewhere, attemptOf, type Peer, peerName } from "./peer.ts";

export const findGatewayInput = z.strictObject({
  provider: z.string().max(32).describe("Carrier"),
  trunk_id: z.string().min(1).max(128).optional().describe("Name or number too"),
});

export const candidateSchema = z.object({
  gateway: z.string(),
  outcome: z.string(),
  /** The one that export_pbx_config writes where none is named. */
  exported: z.boolean().optional(),
  ms: z.number().optional(),
  region: z.string().optional(),
  /** Set where the host takes only this kind of login. */
  auth: z.string().optional(),
  source: z.string(),
  seen: z.string(),
  note: z.string().optional(),
});
export type Candidate = z.infer<typeof candidateSchema>;

/** Where nobody was asked, the likeliest stand for all. */
const SHOWN = 4;

interface Asked {
  gateway: Gateway;
  peer: Peer | undefined;
  isExported: boolean;
  /** It answered, or at least took the connection; a proxy between did neither for it. */
  isThere: boolean;
}

/** Asks every gateway that the documents name: where they disagree, only a test from the caller's own network decides. */
export async function findGateway({ provider: id, trunk_id }: z.infer<typeof findGatewayInput>, world: CheckWorld) {
  const { carriers, local, signal } = world;
  const carrier = carriers.find(({ provider }) => provider.id === id);
  if (!carrier) throw new TrunkError("not_configured", `${quoteText(id)} is not configured here.`, { field: "provider" });
  const list = await carrier.provider.gateways?.();
  if (!list) throw new TrunkError("unsupported", "Nobody has published where this carrier takes calls. Nothing was sent.");
  const { trunk } = trunk_id === undefined ? { trunk: undefined } : await getTrunk(carriers, trunk_id, id, signal);
  const gateways = outboundGateways(list, trunk?.domain_name);
  const peers = local.probes.carriers ? await askAll(gateways, trunk ?? { provider: id, trunk_id: "", trunk_name: "" }, world) : [];
  const machine = await ownMachine(peers, { probes: local.probes, signal });
  const usual = trunk && usualGateway(trunk, list);
  const asked = gateways.map((gateway, index) => ({
    gateway,
    peer: peers[index],
    isExported: usual !== undefined && isSamePeer(gateway, usual),
    isThere: toldBy(peers[index]) >= CONNECTED && (machine.certificates || gateway.transport !== "tls"),
  }));
  const diagnosis = await carrier.provider.diagnosis?.();
  const admission = trunk && diagnosis?.admission(trunk);
  const elsewhere = askGatewayElsewhere(diagnosis?.placesCalls === true, new Set(trunk ? directionsOf(trunk) : []));
  const ranked = rank(asked, admission && (admission.logins.length > 0 || admission.needsLogin === true));
  return answer(ranked, local.probes.carriers, machine, elsewhere);
}

/** One that answers and does not take this trunk's kind of login is of no use to it. */
function rank(asked: readonly Asked[], hasLogin: boolean | undefined): Asked[] {
  const unfit = ({ gateway }: Asked) => (hasLogin === undefined ? 0 : misfit(gateway, hasLogin));
  return asked.toSorted((a, b) => Number(b.isThere) - Number(a.isThere) || unfit(a) - unfit(b) || toldBy(b.peer) - toldBy(a.peer));
}

function answer(ranked: readonly Asked[], isAsked: boolean, { verdicts }: OwnMachine, elsewhere: string) {
  const best = ranked.find(({ isThere }) => isThere);
  const shown = ranked.filter(({ isThere, isExported }, place) => isExported || (isAsked ? isThere : place < SHOWN));
  const failed = failures(ranked.filter((one) => !shown.includes(one)));
  const conflicts = [...new Set(ranked.flatMap(({ gateway: { conflict } }) => conflict ?? []))];
  const own = verdicts.map(({ verdict: { title, evidence } }) => `${title} ${evidence ?? ""}`);
  const verdict = isAsked ? verdictOf(best, elsewhere) : "Nothing was asked: this is the sandbox, and the hosts are real.";
  return {
    verdict: [...own, verdict].join(" "),
    ...(best ? { best: formatDestination(best.gateway) } : {}),
    candidates: shown.map(describe),
    ...(failed.length === 0 ? {} : { failed }),
    ...(conflicts.length > 0 ? { conflicts } : {}),
    ...(isAsked ? { note: SILENCE } : {}),
  };
}

async function askAll(gateways: readonly Gateway[], about: TrunkDetail, { local, signal, progress }: CheckWorld): Promise<Peer[]> {
  let done = 0;
  const asked = (peer: Peer) => progress?.(++done, gateways.length, `${peerName(peer)} asked`);
  const ports = new Set(gateways.map(({ port }) => port));
  return await askPeers(
    gateways.map((gateway) => toPeer(gateway, about)),
    { probes: local.probes, ports, signal, asked },
  );
}

const SILENCE =
  "Asked from this machine. A carrier may answer whitelisted addresses only: silence is no proof, and an answer does not say that calls are taken.";

function verdictOf(best: Asked | undefined, elsewhere: string): string {
  if (!best) return `Nobody answered. ${elsewhere} Or ask the carrier which host serves this account.`;
  const use = best.isExported
    ? "It is the one that export_pbx_config writes: place a test call."
    : "Pass it to export_pbx_config as gateway, and place a test call.";
  return `Use ${formatDestination(best.gateway)}: ${said(best.peer)}. ${use}`;
}

/** Those that did not answer, a line for each thing that happened. */
function failures(asked: readonly Asked[]): string[] {
  const outcomes = [...new Set(asked.map(({ peer }) => said(peer)))];
  return outcomes.map((outcome) => `${outcome}: ${hostsText(asked.filter(({ peer }) => said(peer) === outcome))}`);
}

const said = (peer: Peer | undefined) => (peer ? outcomeOf(peer) : "not asked");

function hostsText(asked: readonly Asked[]): string {
  const hosts = [...new Set(asked.map(({ gateway }) => gateway.host))];
  const portsOf = (host: string) => asked.flatMap(({ gateway }) => (gateway.host === host ? [`${gateway.port} ${gateway.transport}`] : []));
  return hosts.map((host) => `${host} (${portsOf(host).join(", ")})`).join(", ");
}

function describe({ gateway, peer, isExported }: Asked): Candidate {
  const { region, auth, source, seen, note } = gateway;
  const attempt = peer && attemptOf(peer);
  const spent = attempt && Object.values(attempt.spent).reduce((sum, ms) => sum + ms, 0);
  return {
    gateway: formatDestination(gateway),
    outcome: said(peer),
    ...(isExported ? { exported: true } : {}),
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
