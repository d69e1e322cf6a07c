import { type CheckDirection, callsOut, type Finding } from "../core/carrier/diagnosis.ts";
import { counted } from "../core/text.ts";
import { knowsByAddress, listText } from "./access-checks.ts";
import type { AllFacts, CheckWorld } from "./facts.ts";
import { MAX_DESTINATIONS } from "./find-peers.ts";
import { numbersText } from "./trunk-checks.ts";

export interface Report {
  summary: string;
  trunk?: { provider: string; trunk_id: string; trunk_name: string };
  directions: CheckDirection[];
  findings: Finding[];
  passed: string[];
  skipped: string[];
  not_run: string[];
  checks?: string[];
  warnings: string[];
}

interface Told {
  facts: AllFacts;
  world: CheckWorld;
  warnings: string[];
  details: boolean;
}

/** The report of a trunk that could not be read. */
export function refusedReport(findings: Finding[]): Report {
  return { summary: summaryOf(findings), directions: [], findings, passed: [], skipped: [], not_run: [], warnings: [] };
}

export function reportOf(all: readonly Finding[], { facts, world, warnings, details }: Told): Report {
  const { provider, trunk_id, trunk_name } = facts.trunk;
  const findings = together(all.filter(({ status }) => status !== "pass" && status !== "skipped"));
  return {
    summary: summaryOf(findings),
    trunk: { provider, trunk_id, trunk_name },
    directions: [...facts.directions],
    findings,
    passed: passedSentences(all, facts),
    skipped: waiting(all),
    not_run: [...notAsked(facts, world), ...notCompared(facts), ...facts.followed.problems],
    ...(details ? { checks: all.map(({ check, status, peer }) => `${check} ${status}${peer === undefined ? "" : ` ${peer}`}`) } : {}),
    warnings: findings.filter(({ repair }) => repair !== undefined).length > 1 ? [...warnings, ONE_BY_ONE] : warnings,
  };
}

/** Some carriers take a whole list in one call: a repair that was made before another would put back what that one removed. */
const ONE_BY_ONE =
  "plan_trunk makes several repairs one plan. Otherwise apply one, then check again: each was made for the trunk as it is now.";

/** The same fact about several peers is one finding. */
function together(findings: readonly Finding[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const one of findings) {
    const key = one.repair === undefined ? JSON.stringify([one.check, one.status, one.title, one.evidence]) : `${one.check} ${found.size}`;
    const same = found.get(key);
    found.set(key, same?.peer && one.peer ? { ...same, peers: [...(same.peers ?? [same.peer]), one.peer] } : one);
  }
  return [...found.values()];
}

function summaryOf(findings: readonly Finding[]): string {
  const of = (...statuses: Finding["status"][]) => findings.filter(({ status }) => statuses.includes(status));
  const [fails, warns, open] = [of("fail"), of("warn"), of("unknown", "manual")];
  const points = `${counted(open.length, "point")} ${open.length === 1 ? "is" : "are"} open`;
  if (fails.length + warns.length === 0)
    return open.length === 0 ? "Nothing is wrong." : `Nothing is wrong that can be seen from here; ${points}.`;
  const blocking = `${counted(fails.length, "finding")} ${fails.length === 1 ? "blocks" : "block"} ${callsOf(fails)}`;
  const said = [
    fails.length > 0 ? blocking : undefined,
    warns.length > 0 ? `${counted(warns.length, "point")} in doubt` : undefined,
    open.length > 0 ? points : undefined,
  ].filter((part) => part !== undefined);
  return `${said.join(", ")}. First: ${findings[0]?.title ?? ""}`;
}

const words = { outbound: "outbound calls", inbound: "inbound calls", voice_ai: "the voice bot's calls" };

function callsOf(fails: readonly Finding[]): string {
  const found = [...new Set(fails.map(({ direction }) => direction))];
  return found.includes("all") || found.length === 0 ? "calls" : found.map((one) => (one === "all" ? "" : words[one])).join(" and ");
}

/** Of the trunk itself, by the beginning of a check's id; a carrier's own checks have no values to show. */
const areas: Record<string, string> = { api: "trunk", trunk: "trunk", num: "numbers", acl: "callers", auth: "callers" };
/** Of the carrier's own checks: what each looked at is a sentence. */
const OWN = "own";
const configIds = /^(media|hdr|plat|drift)/;

function areaOf({ check, peer, direction }: Finding): string {
  if (peer !== undefined) return `${direction === "inbound" ? "Destination" : "Gateway"} ${peer}`;
  const prefix = check.split(".")[0] ?? "";
  return areas[prefix] ?? (configIds.test(check) || check.endsWith(".source") || check.endsWith(".ruri") ? "config" : OWN);
}

/** One sentence for each thing that was looked at, with the values that were seen. */
function passedSentences(all: readonly Finding[], facts: AllFacts): string[] {
  const found = new Map<string, string[]>();
  for (const one of all) {
    if (one.status !== "pass") continue;
    const area = areaOf(one);
    const clause = one.title || (area === OWN ? one.evidence : undefined);
    found.set(area, [...(found.get(area) ?? []), ...(clause ? [clause] : [])]);
  }
  return [...found].flatMap(([area, clauses]) => sentence(area, clauses, facts));
}

function sentence(area: string, clauses: readonly string[], facts: AllFacts): string[] {
  if (area === OWN) return [...clauses];
  const labels: Record<string, string> = {
    trunk: "Trunk",
    numbers: `Numbers ${numbersText(facts.trunk)}`,
    callers: `Whitelist ${listText(facts)}`,
    config: "Configuration",
  };
  return clauses.length === 0 ? [] : [`${labels[area] ?? area}: ${clauses.join(", ")}.`];
}

/** By what they wait for. */
function waiting(all: readonly Finding[]): string[] {
  const counts = new Map<string, number>();
  for (const { status, title, peer } of all) {
    if (status !== "skipped") continue;
    const blocker = `${title}${peer === undefined ? "" : ` of ${peer}`}`;
    counts.set(blocker, (counts.get(blocker) ?? 0) + 1);
  }
  return [...counts].map(([blocker, count]) => `${counted(count, "check")} ${count === 1 ? "waits" : "wait"} for ${blocker}.`);
}

function notAsked({ directions, trunk }: AllFacts, { local: { probes } }: CheckWorld): string[] {
  const further = (trunk.destination_uris ?? []).length - MAX_DESTINATIONS;
  return [
    ...(callsOut({ directions }) && !probes.carriers ? ["Gateways: this is the sandbox, and they are real."] : []),
    ...(directions.has("inbound") && further > 0
      ? [`${counted(further, "further destination")}: the first ${MAX_DESTINATIONS} were asked.`]
      : []),
  ];
}

/** Lists what the person could still tell, and what they told in vain. */
function notCompared(facts: AllFacts): string[] {
  const { trunk, pbxIp, number, config, holders = [], placesCalls } = facts;
  const byAddress = knowsByAddress(facts);
  return [
    byAddress && pbxIp === undefined ? "The address that calls come from: pass pbx_ip." : undefined,
    !byAddress && pbxIp !== undefined ? `${pbxIp}: the trunk does not tell these callers by their address.` : undefined,
    number !== undefined && trunk.phone_numbers === undefined ? `${number}: the carrier does not tell the trunk's numbers.` : undefined,
    config === undefined && !placesCalls ? "Settings at your side (media, headers): pass config." : undefined,
    ...holders.map(({ number: own, problem }) => (problem === undefined ? undefined : `Where ${own} is: ${problem}.`)),
  ].filter((one) => one !== undefined);
}
