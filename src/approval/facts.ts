import type { Gravity, Where } from "../core/consequence.ts";
import { type Part, partsOf as pictureParts, quoting } from "../core/picture/picture.ts";
import type { PendingApproval } from "../core/store/approvals.ts";
import { cleanText, counted } from "../core/text.ts";
import { buttonOf, isDangerous } from "./act.ts";
import { askerOf } from "./asker.ts";
import { say } from "./sentences.ts";

/** All that a person needs to decide, the same on the page and in a terminal. */
export interface Facts {
  /** Whether it is the sandbox, or which account. */
  where: Where | undefined;
  /** Asks for the act, by the trunk's name. */
  heading: Part[];
  /** The act on the button that agrees to it. */
  button: string;
  /** Something ends, or somebody is let in. */
  dangerous: boolean;
  trunks: Part[][];
  groups: { gravity: Gravity; title: string; lines: Part[][] }[];
  remarks: Part[][];
  askedBy: Part[];
  tool: string;
  /** For a terminal, which is at this machine. */
  holdsUntil: string;
  expiresAt: number;
  /** Typed by the person; empty when the name has no visible character. */
  confirm: string;
}

/** A grouped line holds every value: two thousand numbers, say. */
const MAX_SENTENCE = 100_000;

export function factsOf(approval: PendingApproval, now: number): Facts {
  const said = say(approval, now);
  return {
    where: said.where,
    heading: partsOf(said.heading),
    button: buttonOf(approval),
    dangerous: isDangerous(approval),
    trunks: said.trunks.map(partsOf),
    groups: said.groups.map((group) => ({ ...group, lines: group.lines.map(partsOf) })),
    remarks: said.remarks.map(partsOf),
    askedBy: partsOf(askerOf(approval.principal, approval.client)),
    tool: cleanText(approval.tool),
    holdsUntil: holdsUntil(approval.expiresAt, now),
    expiresAt: approval.expiresAt,
    confirm: cleanText(approval.confirm),
  };
}

function partsOf(sentence: string): Part[] {
  return pictureParts(quoting(cleanText(sentence, MAX_SENTENCE)));
}

/** For a person at this machine, whose time zone is its own: "14:20 IST, for 10 more minutes". */
export function holdsUntil(at: number, now: number): string {
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZoneName: "short" }).format(at);
  return `${clock}, ${holdsFor(at, now)}`;
}

/** For a person whose time zone is not known. */
export function holdsFor(at: number, now: number): string {
  const minutes = Math.round((at - now) / 60_000);
  return minutes < 1 ? "for less than a minute" : `for ${counted(minutes, "more minute")}`;
}
