import type * as z from "zod";
import type { Memory } from "../store/store.ts";

/**
 * Notes of creates, for a carrier that has no key against a repeated one. A note is written before anything is sent, and by it
 * the record is found after a lost answer or a crash. It goes only once the outcome is journaled: a process may die in between.
 */
export function attemptNotes<Input, Note>(memory: Memory, schema: z.ZodType<Note>, keyOf: (input: Input) => string) {
  return {
    remember: (input: Input, note: Note) => memory.remember(keyOf(input), note),
    /** Undefined: no create was begun. */
    recall: async (input: Input): Promise<Note | undefined> => schema.optional().parse(await memory.recall(keyOf(input))),
    forget: (input: Input) => memory.forget(keyOf(input)),
  };
}
