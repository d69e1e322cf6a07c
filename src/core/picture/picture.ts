/** A stretch of a text: our words, or a foreign name. */
export interface Part {
  text: string;
  foreign: boolean;
}

/** Words of ours, in which foreign text stands between two marks. No text that was cleaned has a mark in it. */
export type Text = string;
const MARK = "\u0001";

/** `bad`: calls fail, or something is lost or let in. `care`: look at it. */
export type Tone = "good" | "bad" | "care" | "plain";

/** One thing on the way of a call. */
export interface Stop {
  label: string;
  lines: readonly Text[];
  /** Said in the place of lines: a call ends here. */
  missing?: string | undefined;
}

export interface Pill {
  text: string;
  tone: Tone;
}

export type Row = readonly [label: string, value: Text];

/** One trunk among many. */
export interface TrunkRow {
  name: Text;
  pills: readonly Pill[];
  cells: readonly Row[];
  wrong: readonly string[];
}

/** A piece of a picture; the chat, the terminal and the approval page each draw it their own way, with the same words. */
export type Block =
  | { kind: "heading"; text: Text; pills: readonly Pill[] }
  | { kind: "flow"; title: string; note: string; tone: Tone; stops: readonly Stop[] }
  | { kind: "facts"; rows: readonly Row[] }
  | { kind: "list"; title: string; tone: Tone; sign: string; lines: readonly Text[]; folded: boolean }
  | { kind: "say"; tone: Tone; text: Text }
  | { kind: "progress"; done: number; total: number }
  | { kind: "trunks"; rows: readonly TrunkRow[] };

export type Picture = Block[];

export function theirs(text: string): Text {
  return MARK + text.replaceAll(MARK, "") + MARK;
}

/** A sentence of ours in which names are quoted. They hold no quote themselves; an open quote never ends. */
export function quoting(sentence: string): Text {
  return sentence.replace(/"[^"]*"?/g, theirs);
}

export function partsOf(text: Text): Part[] {
  const parts = text.split(MARK).map((stretch, index) => ({ text: stretch, foreign: index % 2 === 1 }));
  return parts.filter((part) => part.text !== "");
}

export function heading(text: Text, ...pills: Pill[]): Block {
  return { kind: "heading", text, pills };
}

export function note(tone: Tone, sentence: string): Block {
  return { kind: "say", tone, text: quoting(sentence) };
}

/** Sentences to which somebody should pay attention. */
export function warnings(sentences: readonly string[] | undefined): Block[] {
  return rows(sentences).map((sentence) => note("care", sentence));
}

/** `sign`: for who does not see the colour. Nothing where there are no lines. */
export function list(title: string, lines: readonly Text[], tone: Tone = "plain", sign = "", folded = false): Block[] {
  return lines.length > 0 ? [{ kind: "list", title, tone, sign, lines, folded }] : [];
}

/** Rows that have a value. */
export function facts(all: readonly (readonly [label: string, value: Text | undefined])[]): Row[] {
  return all.filter((row): row is Row => row[1] !== undefined);
}

/** A list, or nothing where it is none: a host may hand over anything. */
export function rows<Item>(items: readonly Item[] | undefined): readonly Item[] {
  return Array.isArray(items) ? items : [];
}
