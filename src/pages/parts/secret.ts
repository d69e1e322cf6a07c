import type { Where } from "../../core/consequence.ts";
import type { OfferedFile } from "../../core/local.ts";
import { cleanText, visibly } from "../../core/text.ts";
import { type FormView, whileOpen } from "./approval.ts";
import { pinField, tokenField } from "./fields.ts";
import { type Html, html } from "./html.ts";
import { foreign, layout } from "./layout.ts";

/** A password by its reference, or files by their name. */
interface Shown {
  name: string;
  files: boolean;
}

/** Opening the address shows nothing yet: chat programs open links to preview them. */
export function revealForm({ name, files }: Shown, expiresAt: number, now: number, view: FormView & { where?: Where | undefined }): Html {
  const { token, pinAsked, onThisMachine, problem } = view;
  const title = files ? "Show your files" : "Show a secret";
  return layout(
    problem ? `Error: ${title}` : title,
    html`<h1>${title}</h1>
<p>This page shows ${foreign(cleanText(name))} once${files ? ", with the password inside" : ""}. After that this address no longer works, and you ask the agent for a new link.</p>
<p>You can open it ${whileOpen(expiresAt, now, onThisMachine)}.</p>
<form method="post">
${tokenField(token)}
${pinAsked ? pinField(problem, true) : undefined}<div class="buttons">
<button name="decision" value="show"${pinAsked ? undefined : html` autofocus`}>${files ? "Show the files once" : "Show it once"}</button>
</div>
</form>`,
    view,
  );
}

export function revealedPage(ref: string, secret: string, where?: Where): Html {
  const { text, escaped } = visibly(secret);
  return layout(
    "The secret",
    html`<h1>The secret</h1>
<p>This is ${foreign(cleanText(ref))}. Click it to select all of it, then copy it. This address no longer works: close the page when you have it.</p>
${escaped ? html`<p>It holds characters that a screen does not show, so it is written as a JSON string.</p>\n` : undefined}<code class="secret">${text}</code>`,
    { where },
  );
}

/** Files of many lines, as they are: a copy keeps their form. The page may load and run nothing, so it holds what a link saves. */
export function fetchedPage(name: string, files: readonly OfferedFile[], where?: Where): Html {
  return layout(
    "Your files",
    html`<h1>Your files</h1>
<p>These are ${foreign(cleanText(name))}, with the password inside. Save them now: this address no longer works. Keep them where only you can read them.</p>
${files.map(file)}`,
    { where, wide: true },
  );
}

function file({ name, text }: OfferedFile): Html {
  const saved = `data:application/octet-stream;base64,${Buffer.from(text).toString("base64")}`;
  return html`<section>
<h2>${foreign(cleanText(name))}</h2>
<p><a class="button" href="${saved}" download="${name.split("/").at(-1)}">Download</a> or click into the text, which selects all of it, and copy it.</p>
<pre class="secret">${text}</pre>
</section>
`;
}
