import type { CheckDirection, CheckStatus, Finding } from "../carrier/diagnosis.ts";
import { type Block, heading, list, note, type Picture, quoting, rows, type Tone, theirs, warnings } from "./picture.ts";
import { type ShownResult, trunkPills, wherePill } from "./trunk-picture.ts";
import type { Labels } from "./words.ts";

/** An answer of `check_trunk`. */
export interface CheckedResult extends Omit<ShownResult, "trunk"> {
  summary: string;
  trunk?: { provider: string; trunk_id: string; trunk_name: string } | undefined;
  directions: CheckDirection[];
  findings: Finding[];
  passed: string[];
  skipped: string[];
  not_run: string[];
}

/** The way of a call, and the checks that look at each place on it, by the first word of their names. Any other looks at the trunk. */
type Places = readonly (readonly [label: string, ...checks: string[]])[];
const TRUNK = "The trunk";
const out: Places = [
  ["Your side", "machine", "media", "hdr"],
  ["Who may call", "acl", "auth"],
  [TRUNK],
  ["Number shown", "num"],
  ["The phone network"],
];
const inward: Places = [
  ["Caller"],
  ["Number dialled", "num"],
  [TRUNK],
  ["Where calls go", "dst", "dns", "conn"],
  ["Connection to it", "net", "tls"],
  ["Your side answers", "sip", "media", "plat"],
];

export function diagnosisPicture(result: CheckedResult, labels: Labels): Picture {
  const { summary, trunk, directions, findings, passed, skipped, not_run } = result;
  const fails = rows(findings).some(({ status }) => status === "fail");
  return [
    heading(
      trunk ? theirs(trunk.trunk_name) : "Check",
      fails ? { text: "calls fail", tone: "bad" } : { text: "nothing found that blocks calls", tone: "good" },
      ...(trunk ? trunkPills(trunk, labels) : []),
      ...wherePill(result),
    ),
    note(fails ? "bad" : "plain", summary),
    ...warnings(result.warnings),
    ...rows(directions).map((direction) => path(direction, rows(findings))),
    ...rows(findings).flatMap(findingBlock),
    ...folded("Passed", rows(passed), "✓"),
    ...folded("Not checked", [...rows(skipped), ...rows(not_run)], "·"),
  ];
}

function folded(title: string, lines: readonly string[], sign: string): Block[] {
  return list(`${title} (${lines.length})`, lines.map(quoting), "plain", sign, true);
}

const titles: Record<CheckDirection, string> = { inbound: "Calls in", outbound: "Calls out", voice_ai: "Calls of the platform" };

/** The way of a call, and where it ends. */
function path(direction: CheckDirection, findings: readonly Finding[]): Block {
  const own = findings.filter((one) => one.status === "fail" && (one.direction === direction || one.direction === "all"));
  const places = direction === "inbound" ? inward : out;
  const placeOf = ({ check }: Finding) => places.find(([, ...checks]) => checks.includes(check.replace(/\..*/, "")))?.[0] ?? TRUNK;
  const stops = places.map(([label]) => ({ label, lines: [], missing: own.find((one) => placeOf(one) === label)?.title }));
  const broken = own.length > 0;
  const says = broken ? "end where it is marked" : "nothing found that stops them";
  return { kind: "flow", title: titles[direction], note: says, tone: broken ? "bad" : "good", stops };
}

const statuses: Record<CheckStatus, [text: string, tone: Tone, sign: string]> = {
  fail: ["Blocks calls", "bad", "✗"],
  warn: ["Look at it", "care", "!"],
  unknown: ["Not to be told from here", "plain", "?"],
  manual: ["For a person to look at", "plain", "?"],
  skipped: ["Not checked", "plain", "·"],
  pass: ["Passed", "good", "✓"],
};

function findingBlock({ status, title, evidence, remedy, repair, peer, peers = peer ? [peer] : [] }: Finding): Block[] {
  const [text, tone, sign] = statuses[status];
  const lines = [
    quoting(title),
    ...(peers.length > 0 ? [`Of ${theirs(peers.join(", "))}`] : []),
    ...(evidence ? [`Seen: ${theirs(evidence)}`] : []),
    ...(remedy ? [`To do: ${quoting(remedy)}`] : []),
    ...rows(repair).map(({ tool }) => `Repair: the agent can call ${tool.replaceAll("_", " ")}`),
  ];
  return list(`${sign} ${text}`, lines, tone);
}
