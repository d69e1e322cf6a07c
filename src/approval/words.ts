import { type Consequence, keyOf } from "../core/consequence.ts";
import { type ErrorDetails, TrunkError, type WordMissing } from "../core/errors.ts";
import { DECIDE_MS, LOCKED_MS } from "../core/person-limits.ts";
import type { Claim, PendingApproval } from "../core/store/approvals.ts";
import { cleanText, counted, quoteText, someOf } from "../core/text.ts";
import { type Said, sentencesOf } from "./sentences.ts";
import { LONGEST_TYPED } from "./typed-name.ts";

const LOCKED = `${LOCKED_MS / 60_000} minutes`;

/** Reasons why a person's answer decides nothing. */
export type PinProblem = "pin_missing" | "pin_wrong" | "pin_locked";
export type Problem = "name_missing" | "name_wrong" | "secret_missing" | PinProblem;

export const problems = {
  name_missing: { field: "name", text: "You typed nothing here. Nothing was decided." },
  name_wrong: { field: "name", text: "This is not what you were asked to type. Nothing was decided." },
  secret_missing: { field: "secret.password", text: "The password is missing. Nothing was decided." },
  pin_missing: { field: "pin", text: "The PIN is missing. Nothing was done." },
  pin_wrong: { field: "pin", text: `The PIN is wrong. Nothing was done. Five wrong tries lock it for ${LOCKED}.` },
  pin_locked: { field: "pin", text: `The PIN is locked for ${LOCKED} after five wrong tries. Nothing was done.` },
} as const satisfies Record<Problem, { field: string; text: string }>;

/** Said of an approval that nobody decided in time. */
export const expiredText = `Its ${DECIDE_MS / 60_000} minutes are over, and nothing was done. If it is still wanted, have the agent ask again.`;

export const tooOldText = `The approval is older than ${DECIDE_MS / 60_000} minutes.`;

export const unnameableText = "The trunk's name has no visible character, so you cannot type it.";

type Decided = Exclude<PendingApproval["state"], "pending">;

/** The end of an approval, on the page: what became of it, and what the person does next. */
export const states: Record<Decided, { title: string; next: string }> = {
  granted: { title: "Approved", next: "Now go back to the chat and say: go on. Nothing has been done yet." },
  refused: {
    title: "Refused",
    next: "Nothing was done, and nothing will be. You can close this page and tell the agent what you want instead.",
  },
  used: {
    title: "Approved and used",
    next: "The call that was approved has been made. The chat says what came of it. You can close this page.",
  },
  expired: { title: "Expired", next: expiredText },
};

/** The same for a person who wants to decide in a terminal. */
export const decidedBefore: Record<Decided, string> = {
  granted: "This was approved before.",
  refused: "This was refused before.",
  used: "This was approved before, and the call was made.",
  expired: expiredText,
};

/** A form's words. `tries`: wrong names before this one. */
export function formWords(said: Said, confirm: string, tries: number): { message: string; title: string; description: string } {
  const description = `Type ${quoteText(confirm, LONGEST_TYPED)} to agree`;
  const again = tries > 0 ? ["That was not it. Nothing was done yet."] : [];
  return { message: [...again, ...sentencesOf(said), `${description}.`].join("\n"), title: "To agree", description };
}

const callAgain = "and wait for their word. Then call again with the same arguments and this approval.";

/** The next steps that an agent is told. */
export const hints = {
  twoStep: "Show this to the person. Only after they agree, call again with the same arguments and this approval.",
  nobody: "Nobody can be asked here. Use a client that can show a form.",
  page: `Give the person approve_url, where they sign in as the one you act for, ${callAgain}`,
  pageOrCommand: (pin: boolean) =>
    `Give the person approve_url, or approve_command for their own terminal${pin ? " (a PIN is asked for)" : ""}, ${callAgain}`,
  stop: "Stop here: this was their answer.",
  operator: "Ask the operator; nobody can approve it here.",
};

/** As much as an agent needs to tell its person; the person reads all of it where they decide. */
const TOLD = 12;

const unanswered: Partial<Record<WordMissing, string>> = {
  dismissed: " The form came back without an answer.",
  timed_out: " The form is still open, and its answer will count.",
};

/** `whole`: the agent itself shows it to the person, who sees nothing else. */
export function approvalRequired(said: Said, details: ErrorDetails, whole = false): TrunkError {
  const sentences = sentencesOf(said);
  const told = whole ? sentences : sentences.slice(0, TOLD);
  const left = sentences.length - told.length;
  const more = left > 0 ? ` And ${counted(left, "more sentence")}, all of which the person is shown.` : "";
  const because = (details.reason && unanswered[details.reason]) ?? "";
  return new TrunkError("approval_required", `Nothing was done yet.${because} ${told.join(" ")}${more}`, {
    ...details,
    applied: false,
  });
}

type Act = Pick<Consequence, "heading" | "trunks" | "items">;

const refusals = {
  declined: "The person declined.",
  wrong_name: "The person typed another name than the trunk's three times.",
  operator: "The operator has switched off what needs a person's approval.",
} as const satisfies Partial<Record<WordMissing, string>>;

/** A no that no repetition changes. */
export function refused(reason: keyof typeof refusals, act: Act): TrunkError {
  const hint = reason === "operator" ? hints.operator : hints.stop;
  return new TrunkError("approval_refused", `${refusals[reason]} ${notDone(act)}`, { reason, hint, applied: false });
}

const MOST_NAMED = 6;

/** Names the act, and the things that a person was to agree to. */
function notDone({ heading, trunks, items }: Act): string {
  const ids = trunks.map(keyOf);
  const things = [...new Set(items.flatMap(({ asks, what }) => (asks && what !== "" && !ids.includes(what) ? [what] : [])))];
  const names = trunks.map(
    ({ trunk_id, trunk_name }) => quoteText(trunk_name) + (trunk_id === undefined ? "" : ` (${cleanText(trunk_id)})`),
  );
  const listed = things.length > 0 ? ` (${few(things)})` : "";
  return `Nothing was done. Not done: ${heading}${listed}${names.length > 0 ? `, on ${few(names)}` : ""}.`;
}

function few(values: readonly string[]): string {
  return someOf(values, { most: MOST_NAMED });
}

export function tooMuch(items: number): TrunkError {
  const many = counted(items, "thing");
  return new TrunkError(
    "invalid_input",
    `This would remove, open or change ${many}: more than a person can be shown at once. Nobody was asked, and nothing was sent.`,
    {
      hint: "Split it: fewer trunks, or fewer entries, in each call or plan.",
      applied: false,
    },
  );
}

export function nobodyTypes([field = "password"]: readonly string[]): TrunkError {
  return new TrunkError("invalid_input", `Here nobody types a ${field}: the operator chose approvals in two steps. Nothing was sent.`, {
    field,
    hint: "Leave it out to have one generated, or pass env:TRUNKLINE_SECRET_<name>.",
    applied: false,
  });
}

const objections: Record<Exclude<Claim, "claimed" | "refused">, { because: string; reason?: WordMissing }> = {
  unknown: { because: "No such approval is known.", reason: "not_valid" },
  pending: { because: "A person has not agreed yet." },
  expired: { because: tooOldText, reason: "timed_out" },
  used: { because: "The approval was used already; each is good for one call.", reason: "not_valid" },
  other_call: { because: "The approval was given for another call: tool and arguments must be the very same.", reason: "not_valid" },
  state_changed: { because: "The trunk changed since the approval was asked for.", reason: "not_valid" },
};

/** Another call came first with the same approval; perhaps the very same call. */
export class ApprovalUsed extends TrunkError {}

export function objection(claim: Exclude<Claim, "claimed">, act: Act): TrunkError {
  if (claim === "refused") return refused("declined", act);
  const { because, reason } = objections[claim];
  const code = claim === "pending" ? "approval_required" : "approval_refused";
  const Objection = claim === "used" ? ApprovalUsed : TrunkError;
  return new Objection(code, `${because} ${notDone(act)}`, {
    reason,
    hint: claim === "pending" ? "Wait for the person, then call again." : "Call again without approval to have it asked anew.",
    applied: false,
  });
}

/** Under this name the page asks for an input that the agent is not to see. */
export function secretInput(field: string): string {
  return `secret.${field}`;
}
