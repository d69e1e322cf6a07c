import type { Agreed } from "../approval/agree.ts";
import type { TrunkDetail } from "../core/carrier/trunk.ts";
import { TrunkError } from "../core/errors.ts";
import { newId } from "../core/id.ts";
import { holdTo } from "../core/only-if.ts";
import { typedRef } from "../core/secret.ts";
import type { ToolResult } from "../core/tool.ts";
import { type GatedCall, gateWrite } from "./gate.ts";
import { checkInput } from "./input.ts";
import { type JudgedCall, judgeCall } from "./judge-call.ts";
import { beforeSending, runInTurn } from "./lock.ts";
import { readBack } from "./read-back.ts";
import type { Scope } from "./scope.ts";
import { withTyped } from "./secret-fields.ts";
import { asAnswered, changeBetween } from "./what-changed.ts";
import { type WriteStep, write } from "./write.ts";

export interface JudgedResult {
  result: ToolResult;
  /** Told to the agent as warnings. */
  remarks: string[];
}

/** A write that was judged by what it leaves, agreed to where a person had to, and made once. */
export async function judgedWrite(step: WriteStep, gated: GatedCall, scope: Scope): Promise<JudgedResult> {
  const judge = (seen?: TrunkDetail) => beforeSending(judgeCall(step.tool, step.input, step.context, scope.policy.ask, seen));
  const judged = await judge(step.seen);
  holdTo(step.onlyIf, judged?.before);
  if (!judged || !usesAllowance(judged)) return await agreedWrite(step, gated, judged, scope);
  // Two calls at once, each within the allowance, would pass it together: the later one is judged by what the earlier one left.
  const key = `allowance:${judged.about.carrier}:${judged.about.trunk_id}`;
  return await runInTurn(scope.store.claims, key, newId(), scope.clock, async () => agreedWrite(step, gated, await judge(), scope));
}

function usesAllowance({ items, asks, before }: JudgedCall): boolean {
  return !asks && before !== undefined && items.some(({ gravity, group }) => gravity === "opened" || group === "login");
}

async function agreedWrite(step: WriteStep, gated: GatedCall, judged: JudgedCall | undefined, scope: Scope): Promise<JudgedResult> {
  const agreed = await beforeSending(gateWrite(gated, judged, scope));
  const input = await beforeSending(typedInput(gated, agreed, scope));
  // Before the write: a crash afterwards leaves a copy of what was removed.
  const snapshot =
    step.tool.effect === "destroy" && judged?.before
      ? await beforeSending(scope.store.snapshots.keep(scope.principal, judged.before))
      : undefined;
  const context = { ...step.context, approved: agreed !== undefined };
  const result = await write({ ...step, input, context, agreed, about: judged?.before }, scope).catch((error: unknown) => {
    throw withRemarks(error, judged);
  });
  const seen = await readBack({ ...step, input, context }, result, scope);
  const left = asAnswered(step.tool, judged?.after, result);
  await forgetGone(judged?.before, left, scope);
  return {
    result: {
      ...result,
      ...(agreed ? { approved: { by: agreed.by } } : {}),
      ...(judged ? changeBetween(judged.before, left, seen?.trunk) : {}),
      ...(seen ? { verified: seen.verified } : {}),
      ...(gated.secrets.named.length > 0 ? { secrets_found: gated.secrets.named } : {}),
      ...(snapshot === undefined ? {} : snapshotFields(snapshot, step.tool.subject?.what)),
    },
    // They speak of the trunk as the call leaves it; where it was read to be otherwise, they are not true.
    remarks: [...(seen?.warnings ?? []), ...(judged && !seen?.trunk ? remarksOf(judged, agreed !== undefined) : [])],
  };
}

/** A login that is gone takes its password along: another one of its name would be shown with it. */
async function forgetGone(before: TrunkDetail | undefined, left: TrunkDetail | undefined, { store, log }: Scope): Promise<void> {
  const names = (left?.credentials ?? []).map(({ user_name }) => user_name);
  const gone = (before?.credentials ?? []).filter(({ user_name }) => !names.includes(user_name));
  for (const { kept_as } of gone)
    if (kept_as !== undefined)
      await store.secrets.forget(kept_as).catch((error: unknown) => log.error({ error }, "a password is still kept"));
}

function snapshotFields(id: string, what = "trunk"): object {
  return { snapshot_id: id, snapshot: `trunks://snapshots/${id}`, snapshot_holds: `the ${what} as it was before, to set it up again` };
}

/** Puts the secrets that a person typed as they approved into the placeholders. */
async function typedInput({ tool, input, secrets }: GatedCall, agreed: Agreed | undefined, scope: Scope): Promise<Record<string, unknown>> {
  if (!agreed || secrets.typed.length === 0) return input;
  const typed = await withTyped(tool, input, secrets, async (field) => {
    const ref = typedRef(agreed.approval, field);
    const kept = await scope.store.secrets.find(ref);
    await scope.store.secrets.forget(ref);
    return kept?.reveal();
  });
  await checkInput(tool, typed, scope.sandbox);
  return typed;
}

/** A carrier says only that something is there already; the trunk, as it was read, tells what is in the way. */
function withRemarks(error: unknown, judged: JudgedCall | undefined): unknown {
  if (!(error instanceof TrunkError) || error.code !== "conflict" || !judged || judged.remarks.length === 0) return error;
  return error.with({ hint: judged.remarks.join(" ") });
}

/** Tells the agent what stays or stops. Of a trunk that is gone, the person has read it. */
function remarksOf({ items, remarks, after }: JudgedCall, wasRead: boolean): string[] {
  if (wasRead && !after) return [];
  return [...items.flatMap(({ stops }) => stops ?? []), ...remarks];
}
