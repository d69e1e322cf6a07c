import type { Where } from "../../core/consequence.ts";
import type { Part } from "../../core/picture/picture.ts";
import { Html, html } from "./html.ts";
import { stylesheet } from "./style.ts";

// As it is: its hash stands in the header, and escaping would change it.
const style = new Html([`<style>${stylesheet}</style>`], []);

interface Frame {
  /** The sandbox, or the account at which something is done. */
  where?: Where | undefined;
  /** For lines of a file, which do not wrap well. */
  wide?: boolean;
}

export function layout(title: string, content: Html, { where, wide = false }: Frame = {}): Html {
  return html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Trunkline</title>
${style}
</head>
<body>
<header class="${where === undefined ? "band" : where.sandbox ? "band sandbox" : "band live"}">
<p><b>Trunkline</b>${where && html` <bdi>${where.text}</bdi>`}</p>
</header>
<main${wide ? html` class="wide"` : undefined}>
${content}
</main>
</body>
</html>
`;
}

/** A page that says one thing and asks nothing. */
export function notice(title: string, ...paragraphs: (string | Html)[]): Html {
  return layout(
    title,
    html`<h1>${title}</h1>
${paragraphs.map((text) => html`<p>${text}</p>\n`)}`,
  );
}

/** Foreign text can turn no direction of reading but its own. */
export function foreign(text: string): Html {
  return html`<bdi class="name">${text}</bdi>`;
}

export function sentenceList(sentences: Part[][]): Html {
  return html`<ul>
${sentences.map((parts) => html`<li>${sentence(parts)}</li>\n`)}</ul>`;
}

export function sentence(parts: Part[]): Html {
  return html`${parts.map(({ text, foreign: isForeign }) => (isForeign ? foreign(text) : html`${text}`))}`;
}

/** The same where there is no markup, as in a title. */
export function plainSentence(parts: Part[]): string {
  return parts.map(({ text }) => text).join("");
}
