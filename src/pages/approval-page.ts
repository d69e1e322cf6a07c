import { pinProblem, problemStatus } from "../approval/pin-check.ts";
import { isNamed } from "../approval/typed-name.ts";
import { type Problem, secretInput } from "../approval/words.ts";
import { Secret, typedRef } from "../core/secret.ts";
import type { PendingApproval } from "../core/store/approvals.ts";
import type { Pin } from "../core/store/store.ts";
import { type FormTokens, only } from "./form-token.ts";
import type { PageAnswer, PageRequest } from "./page-server.ts";
import { approvalForm, decidedPage, stalePage, unknownPage } from "./parts/approval.ts";
import { notice } from "./parts/layout.ts";
import type { PagePorts } from "./ports.ts";

/** `GET` shows what is asked, or what became of it; `POST` decides, once. */
export async function answerApproval(request: PageRequest, id: string, ports: PagePorts, tokens: FormTokens): Promise<PageAnswer> {
  const approval = await ports.approvals.find(id);
  if (!approval) return { status: 404, page: unknownPage() };
  if (request.method === "POST" && !tokens.fits(request, only(request.form, "token"))) return { status: 403, page: stalePage() };
  if (approval.state !== "pending") return decided(approval, ports, request.method === "POST");
  return request.method === "POST" ? await decide(request, approval, ports, tokens) : await form(request, approval, ports, tokens);
}

async function form(
  request: PageRequest,
  approval: PendingApproval,
  { clock, pin, onThisMachine }: PagePorts,
  tokens: FormTokens,
  problem?: Problem,
): Promise<PageAnswer> {
  const typed = only(request.form, "name");
  const view = { token: tokens.tokenFor(request.path), pinAsked: await pin.isSet(), onThisMachine, problem, typed };
  return {
    status: problem === undefined ? 200 : problemStatus[problem],
    page: approvalForm(approval, clock.now(), view),
    headers: { "set-cookie": tokens.cookieFor(request) },
  };
}

async function decide(request: PageRequest, approval: PendingApproval, ports: PagePorts, tokens: FormTokens): Promise<PageAnswer> {
  const decision = only(request.form, "decision");
  if (decision !== "approve" && decision !== "refuse") return { status: 400, page: notice("Not accepted", "Nothing was decided.") };
  const granted = decision === "approve";
  const problem = granted ? await problemWith(request.form, approval, ports.pin) : undefined;
  if (problem) return await form(request, approval, ports, tokens, problem);
  if (granted) await keepTyped(request.form, approval, ports);
  const first = await ports.approvals.decide(approval.id, granted, "page");
  if (!first) return decided((await ports.approvals.find(approval.id)) ?? approval, ports, true);
  // Without its id, with which a reader of the log could call.
  ports.log.info({ tool: approval.tool, granted }, "a person decided on the approval page");
  return decided({ ...approval, state: granted ? "granted" : "refused" }, ports, false);
}

/** A wrong name costs no try of the PIN. */
async function problemWith(fields: URLSearchParams, approval: PendingApproval, pin: Pin): Promise<Problem | undefined> {
  const typed = only(fields, "name")?.trim() ?? "";
  if (typed === "") return "name_missing";
  if ((approval.typesSecret ?? []).some((name) => !only(fields, secretInput(name)))) return "secret_missing";
  return isNamed(typed, approval.confirm) ? await pinProblem(pin, only(fields, "pin")) : "name_wrong";
}

/** Kept before the word is given: a call with the approval finds them. */
async function keepTyped(fields: URLSearchParams, { id, typesSecret = [] }: PendingApproval, { secrets }: PagePorts): Promise<void> {
  for (const name of typesSecret) await secrets.keep(new Secret(only(fields, secretInput(name)) ?? "", typedRef(id, name)));
}

function decided(approval: PendingApproval, { clock, onThisMachine }: PagePorts, tooLate: boolean): PageAnswer {
  const status = approval.state === "expired" ? 410 : tooLate ? 409 : 200;
  return { status, page: decidedPage(approval, clock.now(), onThisMachine, tooLate && approval.state !== "expired") };
}
