export type Colour = "red" | "green" | "yellow" | "cyan" | "bold" | "dim";
export type Paint = (colour: Colour, text: string) => string;

/** As much of a terminal as a text needs to know to look right on it. */
export interface Screen {
  paint: Paint;
  /** Columns. */
  width: number;
}

const codes: Record<Colour, [on: number, off: number]> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  bold: [1, 22],
  dim: [2, 22],
};

/** Longer lines are hard to read, however wide the window is. */
const WIDEST = 100;

export const plainScreen: Screen = { paint: (_, text) => text, width: WIDEST };

type Variables = Readonly<Record<string, string | undefined>>;

/** FORCE_COLOR decides before NO_COLOR, as in Node; without either, a terminal has colours unless it calls itself dumb. */
export function screenOf({ isTTY, columns }: { isTTY?: boolean; columns?: number }, environment: Variables): Screen {
  const { FORCE_COLOR: forced, NO_COLOR: none, TERM: kind } = environment;
  const asked = forced === undefined || forced === "" ? undefined : !["0", "false"].includes(forced);
  const coloured = asked ?? (isTTY === true && !none && kind !== "dumb");
  return {
    paint: coloured ? (colour, text) => `\u001b[${codes[colour][0]}m${text}\u001b[${codes[colour][1]}m` : plainScreen.paint,
    width: Math.min(WIDEST, columns || 80),
  };
}

/** Breaks a line between words; what goes over stands under the text behind the indent. A longer word stays whole. */
export function folded(text: string, width: number, indent = 0): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && [...longer].length > width - indent) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}
