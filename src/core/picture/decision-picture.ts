import { type Gravity, isGrave, type Where } from "../consequence.ts";
import { type Block, facts, heading, list, note, type Picture, quoting, rows, type Tone } from "./picture.ts";
import { wherePill } from "./trunk-picture.ts";

/** The sentences of one decision, as the approval page has them. */
export interface Decision {
  where?: Where | undefined;
  heading: string;
  trunks: readonly string[];
  /** The gravest group first. */
  groups: readonly { gravity: Gravity; title: string; lines: readonly string[] }[];
  remarks: readonly string[];
}

/** A decision that waits for a person. */
export interface Waiting {
  decision: Decision;
  until: number;
  command?: string | undefined;
}

/** For who does not see the colour, and the colour. */
export const signs: Record<Gravity, [sign: string, tone: Tone]> = {
  lost: ["−", "bad"],
  opened: ["!", "bad"],
  weakened: ["!", "care"],
  costs: ["!", "care"],
  changed: ["~", "plain"],
  made: ["+", "good"],
};

/** A group that is not grave folds from so many lines on. */
const MANY = 12;

/** The trunks, and all that would happen to them, the gravest first. A grave group is never folded. */
export function decisionBlocks({ trunks, groups, remarks }: Decision): Block[] {
  return [
    ...rows(trunks).map((line) => note("plain", line)),
    ...rows(groups).flatMap(({ gravity, title, lines }) => {
      const [sign, tone] = signs[gravity];
      return list(`${title} (${lines.length})`, lines.map(quoting), tone, sign, !isGrave(gravity) && lines.length > MANY);
    }),
    ...list("Also", rows(remarks).map(quoting)),
  ];
}

export function waitingPicture({ decision, until, command }: Waiting, time: (at: number) => string): Picture {
  const { where } = decision;
  const place = wherePill({ sandbox: where?.sandbox, account: where?.text });
  return [
    heading(quoting(decision.heading), { text: "waits for a person", tone: "care" }, ...place),
    note("plain", "Nothing is done yet, and no button here decides. If a person agrees on the approval page:"),
    ...decisionBlocks(decision),
    {
      kind: "facts",
      rows: facts([
        ["Decide there", `until ${time(until)}; else nothing is done`],
        ["In a terminal", command],
      ]),
    },
  ];
}
