import type { Gravity, Where } from "../core/consequence.ts";
import type { PendingApproval } from "../core/store/approvals.ts";
import { cleanText, counted } from "../core/text.ts";
import { say } from "./sentences.ts";

/** A stretch of a sentence: our words, or a foreign name with its quotes. */
export interface Part {
  text: string;
  foreign: boolean;
}

/** All that a person needs to decide, the same on the page and in a terminal. */
export interface Facts {
  /** Whether it is the sandbox, or which account. */
  where: Where | undefined;
  heading: string;
  trunks: Part[][];
  groups: { gravity: Gravity; title: string; lines: Part[][] }[];
  remarks: Part[][];
  askedBy: string;
  tool: string;
  holdsUntil: string;
  /** Typed by the person; empty when the name has no visible character. */
  confirm: string;
}

/** A grouped line holds every value: two thousand numbers, say. */
const MAX_SENTENCE = 100_000;

export function factsOf(approval: PendingApproval, now: number): Facts {
  const said = say(approval, now);
  return {
    where: said.where,
    heading: cleanText(said.heading),
    trunks: said.trunks.map(partsOf),
    groups: said.groups.map((group) => ({ ...group, lines: group.lines.map(partsOf) })),
    remarks: said.remarks.map(partsOf),
    askedBy: cleanText(approval.principal),
    tool: cleanText(approval.tool),
    holdsUntil: holdsUntil(approval.expiresAt, now),
    confirm: cleanText(approval.confirm),
  };
}

/** Names are quoted, and hold no quote themselves: every second stretch is foreign. An open quote never ends. */
function partsOf(sentence: string): Part[] {
  const stretches = cleanText(sentence, MAX_SENTENCE).split('"');
  const parts = stretches.map((text, index) => {
    const foreign = index % 2 === 1;
    return { text: foreign ? `"${text}${index < stretches.length - 1 ? '"' : ""}` : text, foreign };
  });
  return parts.filter(({ text }) => text !== "");
}

export function holdsUntil(at: number, now: number): string {
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZoneName: "short" }).format(at);
  const minutes = Math.round((at - now) / 60_000);
  if (minutes < 1) return `${clock}, in less than a minute`;
  return `${clock}, in ${counted(minutes, "minute")}`;
}
