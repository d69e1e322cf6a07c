/** Markup that `html` made; a string is never markup. */
export class Html {
  readonly #text: string;

  constructor(strings: readonly string[], values: readonly HtmlValue[]) {
    this.#text = strings.reduce((text, string, index) => text + toMarkup(values[index - 1]) + string);
  }

  toString(): string {
    return this.#text;
  }
}

export type HtmlValue = string | number | Html | readonly Html[] | undefined;

/** A page is written with this: every value is escaped, for text and for an attribute in double quotes alike. */
export function html(strings: TemplateStringsArray, ...values: HtmlValue[]): Html {
  return new Html(strings, values);
}

function toMarkup(value: HtmlValue): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.toString();
  return typeof value === "object" ? value.map(toMarkup).join("") : escapeText(String(value));
}

/** Line ends too: a parser would change them, and inside a secret each character counts. */
function escapeText(text: string): string {
  return text.replace(/[&<>"'\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}
