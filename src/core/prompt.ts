import type * as z from "zod";
import type { ListedTrunk } from "./carrier/listed-trunk.ts";
import type { AnyProvider } from "./carrier/provider.ts";
import type { ShownTrunk } from "./carrier/shown-trunk.ts";
import { trunkUri } from "./carrier/trunk-uris.ts";
import { cleanText } from "./text.ts";

/** The knowledge of a prompt: the same answers that the tools give, already clean. */
export interface PromptContext {
  providers: readonly AnyProvider[];
  sandbox: boolean;
  listTrunks(provider?: string): Promise<ListedTrunk[]>;
  /** Undefined when no trunk has this id or name. */
  findTrunk(provider: string, idOrName: string): Promise<ShownTrunk | undefined>;
  /** The answer of list_trunks with details, of one carrier or of all. */
  audit(provider?: string): Promise<unknown>;
  /** Values that the account's trunks already use, for completions. */
  known(provider: string): Promise<Known>;
}

export interface Known {
  numbers: string[];
  ips: string[];
  destinations: string[];
}

/** The text of a prompt: our own sentences, and live state beside them as a resource, never inside them. */
export interface PromptMessage {
  text: string;
  resource?: { uri: string; json: unknown } | undefined;
}

/** Candidates for an argument; those that begin with what was typed are offered. */
export type Completer = (context: PromptContext, given: Record<string, string>) => Promise<string[]>;

/** The names of a carrier's trunks. */
export function trunkNames(provider: string): Completer {
  return async ({ listTrunks }) => (await listTrunks(provider)).map((trunk) => trunk.trunk_name);
}

/** Values that a carrier's trunks already use. */
export function inUse(provider: string, what: keyof Known): Completer {
  return async ({ known }) => (await known(provider))[what];
}

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

/** Steps as a numbered list; what is not needed is left out by passing undefined. */
export function numbered(steps: (string | undefined)[]): string {
  return steps
    .filter((step) => step !== undefined)
    .map((step, index) => `${index + 1}. ${step}`)
    .join("\n");
}

/** An argument for a tool call, as JSON: what a person typed stays a string, whatever is in it. */
export function literal(value: string | undefined, missing: string): string {
  return value === undefined || value === "" ? `<${missing}>` : JSON.stringify(cleanText(value));
}

/** How a setup ends: the other side's configuration, and the proof. `trunk`: as a literal. */
export function exportedAndChecked(provider: string, trunk: string): string[] {
  const which = `"provider": "${provider}", "trunk_id": ${trunk}`;
  return [
    `export_pbx_config {${which}, "format": "<of the person's PBX or platform>", "folder": "<a name for them, like pbx/office>"}, when the person wants its files. Passwords go into the files only.`,
    `check_trunk {${which}}. Tell the person its first finding with its remedy; a repair is ready to send, once they want it. Call it again until nothing blocks calls, and say what stays unknown or manual.`,
  ];
}

/** A whole setup: one plan, the person's word, what no call can do, and the proof. `given`: arguments of plan_trunk, as JSON. */
export function planned(given: string, after: (string | undefined)[], on: { provider: string; trunk: string }): string {
  return numbered([
    `plan_trunk ${given}. Nothing changes yet; what is there already is left alone.`,
    "If it answers with questions, ask the person all of them at once, and call it again with the answers. If approval_needed is false and the person asked for exactly this, go on; otherwise show them its summary first.",
    'apply_plan {"plan_id": "<of the answer>"}. It asks the person by itself where something is opened or removed. While it says running, get_plan tells the rest.',
    ...after,
    ...exportedAndChecked(on.provider, on.trunk),
  ]);
}

/** A sentence that asks the person for what was not given, or nothing. */
export function askFor(given: Record<string, string | undefined>): string {
  const missing = Object.entries(given).filter(([, value]) => value === undefined || value === "");
  return missing.length === 0 ? "" : ` First ask the person for: ${missing.map(([name]) => name).join(", ")}.`;
}

/** The trunk that a prompt speaks about, as the resource that it is. */
export function attachTrunk(trunk: ShownTrunk | undefined): PromptMessage["resource"] {
  return trunk && { uri: trunkUri(trunk.provider, trunk.trunk_id), json: { trunk } };
}
