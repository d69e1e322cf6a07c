/** A count with its noun: "1 address", "1,024 addresses". */
export function counted(count: number, one: string, many: string = `${one}${one.endsWith("s") ? "es" : "s"}`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** Longer than any name a carrier allows, short enough that a page of hostile names stays readable. */
const MAX_CODE_POINTS = 400;

// Format characters (bidi marks, zero-width, tags), whatever else Unicode shows nothing for, lone surrogates, private use.
const INVISIBLE = /\p{Cf}|\p{Co}|\p{Cs}|\p{Cn}|\p{Default_Ignorable_Code_Point}/gu;
const BLANK = /[\p{Cc}\p{Z}\u{2800}]+/gu;
/** Two marks make every written language that carriers serve; more is decoration that runs over other lines. */
const STACKED_MARKS = /(\p{M}{2})\p{M}+/gu;
/** Words of ASCII with one space between them, as nearly all text is: nothing of the above can be in it. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/**
 * Foreign text as data: one line, normalised, nothing invisible, nothing that turns the direction of reading, bounded.
 * Every string that leaves passes here, whoever wrote it.
 */
export function cleanText(text: string, maxCodePoints: number = MAX_CODE_POINTS): string {
  if (text.length <= maxCodePoints && PLAIN.test(text)) return text;
  // Cut before normalising: a hostile megabyte must not cost a megabyte of work.
  const bounded = text.length > maxCodePoints * 8 ? text.slice(0, maxCodePoints * 8) : text;
  // Invisible characters go first: one may stand between two blanks, or between a letter and its mark.
  const visible = bounded.replace(INVISIBLE, "").replace(BLANK, " ").normalize("NFC").replace(STACKED_MARKS, "$1").trim();
  const points = [...visible];
  const cut = points.length > maxCodePoints || bounded.length < text.length;
  return cut ? `${points.slice(0, maxCodePoints - 1).join("")}…` : visible;
}

/** Every character that a reader takes for a double quotation mark. */
const QUOTATION_MARKS = /["\u{201C}-\u{201F}\u{2033}\u{2036}\u{301D}-\u{301F}\u{FF02}«»]/gu;

/** Foreign text inside one of our sentences: quoted, so that it cannot be read as ours. */
export function quoteText(text: string, maxCodePoints = 64): string {
  return `"${cleanText(text, maxCodePoints).replace(QUOTATION_MARKS, "'")}"`;
}

/** A sealed link, or a line of a configuration; longer than any name. */
const LONGEST_LINE = 2_000;

/** A text of many lines that is ours, with foreign text in it: each line is clean, and stands where it stood. */
function cleanLines(text: string): string {
  return text
    .split("\n")
    .map((line) => `${/^[ \t]*/.exec(line)?.[0]}${cleanText(line, LONGEST_LINE)}`)
    .join("\n");
}

/**
 * A copy of a JSON value in which every string is clean; keys come from our schemas and are left alone. `textFields`: keys
 * under which a text of many lines stands.
 */
export function cleanValue(value: unknown, textFields: readonly string[] = []): unknown {
  if (typeof value === "string") return cleanText(value);
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, textFields));
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).map(([key, item]) => {
      const isText = typeof item === "string" && textFields.includes(key);
      return [key, isText ? cleanLines(item) : cleanValue(item, textFields)];
    });
    return Object.fromEntries(entries);
  }
  return value;
}

const HIDDEN = /[\p{C}\p{Z}\p{M}]/u;

/**
 * A secret is shown exactly as it is. One with characters that a screen would hide, or obey, is written as a JSON string
 * in ASCII instead.
 */
export function visibly(secret: string): { text: string; escaped: boolean } {
  const inside = secret.replaceAll(" ", "");
  if (!HIDDEN.test(inside) && secret.trim() === secret) return { text: secret, escaped: false };
  const ascii = JSON.stringify(secret).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return { text: ascii, escaped: true };
}

/** The first of a list and how many more there are: a sentence that names all of a long one is cut off. */
export function someOf(items: readonly string[], { most = 5, between = ", " } = {}): string {
  const more = items.length > most ? [`${items.length - most} more`] : [];
  return [...items.slice(0, most), ...more].join(between);
}
