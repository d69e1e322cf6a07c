import { commentText } from "./escape.ts";
import type { PbxFacts } from "./facts.ts";
import { fingerprintLine } from "./fingerprint.ts";
import { placeholdersIn } from "./placeholders.ts";

export type CommentStyle = "hash" | "semicolon" | "xml";

export interface About {
  title: string;
  facts: PbxFacts;
  /** How to put, load and test it: in the first file that can say so. */
  steps: string[];
}

const frames: Record<CommentStyle, (line: string) => string> = {
  hash: (line) => `# ${line}`,
  semicolon: (line) => `; ${line}`,
  // A comment cannot hold two hyphens.
  xml: (line) => `<!-- ${line.replace(/-(?=-)/g, "- ")} -->`,
};

/** The header of a file, above the body. A first line that names its reader stays first. */
export function withHeader(style: CommentStyle, body: string, about: About): string {
  const header = lines(body, about).map(frames[style]).join("\n");
  const [, first = "", rest = body] = /^(#![^\n]*\n)([\s\S]*)$/.exec(body) ?? [];
  return `${first}${header}\n\n${rest}`;
}

/** For formats without comments. */
export function readme(bodies: string, about: About): string {
  return `${lines(bodies, about).join("\n")}\n`;
}

function lines(body: string, { title, facts, steps }: About): string[] {
  const open = placeholdersIn([body, ...steps].join("\n"), facts).map(({ place, ask }) => `Fill in ${place}: ${ask}`);
  return [
    `${title}: trunk ${commentText(facts.trunkName) || facts.name} at ${facts.provider}, ${facts.directions.join(" and ")}`,
    fingerprintLine(facts),
    ...open,
    ...steps,
  ];
}
