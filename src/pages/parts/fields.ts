import { type Problem, problems } from "../../approval/words.ts";
import { type Html, type HtmlValue, html } from "./html.ts";

interface Field {
  name: string;
  type: "text" | "password";
  label: string | Html;
  hint?: string | undefined;
  /** Typed by the person before, to be mended. */
  typed?: string | undefined;
  /** The person begins here when the page opens. */
  first?: boolean | undefined;
}

/** A problem with one field. */
export interface Fault {
  field: string;
  text: string;
}

/** A labelled field; what is wrong with it is tied to it, announced, and where the person continues. */
export function field({ name, type, label, hint, typed, first = false }: Field, fault: Fault | undefined): Html {
  const wrong = fault?.field === name ? fault.text : undefined;
  const described = [hint && `${name}-hint`, wrong && `${name}-error`].filter((id) => id !== undefined).join(" ");
  const begins = wrong !== undefined || (first && fault === undefined);
  return html`<label for="${name}">${label}</label>
${hint && html`<p class="hint" id="${name}-hint">${hint}</p>\n`}${wrong && html`<p class="error" id="${name}-error" role="alert">${wrong}</p>\n`}<input id="${name}" name="${name}" type="${type}" value="${typed}" dir="auto" autocomplete="off" autocapitalize="none" spellcheck="false"${describedBy(described)}${wrong && html` aria-invalid="true"`}${begins ? html` autofocus` : undefined}>
`;
}

function describedBy(ids: string): HtmlValue {
  return ids === "" ? undefined : html` aria-describedby="${ids}"`;
}

export function pinField(problem: Problem | undefined, first = false): Html {
  const hint = "Somebody set it with trunkline approve --set-pin. The agent does not know it: it shows that a person decides.";
  return field({ name: "pin", type: "password", label: "Approval PIN", hint, first }, problem && problems[problem]);
}

/** Shows that the form came from our own page; see `src/pages/form-token.ts`. */
export function tokenField(token: string): Html {
  return html`<input type="hidden" name="token" value="${token}">`;
}
