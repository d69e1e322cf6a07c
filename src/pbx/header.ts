import { commentText } from "./escape.ts";
import type { PbxFacts } from "./facts.ts";
import { fingerprintLine } from "./fingerprint.ts";

export type CommentStyle = "hash" | "semicolon" | "xml";

export interface About {
  title: string;
  facts: PbxFacts;
  /** Instructions to fill in, put, load and test it: in the first file that takes comments. */
  notes: string[];
}

const frames: Record<CommentStyle, (line: string) => string> = {
  hash: (line) => `# ${line}`,
  semicolon: (line) => `; ${line}`,
  // A comment cannot hold two hyphens.
  xml: (line) => `<!-- ${line.replace(/-(?=-)/g, "- ")} -->`,
};

/** The header of a file, above the body. A first line that names its reader stays first. */
export function withHeader(style: CommentStyle, body: string, about: About): string {
  const header = lines(about).map(frames[style]).join("\n");
  const [, first = "", rest = body] = /^(#![^\n]*\n)([\s\S]*)$/.exec(body) ?? [];
  return `${first}${header}\n\n${rest}`;
}

/** For formats without comments. */
export function readme(about: About): string {
  return `${lines(about).join("\n")}\n`;
}

function lines({ title, facts, notes }: About): string[] {
  return [
    `${title}: trunk ${commentText(facts.trunkName) || facts.name} at ${facts.provider}, ${facts.directions.join(" and ")}`,
    fingerprintLine(facts),
    ...notes,
  ];
}
