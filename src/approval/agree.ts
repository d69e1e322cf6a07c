import { digest } from "../core/canonical.ts";
import { type ErrorDetails, TrunkError } from "../core/errors.ts";
import type { ApprovalBinding, Binding, Claim, Consequence } from "../core/store/store.ts";
import type { AnyTool, ToolContext } from "../core/tool.ts";
import type { Scope } from "../pipeline/scope.ts";
import { isNamed } from "./typed-name.ts";

/** What a person did with a form, when the client can show one. */
export type PersonAnswer = { approval: string; action: "accept" | "decline" | "cancel"; typed: string | undefined };

/** How this request reaches a person: nothing, or a form that has or has not been answered yet. */
export interface PersonChannel {
  canAsk: boolean;
  answer: PersonAnswer | undefined;
}

/** Leaves the pipeline to put a form before the person; the client calls again with the answer. */
export class AskPerson extends Error {
  readonly approval: string;
  readonly consequence: Consequence;

  constructor(approval: string, consequence: Consequence) {
    super("a person has to be asked");
    this.approval = approval;
    this.consequence = consequence;
  }
}

export interface ApprovalStep {
  tool: AnyTool;
  input: Record<string, unknown>;
  /** The id that the agent carried back, if any. */
  approval: string | undefined;
  binding: Binding;
  context: ToolContext<unknown>;
  person: PersonChannel;
}

export interface Approved {
  consequence: Consequence | undefined;
  approval: string | undefined;
}

/** Lets a call pass that needs nobody's word, or has it; everything else ends here. */
export async function approve(step: ApprovalStep, scope: Scope): Promise<Approved> {
  const consequence = await consequenceOf(step);
  return consequence ? await agree(step, consequence, scope) : { consequence: undefined, approval: undefined };
}

/** A person's word for what is described, or the way to it. */
export async function agree(step: Omit<ApprovalStep, "input" | "context">, consequence: Consequence, scope: Scope): Promise<Approved> {
  if (scope.policy.approval === "refuse") {
    throw new TrunkError(
      "approval_refused",
      `The operator has switched off what needs a person's approval. Nothing was done. ${consequence.sentences[0]}`,
    );
  }
  const binding: ApprovalBinding = { ...step.binding, fingerprint: digest(consequence.state) };
  const approval = step.person.answer ? await heard(step.person.answer, consequence, scope) : step.approval;
  if (approval === undefined) return await ask(step, binding, consequence, scope);
  const claim = await scope.store.approvals.claim(approval, binding);
  if (claim !== "claimed") throw objection(claim);
  return { consequence, approval };
}

function consequenceOf({ tool, input, context }: ApprovalStep): Promise<Consequence | undefined> {
  if (tool.effect === "destroy") return tool.consequence(input, context);
  if (!("exposure" in tool) || !tool.exposure) return Promise.resolve(undefined);
  return tool.exposure(input, context);
}

async function ask(step: Pick<ApprovalStep, "person">, binding: ApprovalBinding, consequence: Consequence, scope: Scope): Promise<never> {
  const twoStep = scope.policy.approval === "two_step";
  const id = await scope.store.approvals.ask(binding, consequence, twoStep);
  if (twoStep) {
    const hint = "Show this to the person. Only after they agree, call again with the same arguments and this approval.";
    throw approvalRequired(consequence, { hint, approval: id });
  }
  if (step.person.canAsk) throw new AskPerson(id, consequence);
  if (!scope.outside) throw approvalRequired(consequence, { hint: "Nobody can be asked here. Use a client that can show a form." });
  const command = scope.outside.approvalCommand(id);
  const way =
    command === undefined
      ? "Give the person approve_url, where they sign in as the one you act for,"
      : "Give the person approve_url, or approve_command for their own terminal,";
  throw approvalRequired(consequence, {
    hint: `${way} and wait for their word. Then call again with the same arguments and this approval.`,
    approval: id,
    approve_url: await scope.outside.approvalUrl(id),
    ...(command !== undefined && { approve_command: command }),
  });
}

function approvalRequired(consequence: Consequence, details: ErrorDetails): TrunkError {
  return new TrunkError("approval_required", `Nothing was done yet. ${consequence.sentences.join(" ")}`, details);
}

/** Accept and the exact name is a yes; accept without it is not. */
async function heard(answer: PersonAnswer, consequence: Consequence, scope: Scope): Promise<string> {
  const agreed = answer.action === "accept" && isNamed(answer.typed, consequence.confirm);
  await scope.store.approvals.decide(answer.approval, agreed);
  if (agreed) return answer.approval;
  const why = answer.action === "accept" ? "The name that was typed is not the trunk's name" : "The person did not agree";
  throw new TrunkError("approval_refused", `${why}. Nothing was done.`);
}

const objections: Record<Exclude<Claim, "claimed">, string> = {
  unknown: "No such approval is known.",
  pending: "A person has not agreed yet.",
  expired: "The approval is older than 10 minutes.",
  used: "The approval was used already; each is good for one call.",
  other_call: "The approval was given for another call: tool and arguments must be the very same.",
  state_changed: "The trunk changed since the approval was asked for.",
  refused: "The person refused.",
};

/** Somebody was there before: with the same approval, and perhaps with the very same call. */
export class ApprovalUsed extends TrunkError {}

function objection(claim: Exclude<Claim, "claimed">): TrunkError {
  const code = claim === "pending" ? "approval_required" : "approval_refused";
  const hint = claim === "refused" ? undefined : "Call again without approval to have it asked anew.";
  const Objection = claim === "used" ? ApprovalUsed : TrunkError;
  return new Objection(code, `${objections[claim]} Nothing was done.`, {
    hint: claim === "pending" ? "Wait for the person, then call again." : hint,
  });
}
