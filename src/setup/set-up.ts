import { isDeepStrictEqual } from "node:util";
import { type Editor, editorOf, type Server } from "./change.ts";
import type { Client } from "./clients.ts";
import { backupOf, dropBackup, readText, realFile, replaceText, restore } from "./keep-file.ts";

/** A change of one client's file that a person has yet to agree to. */
export interface Change {
  file: string;
  /** Says what becomes of everything but the entry. */
  rest: string;
  editor: Editor;
  before: Server | undefined;
  after: Server | undefined;
  /** Where the file as it was is then kept, if there was one. */
  backup: string | undefined;
  make(isPrivate: boolean): Promise<void>;
}

const STAYS = "The rest of the file stays as it is.";

/** Adds Trunkline to the file, or brings its entry up to date. */
export async function changeToSetUp(client: Client, named: string, make: (before: Server | undefined) => Server): Promise<Change> {
  const file = await realFile(named);
  const editor = await editorOf(client, named);
  const text = await readText(file);
  const before = text === undefined ? undefined : editor.serverIn(text);
  const after = merged(before, make(before));
  const edited = editor.edit(text ?? "", after);
  const keeps = text !== undefined && (before === undefined || !(await madeHere(file, text, before, editor)));
  const backup = keeps || (text !== undefined && (await readText(backupOf(file))) !== undefined) ? backupOf(file) : undefined;
  return {
    ...{ file: named, rest: text === undefined ? "This file is new." : STAYS, editor, before, after, backup },
    async make(isPrivate) {
      if (text === undefined) await dropBackup(file);
      await replaceText(file, text, edited, { isPrivate, keeps });
    },
  };
}

/** Takes the entry out again. A file that nobody else changed becomes what it was, byte by byte. */
export async function changeToUndo(client: Client, named: string): Promise<Change | undefined> {
  const file = await realFile(named);
  const editor = await editorOf(client, named);
  const text = await readText(file);
  const before = text === undefined ? undefined : editor.serverIn(text);
  if (text === undefined || !before) return undefined;
  const kept = await readText(backupOf(file));
  const after = kept === undefined ? undefined : editor.serverIn(kept);
  const untouched = editor.edit(kept ?? "", before) === text;
  return {
    ...{ file: named, rest: restAfterUndo(untouched, kept), editor, before, after, backup: undefined },
    async make() {
      if (untouched) return await restore(file, text);
      await replaceText(file, text, editor.edit(text, after), { isPrivate: false, keeps: false });
      await dropBackup(file);
    },
  };
}

function restAfterUndo(untouched: boolean, kept: string | undefined): string {
  if (!untouched) return STAYS;
  return kept === undefined ? "The file goes, since nothing else is in it." : "The file becomes what it was before setup, byte by byte.";
}

/** Tells whether an earlier run made this file or its entry: what was there before is then kept already. */
async function madeHere(file: string, text: string, server: Server, editor: Editor): Promise<boolean> {
  return (await readText(backupOf(file))) !== undefined || editor.edit("", server) === text;
}

/** Keeps what a person or the client added to the entry, such as a switch that turns it off or a longer time. */
function merged(before: Server | undefined, made: Server): Server {
  const launch = Object.entries(made.entry).filter(([key]) => ["command", "cmd", "args", "env", "envs"].includes(key));
  const sameKind = before !== undefined && ["command", "cmd"].some((key) => key in before.entry);
  return sameKind ? { ...made, entry: { ...made.entry, ...before.entry, ...Object.fromEntries(launch) } } : made;
}

export function changesNothing({ before, after }: Change): boolean {
  return isDeepStrictEqual(before, after);
}
