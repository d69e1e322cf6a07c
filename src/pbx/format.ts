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

/** For a conversation: a placeholder instead of the password. */
export function renderShown(format: PbxFormat, facts: PbxFacts): PbxRendering {
  const bodies = format.files(checkFacts(facts), loginWith(facts, "SIP_PASSWORD"));
  return { files: finished(format, facts, bodies), open: placeholdersIn(bodies.map(({ text }) => text).join("\n"), facts) };
}

/** For the disk only. What a format cannot hold is refused, and never repeated. */
export function renderWithSecret(format: PbxFormat, facts: PbxFacts, password: Secret): PbxFile[] {
  return finished(format, facts, format.files(checkFacts(facts), loginWith(facts, password.reveal())));
}

function loginWith({ login }: PbxFacts, password: string): Login | undefined {
  return login && { userName: login.userName ?? "SIP_USER", password };
}

function finished(format: PbxFormat, facts: PbxFacts, bodies: Body[]): PbxFile[] {
  const steps = [
    ...format.put(facts).map((step) => `Put: ${step}`),
    ...format.load(facts).map((step) => `Load: ${step}`),
    ...format.test(facts).map((step) => `Test: ${step}`),
  ];
  const about = { title: format.title, facts };
  const first = bodies.find(({ comment }) => comment !== "none");
  const files = bodies.map((body) => ({ name: body.name, text: commented(body, { ...about, steps: body === first ? steps : [] }) }));
  if (first) return files;
  return [
    ...files,
    { name: `${format.id}_${facts.name}.txt`, text: readme(bodies.map(({ text }) => text).join("\n"), { ...about, steps }) },
  ];
}

function commented({ comment, text }: Body, about: About): string {
  return comment === "none" ? text : withHeader(comment, text, about);
}
