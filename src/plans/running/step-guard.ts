import { judge } from "../../approval/judge.ts";
import { tooOldText } from "../../approval/words.ts";
import type { Step } from "../../core/carrier/planner.ts";
import type { TrunkAccess } from "../../core/carrier/provider.ts";
import { type TrunkDetail, trunkDetailSchema } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import type { TrunkSeen } from "../../core/store/journal.ts";
import { quoteText } from "../../core/text.ts";
import type { AnyWriteTool } from "../../core/tool.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { leaveElsewhere, leftBy, type Reaches, reachesOf, stepTool, trunkOf } from "../planning/judge-steps.ts";
import type { PlanRecord } from "./plan-record.ts";
import type { ReadyStep } from "./ready-step.ts";

import { movedSince } from "./still-true.ts";

/** A step that ended well, with what its tool answered. */
interface Done {
  step: Step;
  result: Record<string, unknown>;
}

/**
 * Holds each step to what a person was shown: the trunk must be as it was observed, plus what this plan did since. A step
 * that only makes something new needs no check; the trunk of every other one is read first.
 */
export class StepGuard {
  readonly #expected: Map<string, TrunkDetail>;
  readonly #reaches: Reaches;
  readonly #scope: Scope;
  /** The approval is too old for a plan that is taken up only now. */
  readonly #isLate: boolean;
  readonly #content: PlanRecord["content"];

  private constructor(expected: Map<string, TrunkDetail>, reaches: Reaches, scope: Scope, isLate: boolean, content: PlanRecord["content"]) {
    this.#expected = expected;
    this.#reaches = reaches;
    this.#scope = scope;
    this.#isLate = isLate;
    this.#content = content;
  }

  static async of({ observed, content }: PlanRecord, scope: Scope, isLate: boolean): Promise<StepGuard> {
    const expected = new Map<string, TrunkDetail>(
      observed.flatMap(({ provider, detail }) => (detail ? [[`${provider} ${detail.trunk_id}`, detail]] : [])),
    );
    return new StepGuard(expected, await reachesOf(scope.carriers), scope, isLate, content);
  }

  /** Throws where the steps may not be sent any more. Answers with their trunk, as the journal names it, and the copy kept of it. */
  async check(ready: readonly ReadyStep[]): Promise<{ about?: TrunkSeen | undefined; snapshot?: string }> {
    const [first] = ready;
    if (!first) return {};
    const expected = this.#expected.get(keyOf(first.tool, first.step));
    const { asks, makesOnly } = this.#meaning(ready, expected);
    if (asks && this.#isLate) throw tooOld();
    if (this.#content.connected) await this.#checkOtherEnd(first);
    if (!expected || (makesOnly && first.tool.effect === "create")) return { about: expected };
    const live = await read(first.context, expected.trunk_id, first.context.signal);
    const reach = this.#reaches.get(first.step.provider)?.reach;
    const moved = reach ? movedSince(expected, live, reach) : [];
    if (moved.length > 0) throw changedSince(moved);
    if (first.tool.effect !== "destroy" || !live) return { about: live };
    return { about: live, snapshot: await this.#scope.store.snapshots.keep(this.#scope.principal, live) };
  }

  /** Judges the steps together, as they would leave the trunk one after the other. */
  #meaning(ready: readonly ReadyStep[], expected: TrunkDetail | undefined): { asks: boolean; makesOnly: boolean } {
    const carrier = this.#reaches.get(ready[0]?.step.provider ?? "");
    if (!carrier) return { asks: true, makesOnly: false };
    const after = ready.reduce((trunk, { tool, step }) => leftBy(tool, step, trunk), expected);
    const also = ready.flatMap(({ tool, step }) => tool.beside?.(tool.input.parse(step.arguments)) ?? []);
    const { items, asks } = judge(
      { carrier, before: expected, after, destroys: ready[0]?.tool.effect === "destroy", also },
      this.#scope.policy.ask,
    );
    return { asks, makesOnly: items.every(({ gravity }) => gravity === "made") };
  }

  /** Of a connection, no step is sent while its other end is not as it should be: calls would come to nobody. */
  async #checkOtherEnd({ step, context: { signal } }: ReadyStep): Promise<void> {
    for (const expected of this.#expected.values()) {
      const { provider, trunk_id } = expected;
      const carrier = this.#scope.carriers.find((one) => one.provider.id === provider);
      const reach = this.#reaches.get(provider)?.reach;
      // A plan that prunes has read every trunk.
      const isWanted = this.#content.setups.some((one) => one.provider === provider && [trunk_id, expected.trunk_name].includes(one.trunk));
      if (!isWanted || provider === step.provider || trunk_id === "" || !carrier || !reach) continue;
      const live = await read(await carrier.connected(), trunk_id, signal);
      const moved = movedSince(expected, live, reach);
      if (moved.length > 0) throw changedSince(moved);
      const platform = await carrier.provider.platform?.();
      const isWayThere = this.#content.setups.some(({ connected }) => connected);
      if (live && isWayThere && platform?.answers(live) === false)
        throw changedSince([`Nothing leads the calls of trunk ${quoteText(live.trunk_name)} (${trunk_id}) on.`]);
    }
  }

  /** The trunk is another one from here on, by this plan's own doing. */
  async done({ step, result }: Done): Promise<void> {
    const tool = await stepTool(step.tool);
    const key = keyOf(tool, step);
    const before = this.#expected.get(key);
    const left = leftBy(tool, step, before);
    const made = tool.changesList ? madeBy(result) : undefined;
    leaveElsewhere(tool, step, this.#expected, key);
    if (left) this.#expected.set(key, made ? asMade(before, left, made) : left);
    else this.#expected.delete(key);
  }
}

/** Undefined: it is gone. */
async function read(
  { client, trunks }: TrunkAccess<unknown>,
  trunkId: string,
  signal: AbortSignal | undefined,
): Promise<TrunkDetail | undefined> {
  try {
    return (await trunks.get(client, trunkId, signal)).trunk;
  } catch (error) {
    if (error instanceof TrunkError && error.code === "not_found") return undefined;
    throw error instanceof TrunkError ? error.with({ applied: false }) : error;
  }
}

function keyOf(tool: AnyWriteTool, step: Step): string {
  return `${step.provider} ${trunkOf(tool, step)}`;
}

/** An answer need not tell all of a trunk: what the step did not touch is as it was. */
function asMade(before: TrunkDetail | undefined, left: TrunkDetail, made: Partial<TrunkDetail>): TrunkDetail {
  const kept = Object.entries(before?.attributes ?? {}).filter(([name, value]) => left.attributes?.[name] === value);
  return { ...left, ...made, ...(made.attributes ? { attributes: { ...Object.fromEntries(kept), ...made.attributes } } : {}) };
}

/** A trunk as its creation, or a change of it, answered; with the login that the carrier made. */
function madeBy({ trunk, credentials }: Record<string, unknown>): Partial<TrunkDetail> | undefined {
  const row = trunkDetailSchema.omit({ credentials: true }).safeParse(trunk);
  if (!row.success) return undefined;
  const login = trunkDetailSchema.shape.credentials.unwrap().element.omit({ password: true }).safeParse(credentials);
  return { ...(row.data as Partial<TrunkDetail>), ...(login.success ? { credentials: [login.data] } : {}) };
}

function tooOld(): TrunkError {
  return new TrunkError("approval_refused", `${tooOldText} This plan was taken up only now, and this step was not sent.`, {
    reason: "timed_out",
    hint: "Apply the plan that finishes this one: it is asked anew.",
    applied: false,
  });
}

/** Somebody else is at work on what a person was shown: nothing more of the plan is sent, on whichever trunk. */
export class TrunkMoved extends TrunkError {}

function changedSince(moved: readonly string[]): TrunkError {
  return new TrunkMoved("conflict", `This step was not sent, because its trunk is not as it was shown. ${moved.join(" ")}`, {
    hint: "Read the trunk, and apply the plan that finishes this one if it is still wanted.",
    applied: false,
  });
}
