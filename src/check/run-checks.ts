import {
  type Check,
  type CheckFacts,
  type CheckStatus,
  callsOut,
  directionOf,
  type Finding,
  type Verdict,
} from "../core/carrier/diagnosis.ts";
import { type PeerCheck, type PeerFacts, peerName } from "./peer.ts";

/** Findings that block calls come first. */
const weight: Record<CheckStatus, number> = { fail: 0, warn: 1, unknown: 2, manual: 3, skipped: 4, pass: 5 };

/** The result of each check, for those that need it. */
export class Outcomes {
  /** Checks that did not hold, each with the check at its root. */
  readonly #failed = new Map<string, string>();
  readonly findings: Finding[] = [];

  /** The root of the first of its needs that did not hold, of the trunk or of this peer. */
  blocker(needs: readonly string[] = [], peer?: string): string | undefined {
    return needs.map((id) => this.#failed.get(id) ?? this.#failed.get(`${id} ${peer}`)).find((root) => root !== undefined);
  }

  add(id: string, direction: Finding["direction"], verdicts: readonly Verdict[], peer?: string): void {
    const stops = verdicts.find(({ status }) => status === "fail" || status === "skipped");
    if (stops) this.#failed.set(peer === undefined ? id : `${id} ${peer}`, stops.status === "skipped" ? stops.title : id);
    this.findings.push(...verdicts.map((verdict) => ({ check: id, direction, ...(peer === undefined ? {} : { peer }), ...verdict })));
  }

  /** By what blocks calls; among equals the first in the table is the nearest to the cause. */
  sorted(order: readonly string[]): Finding[] {
    const place = new Map(order.map((id, index) => [id, index]));
    const at = ({ check }: Finding) => place.get(check) ?? order.length;
    return this.findings.toSorted((a, b) => weight[a.status] - weight[b.status] || at(a) - at(b));
  }
}

export function runTrunkCheck(check: Check, facts: CheckFacts, outcomes: Outcomes): void {
  if (check.appliesTo?.(facts) === false) return;
  const blocker = outcomes.blocker(check.needs);
  outcomes.add(check.id, directionOf(check.calls, facts.directions), blocker === undefined ? check.run(facts) : [skipped(blocker)]);
}

export function runPeerCheck(check: PeerCheck, facts: PeerFacts, outcomes: Outcomes): void {
  const name = peerName(facts.peer);
  if (check.appliesTo?.(facts) === false) return;
  const blocker = outcomes.blocker(check.needs, name);
  if (blocker === undefined && check.sees?.(facts) === false) return;
  const direction = directionOf(facts.peer.kind === "destination" || !callsOut(facts) ? "in" : "out", facts.directions);
  outcomes.add(check.id, direction, blocker === undefined ? check.run(facts) : [skipped(blocker)], name);
}

function skipped(blocker: string): Verdict {
  return { status: "skipped", title: blocker };
}
