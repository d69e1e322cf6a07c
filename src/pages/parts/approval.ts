import { type Facts, factsOf, holdsUntil } from "../../approval/facts.ts";
import { type Problem, problems, secretInput, states, unnameableText } from "../../approval/words.ts";
import type { PendingApproval } from "../../core/store/approvals.ts";
import { cleanText } from "../../core/text.ts";
import { field, pinField, tokenField } from "./fields.ts";
import { type Html, html } from "./html.ts";
import { foreign, layout, notice, sentenceList } from "./layout.ts";

export interface FormView {
  token: string;
  pinAsked: boolean;
  problem?: Problem | undefined;
  typed?: string | undefined;
}

/** Says what will happen, who asks and until when; then the form, whose address is the page's own. */
export function approvalForm(approval: PendingApproval, now: number, view: FormView): Html {
  const facts = factsOf(approval, now);
  return layout(
    view.problem ? "Error: approve or refuse" : "Approve or refuse",
    html`<h1>Approve or refuse</h1>
${whereLine(facts)}<p>Nothing was done yet. If you approve, this will happen:</p>
${effects(facts)}
<dl>
<dt>Asked by</dt><dd>${foreign(facts.askedBy)}</dd>
<dt>With the tool</dt><dd>${foreign(facts.tool)}</dd>
<dt>Can be approved until</dt><dd>${facts.holdsUntil}</dd>
</dl>
<form method="post">
${tokenField(view.token)}
${facts.confirm === "" ? unnameable() : approving(facts.confirm, approval.typesSecret ?? [], view)}<button class="quiet" name="decision" value="refuse">Refuse</button>
</div>
</form>`,
  );
}

/** First of all: whether this is the sandbox, or which account. */
function whereLine({ where }: Facts): Html | undefined {
  return where && html`<p class="where ${where.sandbox ? "sandbox" : "live"}">${foreign(where.text)}</p>\n`;
}

/** The gravest group first, each with its count; every value stands there. */
function effects({ heading, trunks, groups, remarks }: Facts): Html {
  return html`<p class="what">${heading}</p>
${sentenceList(trunks)}
${groups.map(
  ({ gravity, title, lines }) => html`<section class="${gravity}">
<h2>${title} (${String(lines.length)})</h2>
${sentenceList(lines)}
</section>
`,
)}${remarks.length === 0 ? undefined : sentenceList(remarks)}`;
}

function approving(confirm: string, secrets: readonly string[], { pinAsked, problem, typed }: FormView): Html {
  const hint = html`Type ${foreign(confirm)}`;
  const label = "To approve, type this";
  return html`${secrets.map((name) => field({ name: secretInput(name), type: "password", label: `Type the ${name}; the agent does not see it` }, problem && problems[problem]))}${field({ name: "name", type: "text", label, hint, typed: cleanText(typed ?? "") }, problem && problems[problem])}
${pinAsked ? pinField(problem) : undefined}<div class="buttons">
<button name="decision" value="approve">Approve</button>
`;
}

function unnameable(): Html {
  return html`<p>${unnameableText} You cannot approve this: rename the trunk first.</p>
<div class="buttons">
`;
}

/** Says what became of an approval. `tooLate`: this person's press came after another one. */
export function decidedPage(approval: PendingApproval, now: number, tooLate = false): Html {
  if (approval.state === "pending") return failedPage();
  const { title, text } = states[approval.state];
  const facts = factsOf(approval, now);
  return layout(
    title,
    html`<h1>${title}</h1>
${tooLate ? html`<p role="alert">This had been decided before; your press changed nothing.</p>\n` : undefined}<p>${text}</p>
${approval.state === "granted" ? html`<p>The approval holds until ${holdsUntil(approval.expiresAt, now)}.</p>\n` : undefined}<p>This is what it was about:</p>
${whereLine(facts)}${effects(facts)}`,
  );
}

export function unknownPage(): Html {
  return notice("Nothing for you here", "There is nothing for you at this address. It may be mistyped, used already or too old.");
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
