import * as z from "zod";
import type { Check, Finding } from "../core/carrier/diagnosis.ts";
import { getTrunk } from "../core/carrier/find-trunk.ts";
import { type CheckWorld, judgeConfiguration } from "./diagnose.ts";
import { type Cause, meaningOf } from "./sip-codes.ts";

export const explainInput = z.strictObject({
  code: z.int().min(100).max(699).describe("SIP response code"),
  provider: z.string().max(32).optional().describe("Carrier"),
  trunk_id: z.string().min(1).max(128).optional().describe("Weighs the causes by this trunk's settings"),
});

export const causeSchema = z.object({
  cause: z.string(),
  /** `found`: the trunk's settings show it. `ruled_out`: they show that it is not this. */
  verdict: z.enum(["found", "ruled_out", "open"]),
  evidence: z.string().optional(),
  decide: z.string(),
  checks: z.array(z.string()).describe("Of check_trunk"),
});
type WeighedCause = z.infer<typeof causeSchema>;

const weight: Record<WeighedCause["verdict"], number> = { found: 0, open: 1, ruled_out: 2 };

/** The causes of a code, likeliest first; with a trunk, those first that its settings show. Asks no peer. */
export async function explain(
  { code, provider, trunk_id }: z.infer<typeof explainInput>,
  world: CheckWorld,
  carrierChecks: readonly Check[],
) {
  const { means, causes } = meaningOf(code);
  const told = trunk_id === undefined ? undefined : await getTrunk(world.carriers, trunk_id, provider, world.signal);
  const findings = told ? await judgeConfiguration(told.trunk, world) : [];
  const weighed = causes
    .map((cause) => weigh(withOwn(cause, carrierChecks), findings))
    .toSorted((a, b) => weight[a.verdict] - weight[b.verdict]);
  return {
    code,
    means,
    causes: weighed,
    ...(told && told.warnings.length > 0 ? { warnings: told.warnings } : {}),
  };
}

/** A cause with the checks by which carriers find it. */
function withOwn(cause: Cause, carrierChecks: readonly Check[]): Cause {
  const own = carrierChecks.filter(({ finds }) => finds !== undefined && finds === cause.id);
  return { ...cause, checks: [...cause.checks, ...own.map(({ id }) => id)] };
}

/** Weighs a cause by its checks. One that needs a peer to be asked leaves it open, even if all others pass. */
function weigh({ cause, checks, decide }: Cause, findings: readonly Finding[]): WeighedCause {
  const about = findings.filter(({ check }) => checks.includes(check));
  const wrong = about.find(({ status }) => status === "fail") ?? about.find(({ status }) => status === "warn");
  if (wrong) return { cause, verdict: "found", evidence: `${wrong.title} ${wrong.evidence ?? ""}`.trim(), decide, checks };
  const settled = checks.length > 0 && checks.every((id) => about.some(({ check, status }) => check === id && status === "pass"));
  return { cause, verdict: settled ? "ruled_out" : "open", decide, checks };
}
