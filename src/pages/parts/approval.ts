import { type Facts, factsOf, holdsFor, holdsUntil } from "../../approval/facts.ts";
import { type Problem, problems, secretInput, states, unnameableText } from "../../approval/words.ts";
import { signs } from "../../core/picture/decision-picture.ts";
import type { PendingApproval } from "../../core/store/approvals.ts";
import { cleanText } from "../../core/text.ts";
import { field, pinField, tokenField } from "./fields.ts";
import { type Html, html } from "./html.ts";
import { foreign, layout, notice, plainSentence, sentence, sentenceList } from "./layout.ts";

export interface FormView {
  token: string;
  pinAsked: boolean;
  /** Its time zone is the person's own. */
  onThisMachine: boolean;
  problem?: Problem | undefined;
  typed?: string | undefined;
}

/** Says what will happen, who asks and until when; then the form, whose address is the page's own. */
export function approvalForm(approval: PendingApproval, now: number, view: FormView): Html {
  const facts = factsOf(approval, now);
  const title = plainSentence(facts.heading);
  return layout(
    view.problem ? `Error: ${title}` : title,
    html`<h1>${sentence(facts.heading)}</h1>
${about(facts)}<p>Nothing has been done yet. If you agree, this will happen:</p>
${effects(facts)}
<dl>
<dt>Asked by</dt><dd>${sentence(facts.askedBy)}</dd>
<dt>With the tool</dt><dd>${foreign(facts.tool)}</dd>
<dt>You can decide</dt><dd>${whileOpen(facts.expiresAt, now, view.onThisMachine)}</dd>
</dl>
<form method="post">
${tokenField(view.token)}
${facts.confirm === "" ? unnameable() : approving(facts, approval.typesSecret ?? [], view)}<button class="quiet" name="decision" value="refuse">Refuse</button>
</div>
</form>`,
    facts,
  );
}

/** The clock of another machine is in another time zone. */
export function whileOpen(expiresAt: number, now: number, onThisMachine: boolean): string {
  return onThisMachine ? `until ${holdsUntil(expiresAt, now)}` : holdsFor(expiresAt, now);
}

/** By what a person recognises the trunks. */
function about({ trunks }: Facts): Html {
  const [only, ...others] = trunks;
  return only && others.length === 0 ? html`<p class="about">${sentence(only)}</p>\n` : html`${sentenceList(trunks)}\n`;
}

/** The gravest group first, each with its count; every value stands there. */
function effects({ groups, remarks }: Facts): Html {
  return html`${groups.map(
    ({ gravity, title, lines }) => html`<section class="${gravity}">
<h2><span aria-hidden="true">${signs[gravity][0]} </span>${title} (${String(lines.length)})</h2>
${sentenceList(lines)}
</section>
`,
  )}${remarks.length === 0 ? undefined : html`<section>\n<h2>Also</h2>\n${sentenceList(remarks)}\n</section>`}`;
}

/** A browser scrolls to the field in which it begins: with more lines than these, or on a phone, past what is to be read. */
const FIT_ONE_SCREEN = 6;

function approving(facts: Facts, secrets: readonly string[], { pinAsked, onThisMachine, problem, typed }: FormView): Html {
  const fault = problem && problems[problem];
  const lines = [facts.trunks, facts.remarks, ...facts.groups.map((group) => group.lines)].flat();
  const label = html`To agree, type ${foreign(facts.confirm)}`;
  const first = onThisMachine && lines.length <= FIT_ONE_SCREEN && secrets.length === 0;
  return html`${secrets.map((name) => field({ name: secretInput(name), type: "password", label: `Type the ${name}; the agent does not see it` }, fault))}${field({ name: "name", type: "text", label, typed: cleanText(typed ?? ""), first }, fault)}
${pinAsked ? pinField(problem) : undefined}<div class="buttons">
<button${facts.dangerous ? html` class="danger"` : undefined} name="decision" value="approve">${facts.button}</button>
`;
}

function unnameable(): Html {
  return html`<p>${unnameableText} You cannot approve this: rename the trunk first.</p>
<div class="buttons">
`;
}

/** Says what became of an approval. `tooLate`: this person's press came after another one. */
export function decidedPage(approval: PendingApproval, now: number, onThisMachine: boolean, tooLate = false): Html {
  if (approval.state === "pending") return failedPage();
  const { title, next } = states[approval.state];
  const facts = factsOf(approval, now);
  return layout(
    title,
    html`<div class="${approval.state}">
<h1>${title}</h1>
${tooLate ? html`<p role="alert">This had been decided before; your press changed nothing.</p>\n` : undefined}<p class="next">${next}</p>
</div>
${approval.state === "granted" ? html`<p>The agent can do it ${whileOpen(approval.expiresAt, now, onThisMachine)}. You can close this page.</p>\n` : undefined}<h2>You were asked: ${sentence(facts.heading)}</h2>
${about(facts)}${effects(facts)}`,
    facts,
  );
}

export function unknownPage(): Html {
  return notice(
    "Nothing for you here",
    "There is nothing for you at this address. It may be mistyped, used already or too old.",
    "Ask the agent for a new link.",
  );
}

/** Another page sent the form, or this one is from before a restart. */
export function stalePage(): Html {
  return notice("Not accepted", "This form is from another page, or from before the server was started again. Nothing was done.", reopen());
}

function reopen(): Html {
  return html`<a href="">Open the page again</a> and decide there.`;
}

export function failedPage(): Html {
  return notice("Something failed", "Your answer may not have been kept. Open the page again to see what holds.");
}
