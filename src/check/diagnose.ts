import * as z from "zod";
import {
  type CarrierDiagnosis,
  type CheckDirection,
  type CheckFacts,
  callsOut,
  checkDirectionSchema,
  type Finding,
} from "../core/carrier/diagnosis.ts";
import { directionsOf } from "../core/carrier/directions.ts";
import { getTrunk } from "../core/carrier/find-trunk.ts";
import { transportSchema } from "../core/carrier/gateway.ts";
import type { Carrier } from "../core/carrier/provider.ts";
import type { TrunkDetail } from "../core/carrier/trunk.ts";
import { fail } from "../core/carrier/verdict.ts";
import { TrunkError } from "../core/errors.ts";
import type { Local } from "../core/local.ts";
import { cleanText, counted, quoteText } from "../core/text.ts";
import type { Exposure } from "../core/tool.ts";
import { voicePlatforms } from "../pbx/platforms.ts";
import { readWorkFile } from "../pbx/read-file.ts";
import { askPeers } from "./ask-peers.ts";
import {
  bestOf,
  destinationPeers,
  gatewayPeers,
  isSamePeer,
  knownPorts,
  MAX_DESTINATIONS,
  outboundGateways,
  parseHost,
  toPeer,
} from "./find-peers.ts";
import { type Peer, peerName } from "./peer.ts";
import { Outcomes, runPeerCheck, runTrunkCheck } from "./run-checks.ts";
import { orderWith, peerChecks, pureChecks } from "./table.ts";

export const checkTrunkInput = z.strictObject({
  provider: z.string().max(32).optional().describe("Its carrier"),
  trunk_id: z.string().min(1).max(128).describe("Id, unique name or number"),
  direction: checkDirectionSchema.optional().describe("Default: what the trunk is set up for"),
  platform: z.enum(["livekit", "vapi", "retell", "elevenlabs", "openai", "daily"]).optional().describe("Voice platform in use"),
  host: z.string().max(300).optional().describe("Gateway in use, host:port;transport=tls; a person approves a foreign one"),
  from_pbx: z.boolean().optional().describe("This machine calls from the PBX's address"),
  config: z.string().max(50_000).optional().describe("Exported file: path in the working folder, or text"),
});
export type CheckTrunkInput = z.infer<typeof checkTrunkInput>;

export interface CheckWorld {
  carriers: readonly Carrier[];
  local: Local;
  signal: AbortSignal;
  progress?(done: number, total: number, message: string): void;
}

export interface Diagnosis {
  trunk: { provider: string; trunk_id: string; trunk_name: string } | undefined;
  directions: CheckDirection[];
  summary: string;
  findings: Finding[];
  passed: string[];
  skipped: string[];
  warnings: string[];
}

/** Everything that can be told of one trunk: by its configuration first, then by asking its peers. */
export async function diagnose(input: CheckTrunkInput, world: CheckWorld): Promise<Diagnosis> {
  const read = await readTrunk(input, world);
  if ("refused" in read) return toDiagnosis(undefined, [], read.refused, []);
  const { facts, warnings } = await factsFor(input, read, world);
  const outcomes = new Outcomes();
  outcomes.add("api.auth", [{ status: "pass", title: "The carrier's API answers." }]);
  for (const check of [...pureChecks, ...facts.carrierChecks]) runTrunkCheck(check, facts, outcomes);
  world.progress?.(1, 3, "Configuration checked");
  const peers = peersOf(input, facts, world.local);
  const seen = await ask(peers, facts, world);
  world.progress?.(2, 3, `${counted(peers.length, "peer")} asked`);
  const { allowPrivate } = world.local.probes;
  for (const peer of judged(seen)) {
    const peerFacts = { ...facts, peer, allowPrivate, fromPbx: input.from_pbx === true };
    for (const check of peerChecks) runPeerCheck(check, peerFacts, outcomes);
  }
  world.progress?.(3, 3, "Findings sorted");
  return toDiagnosis(facts.trunk, [...facts.directions], outcomes.sorted(orderWith(facts.carrierChecks)), [
    ...warnings,
    ...notAsked(facts, world.local),
  ]);
}

/** Judges the settings alone: no peer is asked, and no check that needs an answer runs. */
export async function judgeConfiguration(trunk: TrunkDetail, world: CheckWorld): Promise<Finding[]> {
  const { facts } = await factsFor({ trunk_id: trunk.trunk_id }, { trunk, warnings: [] }, world);
  const outcomes = new Outcomes();
  for (const check of [...pureChecks, ...facts.carrierChecks]) runTrunkCheck(check, facts, outcomes);
  return outcomes.findings;
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
    return { refused: [{ check: "api.auth", ...verdict }] };
  }
}

type AllFacts = CheckFacts & { carrierChecks: CarrierDiagnosis["checks"]; errorCodeHeader: string | undefined };

async function factsFor(
  { direction, platform, config, host }: CheckTrunkInput,
  { trunk, warnings }: FoundTrunk,
  { carriers, local }: CheckWorld,
): Promise<{ facts: AllFacts; warnings: string[] }> {
  const carrier = carriers.find(({ provider }) => provider.id === trunk.provider);
  const [list, diagnosis, connected] = await Promise.all([
    carrier?.provider.gateways?.(),
    carrier?.provider.diagnosis?.(),
    carrier?.connected(),
  ]);
  if (host !== undefined) parseHost(host, local.probes, knownPorts(trunk, list));
  const admission = diagnosis?.admission(trunk) ?? { by: "none" as const, logins: [] };
  return {
    warnings,
    facts: {
      trunk,
      directions: new Set(direction ? [direction] : directionsFor(trunk)),
      list,
      repairs: diagnosis?.repairs ?? {},
      admission,
      needsNumbers: diagnosis?.needsNumbers ?? false,
      platform: voicePlatforms().find(({ id }) => id === platform),
      sandbox: !local.probes.carriers,
      accountDomain: diagnosis?.accountDomain?.(connected?.client as never),
      config: config === undefined ? undefined : await configText(config, local),
      carrierChecks: diagnosis?.checks ?? [],
      errorCodeHeader: carrier?.provider.errorCodeHeader,
    },
  };
}

/** A trunk that is set up for nothing yet is judged as one for calls out. */
function directionsFor(trunk: TrunkDetail): CheckDirection[] {
  const found = directionsOf(trunk);
  return found.length > 0 ? found : ["outbound"];
}

async function configText(config: string, { output }: Local): Promise<string> {
  if (config.includes("\n")) return config;
  if (output.kind === "folder") return await readWorkFile(output.base, config);
  throw new TrunkError("invalid_input", "This server sees no files of yours. Nothing was sent.", {
    field: "config",
    hint: "Pass the file's text.",
  });
}

function peersOf({ host }: CheckTrunkInput, { trunk, directions, list, admission }: CheckFacts, { probes }: Local): Peer[] {
  const named = host === undefined ? [] : [{ ...toPeer(parseHost(host, probes, knownPorts(trunk, list)), trunk), kind: "host" as const }];
  const gateways =
    callsOut({ directions }) && host === undefined && probes.carriers ? gatewayPeers(list, trunk, admission.logins.length > 0) : [];
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
function judged(peers: Peer[]): Peer[] {
  const gateway = bestOf(peers.filter(({ kind }) => kind === "gateway"));
  return [...peers.filter(({ kind }) => kind !== "gateway"), ...(gateway?.report ? [gateway] : [])];
}

function notAsked({ directions, trunk }: CheckFacts, { probes }: Local): string[] {
  const further = (trunk.destination_uris ?? []).length - MAX_DESTINATIONS;
  return [
    ...(callsOut({ directions }) && !probes.carriers
      ? ["The carrier's gateways were not asked: this is the sandbox, and they are real."]
      : []),
    ...(directions.has("inbound") && further > 0
      ? [`${counted(further, "further destination")} ${further === 1 ? "was" : "were"} not asked.`]
      : []),
  ];
}

function toDiagnosis(trunk: TrunkDetail | undefined, directions: CheckDirection[], all: Finding[], warnings: string[]): Diagnosis {
  const named = ({ check, peer, evidence }: Finding) => `${check}${peer ? ` ${peer}` : ""}${evidence ? `: ${evidence}` : ""}`;
  const of = (...statuses: Finding["status"][]) => all.filter(({ status }) => statuses.includes(status));
  return {
    trunk: trunk && { provider: trunk.provider, trunk_id: trunk.trunk_id, trunk_name: trunk.trunk_name },
    directions,
    summary: summaryOf(of("fail").length, of("warn").length, of("unknown", "manual").length, all[0]),
    findings: of("fail", "warn", "unknown", "manual"),
    passed: of("pass").map(named),
    skipped: of("skipped").map(({ check, peer, title }) => `${check}${peer ? ` ${peer}` : ""}: ${title}`),
    warnings: all.filter(({ repair }) => repair !== undefined).length > 1 ? [...warnings, ONE_BY_ONE] : warnings,
  };
}

/** Some carriers take a whole list in one call: a repair that was made before another would put back what that one removed. */
const ONE_BY_ONE = "Apply one repair, then check again: each was made for the trunk as it is now.";

function summaryOf(fails: number, warns: number, open: number, first: Finding | undefined): string {
  if (fails + warns === 0)
    return open === 0
      ? "Nothing is wrong."
      : `Nothing is wrong that can be seen from here; ${counted(open, "point")} ${open === 1 ? "is" : "are"} open.`;
  const blocking = `${counted(fails, "finding")} ${fails === 1 ? "blocks" : "block"} calls`;
  const parts = [fails > 0 ? blocking : undefined, warns > 0 ? `${counted(warns, "point")} in doubt` : undefined];
  const said = [...parts, open > 0 ? `${counted(open, "point")} open` : undefined].filter((part) => part !== undefined);
  return `${said.join(", ")}. First: ${first?.title ?? ""}`;
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
