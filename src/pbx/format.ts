import type { Secret } from "../core/secret.ts";
import { checkFacts } from "./escape.ts";
import type { PbxFacts } from "./facts.ts";
import { type About, type CommentStyle, readme, withHeader } from "./header.ts";
import { type Placeholder, placeholdersIn } from "./placeholders.ts";

export const pbxFormatIds = [
  "asterisk",
  "freeswitch",
  "kamailio",
  "opensips",
  "livekit",
  "vapi",
  "retell",
  "elevenlabs",
  "3cx",
  "sheet",
] as const;
export type PbxFormatId = (typeof pbxFormatIds)[number];

/** The login as a text has it: real, or as placeholders. */
export interface Login {
  userName: string;
  password: string;
}

/** A file before its header. `none`: the program that reads it takes no comments. */
export interface Body {
  name: string;
  comment: CommentStyle | "none";
  text: string;
}

export interface PbxFormat {
  id: PbxFormatId;
  title: string;
  /** Called with the real login for the disk, and with placeholders for a conversation. */
  files(facts: PbxFacts, login: Login | undefined): Body[];
  /** Steps for the reader: the place of the files, how they take effect, and how you see that they do. */
  put(facts: PbxFacts): string[];
  load(facts: PbxFacts): string[];
  test(facts: PbxFacts): string[];
}

export function definePbxFormat(format: PbxFormat): PbxFormat {
  return format;
}

export interface PbxFile {
  name: string;
  text: string;
}

export interface PbxRendering {
  files: PbxFile[];
  /** Values that nobody has told yet: the placeholder in the files, and whom to ask. */
  open: Placeholder[];
}

/** For a conversation: a placeholder instead of the password. The steps, and what is open, stand beside the files, not in them too. */
export function renderShown(format: PbxFormat, facts: PbxFacts): PbxRendering {
  const bodies = bodiesOf(format, facts, undefined);
  const about = { title: format.title, facts, notes: [] };
  const files = bodies.map((body) => ({ name: body.name, text: commented(body, about) }));
  return { files, open: placeholdersIn(bodies.map(({ text }) => text).join("\n"), facts) };
}

/** For the disk only. What a format cannot hold is refused, and never repeated. Without a password its placeholder stays. */
export function renderForDisk(format: PbxFormat, facts: PbxFacts, password: Secret | undefined): PbxFile[] {
  const bodies = bodiesOf(format, facts, password);
  const notes = notesOf(format, facts, bodies);
  const about = { title: format.title, facts };
  const first = bodies.find(({ comment }) => comment !== "none");
  const files = bodies.map((body) => ({ name: body.name, text: commented(body, { ...about, notes: body === first ? notes : [] }) }));
  return first ? files : [...files, { name: `${format.id}_${facts.name}.txt`, text: readme({ ...about, notes }) }];
}

function bodiesOf(format: PbxFormat, facts: PbxFacts, password: Secret | undefined): Body[] {
  const { login } = checkFacts(facts);
  return format.files(facts, login && { userName: login.userName ?? "SIP_USER", password: password?.reveal() ?? "SIP_PASSWORD" });
}

/** For the file's own reader, who does not see the conversation. */
function notesOf(format: PbxFormat, facts: PbxFacts, bodies: readonly Body[]): string[] {
  const steps = [
    ...format.put(facts).map((step) => `Put: ${step}`),
    ...format.load(facts).map((step) => `Load: ${step}`),
    ...format.test(facts).map((step) => `Test: ${step}`),
  ];
  const open = placeholdersIn([...bodies.map(({ text }) => text), ...steps].join("\n"), facts);
  return [...open.map(({ place, ask }) => `Fill in ${place}: ${ask}`), ...steps];
}

function commented({ comment, text }: Body, about: About): string {
  return comment === "none" ? text : withHeader(comment, text, about);
}
