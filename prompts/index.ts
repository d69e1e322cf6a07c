import type { AnyPrompt } from "../src/core/prompt.ts";

/** Every prompt, one line each, loaded on first use. A test holds this list equal to the folder. */
export const prompts = {
  setup_outbound: () => import("./setup-outbound.ts"),
} satisfies Record<string, () => Promise<{ default: AnyPrompt }>>;

export type PromptName = keyof typeof prompts;
