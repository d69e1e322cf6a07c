import type * as z from "zod";
import type { AnyProvider } from "./provider.ts";
import type { Trunk, TrunkDetail } from "./trunk.ts";

/** What a prompt may know: the same answers that the tools give, already clean. */
export interface PromptContext {
  providers: readonly AnyProvider[];
  sandbox: boolean;
  listTrunks(provider?: string): Promise<Trunk[]>;
  /** Undefined when no trunk has this id or name. */
  findTrunk(provider: string, idOrName: string): Promise<TrunkDetail | undefined>;
}

/** What a prompt says: our own sentences, and live state beside them as a resource, never inside them. */
export interface PromptMessage {
  text: string;
  resource?: { uri: string; json: unknown };
}

/** Candidates for an argument; those that begin with what was typed are offered. */
export type Completer = (context: PromptContext, given: Record<string, string>) => Promise<string[]>;

export interface PromptDefinition<Arguments extends z.ZodObject> {
  name: string;
  title: string;
  description: string;
  /** Listed only when this carrier is configured. */
  provider?: AnyProvider;
  arguments: Arguments;
  complete: { [Name in keyof z.infer<Arguments>]: Completer };
  write(given: z.infer<Arguments>, context: PromptContext): Promise<PromptMessage[]>;
}

// biome-ignore lint/suspicious/noExplicitAny: a registry of prompts forgets each one's arguments; they are parsed before `write`.
export type AnyPrompt = PromptDefinition<any>;

export function definePrompt<Arguments extends z.ZodObject>(prompt: PromptDefinition<Arguments>): PromptDefinition<Arguments> {
  return prompt;
}
