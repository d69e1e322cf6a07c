import { holdsUntil } from "../../approval/facts.ts";
import { cleanText, visibly } from "../../core/text.ts";
import type { FormView } from "./approval.ts";
import { pinField, tokenField } from "./fields.ts";
import { type Html, html } from "./html.ts";
import { foreign, layout } from "./layout.ts";

/** Opening the address shows nothing yet: chat programs open links to preview them. */
export function revealForm(ref: string, expiresAt: number, now: number, { token, pinAsked, problem }: FormView): Html {
  return layout(
    problem ? "Error: show a secret" : "Show a secret",
    html`<h1>Show a secret</h1>
<p>This page shows ${foreign(cleanText(ref))} once. After that this address no longer works.</p>
<p>You can show it until ${holdsUntil(expiresAt, now)}.</p>
<form method="post">
${tokenField(token)}
${pinAsked ? pinField(problem) : undefined}<div class="buttons">
<button name="decision" value="show">Show it once</button>
</div>
</form>`,
  );
}

export function revealedPage(ref: string, secret: string): Html {
  const { text, escaped } = visibly(secret);
  return layout(
    "The secret",
    html`<h1>The secret</h1>
<p>This is ${foreign(cleanText(ref))}. This address no longer works; close the page when you have copied it.</p>
${escaped ? html`<p>It holds characters that a screen does not show, so it is written as a JSON string.</p>\n` : undefined}<code class="secret">${text}</code>`,
  );
}

/** Files of many lines, as they are: a copy keeps their form. */
export function fetchedPage(name: string, content: string): Html {
  return layout(
    "Your files",
    html`<h1>Your files</h1>
<p>These are ${foreign(cleanText(name))}, with the password inside. This address no longer works; keep the files where only you can read them.</p>
<pre class="secret">${content}</pre>`,
  );
}
