import {
  type Block,
  type Part,
  type Picture,
  type Pill,
  partsOf,
  type Row,
  type Stop,
  type Text,
  type Tone,
  type TrunkRow,
} from "../core/picture/picture.ts";
import { folded, type Paint, type Screen } from "../core/screen.ts";

const colours = { good: "green", bad: "red", care: "yellow" } as const;

/** The same picture for a terminal, without a last line end. */
export function screenPicture(picture: Picture, screen: Screen): string {
  return picture
    .map((block) => drawn(block, screen))
    .filter(Boolean)
    .join("\n\n");
}

export function toned(tone: Tone, text: string, paint: Paint): string {
  return tone === "plain" ? text : paint(colours[tone], text);
}

/** A sentence for a terminal. */
export function readable(parts: readonly Part[]): string {
  return parts.map(({ text, foreign }) => (foreign ? isolated(text) : text)).join("");
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Keeps a name written from right to left from pulling our words after it to its left, in a terminal that knows both directions. */
export function isolated(name: string): string {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}

function words(text: Text): string {
  return readable(partsOf(text));
}

function drawn(block: Block, screen: Screen): string {
  const { paint, width } = screen;
  switch (block.kind) {
    case "heading":
      return titled(block.text, block.pills, paint);
    case "say":
      return toned(block.tone, folded(words(block.text), width), paint);
    case "facts":
      return rowLines(block.rows, width, paint).join("\n");
    case "list":
      return listed(block, screen);
    case "progress":
      return `${block.done} of ${block.total} steps done`;
    case "trunks":
      return block.rows.map((row) => trunkLines(row, screen)).join("\n\n");
    case "flow": {
      const title = `${toned(block.tone, paint("bold", block.title), paint)} ${paint("dim", block.note)}`;
      return [title, ...flowLines(block.stops, screen)].join("\n");
    }
  }
}

function titled(text: Text, pills: readonly Pill[], paint: Paint): string {
  return [paint("bold", words(text)), ...pills.map((pill) => toned(pill.tone, pill.text, paint))].join("  ");
}

function rowLines(rows: readonly Row[], width: number, paint: Paint): string[] {
  const label = Math.max(0, ...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, value]) => paint("dim", name.padEnd(label)) + folded(words(value), width, label));
}

function listed({ title, tone, sign, lines }: Extract<Block, { kind: "list" }>, { paint, width }: Screen): string {
  const before = sign === "" ? "  " : `  ${toned(tone, sign, paint)} `;
  const indent = sign === "" ? 2 : 4;
  return [toned(tone, paint("bold", title), paint), ...lines.map((line) => before + folded(words(line), width, indent))].join("\n");
}

function trunkLines({ name, pills, cells, wrong }: TrunkRow, { paint, width }: Screen): string {
  const faults = wrong.map((one) => paint("red", `! ${one}`));
  return [titled(name, pills, paint), ...[...faults, ...rowLines(cells, width - 2, paint)].map((line) => `  ${line}`)].join("\n");
}

const ARROW = " → ";
/** A narrower box would break addresses. */
const NARROWEST = 20;

/** Side by side where there is room, else one under the other. */
function flowLines(stops: readonly Stop[], { paint, width }: Screen): string[] {
  const each = Math.floor((width - ARROW.length * (stops.length - 1)) / stops.length);
  if (each < NARROWEST) return stops.flatMap((stop, index) => [...(index > 0 ? ["  ↓"] : []), ...box(stop, width, 0, paint)]);
  const height = Math.max(...stops.map((stop) => inside(stop, each).length));
  const boxes = stops.map((stop) => box(stop, each, height, paint));
  return Array.from({ length: height + 2 }, (_, line) => boxes.map((one) => one[line]).join(line === 1 ? ARROW : "   "));
}

function inside({ lines, missing }: Stop, width: number): string[] {
  const all = missing === undefined ? lines.map(words) : [`✗ ${missing}`];
  return all.flatMap((line) => folded(line, width - 4).split("\n")).flatMap((line) => cut(line, width - 4));
}

/** A word that is wider than the box is broken, behind a mark where it has one. */
function cut(line: string, width: number): string[] {
  const points = [...line];
  if (points.length <= width) return [line];
  const mark = points.slice(0, width).findLastIndex((point) => ";:,.@/".includes(point));
  const at = mark > 0 ? mark + 1 : width;
  return [points.slice(0, at).join(""), ...cut(points.slice(at).join(""), width)];
}

function box(stop: Stop, width: number, height: number, paint: Paint): string[] {
  const { label, missing } = stop;
  const edge = (text: string) => (missing === undefined ? text : paint("red", text));
  const content = inside(stop, width);
  const padded = [...content, ...Array<string>(Math.max(0, height - content.length)).fill("")];
  const title = label.slice(0, width - 5);
  return [
    edge(`┌ ${title} ${"─".repeat(width - title.length - 4)}┐`),
    ...padded.map((line) => `${edge("│")} ${edge(line + " ".repeat(width - 4 - [...line].length))} ${edge("│")}`),
    edge(`└${"─".repeat(width - 2)}┘`),
  ];
}
