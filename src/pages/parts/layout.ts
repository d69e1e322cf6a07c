import type { Part } from "../../approval/facts.ts";
import { Html, html } from "./html.ts";
import { stylesheet } from "./style.ts";

// As it is: its hash stands in the header, and escaping would change it.
const style = new Html([`<style>${stylesheet}</style>`], []);

export function layout(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Trunkline</title>
${style}
</head>
<body>
<main>
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
${sentences.map((parts) => html`<li>${parts.map(part)}</li>\n`)}</ul>`;
}

function part({ text, foreign: isForeign }: Part): Html {
  return isForeign ? foreign(text) : html`${text}`;
}
