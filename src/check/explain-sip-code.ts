import * as z from "zod";
import type { Admission, CarrierDiagnosis, Finding } from "../core/carrier/diagnosis.ts";
import { getTrunk } from "../core/carrier/find-trunk.ts";
import type { TrunkDetail } from "../core/carrier/trunk.ts";
import { judgeConfiguration } from "./diagnose.ts";
import type { CheckWorld } from "./facts.ts";
import { type Cause, meaningOf } from "./sip-codes.ts";
import { peerChecks, pureChecks } from "./table.ts";

export const explainInput = z.strictObject({
  code: z.int().min(100).max(699).describe("SIP response code"),
  provider: z.string().max(32).optional().describe("Its carrier"),
  trunk_id: z.string().min(1).max(128).optional().describe("Name or number too"),
});

export const causeSchema = z.object({
  cause: z.string(),
  /** `found`: the trunk's settings show it. They never rule one out: the call itself may be what is wrong. */
  verdict: z.enum(["found", "open"]),
  /** The entries and settings that were weighed. */
  evidence: z.string().optional(),
  decide: z.string(),
});
type WeighedCause = z.infer<typeof causeSchema>;

/** The causes of a code, likeliest first; with a trunk, those first that its settings show. Asks no peer. */
export async function explain(
  { code, provider, trunk_id }: z.infer<typeof explainInput>,
  world: CheckWorld,
  diagnoses: ReadonlyMap<string, CarrierDiagnosis | undefined>,
) {
  const { means, causes } = meaningOf(code);
  const told = trunk_id === undefined ? undefined : await getTrunk(world.carriers, trunk_id, provider, world.signal);
  const carrier = told?.trunk.provider ?? provider;
  const own = [...diagnoses].flatMap(([id, diagnosis]) => (carrier === undefined || id === carrier ? (diagnosis?.checks ?? []) : []));
  const known = new Set([...pureChecks, ...peerChecks, ...own].map(({ id }) => id));
  const withOwn = ({ checks, ...cause }: Cause): Cause => ({
    ...cause,
    checks: [...checks.filter((id) => known.has(id)), ...own.filter(({ finds }) => finds && finds === cause.id).map(({ id }) => id)],
  });
  if (!told) return { code, means, causes: causes.map((cause) => weigh(withOwn(cause), [])) };
  const { facts, outcomes } = await judgeConfiguration({}, told.trunk, world, { links: [], problems: [] });
  const weighed = causes
    .filter(({ by }) => admits(by, facts.admission, told.trunk))
    .map((cause) => weigh(withOwn(cause), outcomes.findings))
    .toSorted((a, b) => Number(b.verdict === "found") - Number(a.verdict === "found"));
  return { code, means, causes: weighed, ...(told.warnings.length > 0 ? { warnings: told.warnings } : {}) };
}

/** Whether calls over the trunk are let in by this at all. Where the trunk shows neither, both may be. */
function admits(by: Cause["by"], { by: way, logins, needsLogin }: Admission, { whitelisted_ips = [] }: TrunkDetail): boolean {
  if (by === undefined || way === "none") return true;
  if (by === "login") return needsLogin === true || logins.length > 0;
  return way === "addresses" || whitelisted_ips.length > 0 || logins.length === 0;
}

/** Weighs a cause by what the settings show, and names what was looked at. */
function weigh({ cause, checks, decide }: Cause, findings: readonly Finding[]): WeighedCause {
  const about = findings.filter(({ check }) => checks.includes(check));
  const wrong = about.find(({ status }) => status === "fail") ?? about.find(({ status }) => status === "warn");
  if (wrong) return { cause, verdict: "found", evidence: `${wrong.title} ${wrong.evidence ?? ""}`.trim(), decide };
  const seen = about.flatMap(({ status, evidence }) => (status === "pass" && evidence ? [evidence] : []));
  return { cause, verdict: "open", ...(seen.length > 0 ? { evidence: seen.join(" ") } : {}), decide };
}
