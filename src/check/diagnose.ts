import type { CheckDirection, Finding } from "../core/carrier/diagnosis.ts";
import { callsOut } from "../core/carrier/diagnosis.ts";
import { getTrunk } from "../core/carrier/find-trunk.ts";
import { transportSchema } from "../core/carrier/gateway.ts";
import type { TrunkDetail } from "../core/carrier/trunk.ts";
import { fail } from "../core/carrier/verdict.ts";
import { TrunkError } from "../core/errors.ts";
import type { Local } from "../core/local.ts";
import { cleanText, counted, quoteText } from "../core/text.ts";
import type { Exposure } from "../core/tool.ts";
import { askPeers } from "./ask-peers.ts";
import type { Followed } from "./connection/follow.ts";
import { type Link, linkedPeers } from "./connection/link.ts";
import { type AllFacts, type CheckTrunkInput, type CheckWorld, factsFor } from "./facts.ts";
import {
  bestOf,
  destinationPeers,
  gatewayPeers,
  isSamePeer,
  knownPorts,
  namedPeers,
  outboundGateways,
  parseHost,
  toPeer,
} from "./find-peers.ts";
import { ownMachine } from "./own-machine.ts";
import { attemptOf, type Peer, peerName } from "./peer.ts";
import { type Report, refusedReport, reportOf } from "./report.ts";
import { Outcomes, runPeerCheck, runTrunkCheck } from "./run-checks.ts";
import { linkChecks, orderWith, peerChecks, pureChecks } from "./table.ts";

/** Everything that can be told of one trunk: by its configuration first, then by asking its peers. */
export async function diagnose(input: CheckTrunkInput, world: CheckWorld): Promise<Report> {
  const read = await readTrunk(input, world);
  if ("refused" in read) return refusedReport(read.refused);
  const { facts, outcomes } = await judgeConfiguration(input, read.trunk, world);
  outcomes.add("api.auth", "all", [{ status: "pass", title: "" }]);
  world.progress?.(1, 3, "Configuration checked");
  const peers = await ask(peersOf(input, facts, world.local), facts, world);
  world.progress?.(2, 3, `${counted(peers.length, "peer")} asked`);
  await judgePeers(peers, facts, { input, world, outcomes });
  world.progress?.(3, 3, "Findings sorted");
  const findings = outcomes.sorted(orderWith(facts.carrierChecks)).filter((one) => concerns(one, input.direction));
  return reportOf(findings, { facts, world, warnings: read.warnings, details: input.details === true });
}

/** A finding about calls that nobody asked about is none. */
function concerns({ direction }: Finding, asked: CheckDirection | undefined): boolean {
  return asked === undefined || direction === "all" || direction === asked;
}

interface Judging {
  input: CheckTrunkInput;
  world: CheckWorld;
  outcomes: Outcomes;
}

async function judgePeers(peers: readonly Peer[], facts: AllFacts, { input, world: { local, signal }, outcomes }: Judging): Promise<void> {
  const machine = await ownMachine(peers, { probes: local.probes, signal });
  for (const { id, verdict } of machine.verdicts) outcomes.add(id, "all", [verdict]);
  const answering = peers.filter((peer) => peer.kind === "destination" && attemptOf(peer)?.outcome === "answered");
  const { allowPrivate } = local.probes;
  for (const peer of judged(peers)) {
    const peerFacts = { ...facts, peer, machine, answering, allowPrivate, fromPbx: input.from_pbx === true };
    for (const check of peerChecks) runPeerCheck(check, peerFacts, outcomes);
  }
}

/** Judges the settings alone: no peer is asked, and no check that needs an answer runs. */
export async function judgeConfiguration(input: Partial<CheckTrunkInput>, trunk: TrunkDetail, world: CheckWorld, known?: Followed) {
  const facts = await factsFor(input, trunk, world, known);
  const outcomes = new Outcomes();
  for (const check of [...pureChecks, ...facts.carrierChecks]) runTrunkCheck(check, facts, outcomes);
  for (const link of facts.followed.links) await judgeLink(link, outcomes, world);
  return { facts, outcomes };
}

/** Compares both ends, and judges the settings of the other one by its own checks: what is right there is told by nobody here. */
async function judgeLink(link: Link, outcomes: Outcomes, world: CheckWorld): Promise<void> {
  for (const { id, way, run } of linkChecks) if (way === link.way) outcomes.add(id, way, run(link));
  const others = link.from === "carrier" ? link.rows.map(({ trunk }) => trunk) : [link.carrier.trunk];
  for (const trunk of others) {
    const facts = await factsFor({ direction: link.way }, trunk, world, { links: [link], problems: [] });
    const own = new Outcomes();
    for (const check of [...pureChecks, ...facts.carrierChecks]) runTrunkCheck(check, facts, own);
    const { provider, trunk_id, trunk_name } = trunk;
    const wrong = own.findings.filter(({ status }) => status === "fail" || status === "warn");
    outcomes.findings.push(...wrong.map((finding) => ({ ...finding, trunk: { provider, trunk_id, trunk_name } })));
  }
}

interface FoundTrunk {
  trunk: TrunkDetail;
  warnings: string[];
}

/** A key that is refused is a finding; any other trouble with the carrier is an error like everywhere. */
async function readTrunk(
  { trunk_id, provider }: CheckTrunkInput,
  { carriers, signal }: CheckWorld,
): Promise<FoundTrunk | { refused: Finding[] }> {
  try {
    return await getTrunk(carriers, trunk_id, provider, signal);
  } catch (error) {
    if (!(error instanceof TrunkError) || (error.code !== "unauthorized" && error.code !== "forbidden")) throw error;
    const asked = carriers.filter((carrier) => provider === undefined || carrier.provider.id === provider);
    const reasons = await Promise.all(asked.map(async (carrier) => (await carrier.provider.diagnosis?.())?.keyRefused));
    const verdict = fail("The carrier's API refuses the key.", {
      evidence: error.message,
      remedy: ["Check key and secret.", ...reasons.filter((reason) => reason !== undefined), "`trunkline config` tests them."].join(" "),
    });
    return { refused: [{ check: "api.auth", direction: "all", ...verdict }] };
  }
}

function peersOf(input: CheckTrunkInput, facts: AllFacts, { probes }: Local): Peer[] {
  const own = ownPeers(input, facts, probes);
  const others = input.host === undefined && probes.carriers ? linkedPeers(facts.followed.links) : [];
  return [...own, ...others.filter((other) => !own.some((one) => isSamePeer(one, other)))];
}

function ownPeers({ host }: CheckTrunkInput, { trunk, directions, list, admission, hosts }: AllFacts, probes: Local["probes"]): Peer[] {
  const named = host === undefined ? [] : [{ ...toPeer(parseHost(host, probes, knownPorts(trunk, list)), trunk), kind: "host" as const }];
  const asksCarrier = host === undefined && probes.carriers;
  if (hosts) return [...named, ...(asksCarrier ? namedPeers(hosts, trunk) : [])];
  const gateways = callsOut({ directions }) && asksCarrier ? gatewayPeers(list, trunk, admission.logins.length > 0) : [];
  const destinations = directions.has("inbound") ? destinationPeers(trunk) : [];
  return [...destinations, ...named, ...gateways];
}

async function ask(all: Peer[], { trunk, list, errorCodeHeader }: AllFacts, { local, signal, progress }: CheckWorld): Promise<Peer[]> {
  const isSip = ({ transport }: Peer) => transportSchema.safeParse(transport).success;
  const peers = all.filter(isSip);
  if (peers.length === 0) return all;
  let done = 0;
  const asked = (peer: Peer) => progress?.(1 + ++done / (peers.length + 1), 3, `${peerName(peer)} asked`);
  const seen = await askPeers(peers, { probes: local.probes, ports: knownPorts(trunk, list), errorCodeHeader, signal, asked });
  return [...seen, ...all.filter((peer) => !isSip(peer))];
}

/** Gateways are judged together: of what the documents name, one has to do. */
function judged(peers: readonly Peer[]): Peer[] {
  const gateway = bestOf(peers.filter(({ kind }) => kind === "gateway"));
  return [...peers.filter(({ kind }) => kind !== "gateway"), ...(gateway?.report ? [gateway] : [])];
}

/** Why a person is asked: a host that neither the trunk nor the carrier names. Nothing where both do. */
export async function foreignHost(input: CheckTrunkInput, { carriers, local, signal }: CheckWorld): Promise<Exposure | undefined> {
  if (input.host === undefined) return undefined;
  const { trunk } = await getTrunk(carriers, input.trunk_id, input.provider, signal);
  const list = await carriers.find(({ provider }) => provider.id === trunk.provider)?.provider.gateways?.();
  const wanted = parseHost(input.host, local.probes, knownPorts(trunk, list));
  const known = [...destinationPeers(trunk), ...outboundGateways(list, trunk.domain_name)];
  if (known.some((one) => isSamePeer(one, wanted))) return undefined;
  const sentence = `Send a SIP OPTIONS request to ${quoteText(input.host, 300)}, which neither trunk ${quoteText(trunk.trunk_name)} nor its carrier names.`;
  const items = [{ gravity: "opened" as const, what: cleanText(input.host, 300), detail: sentence }];
  return { trunk, items, state: { host: wanted, trunk: trunk.trunk_id } };
}
