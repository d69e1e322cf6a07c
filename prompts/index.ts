import type { AnyPrompt } from "../src/core/prompt.ts";

/** Every prompt, one line each, loaded on first use. A test holds this list equal to the folder. */
export const prompts = {
  setup_outbound: () => import("./setup-outbound.ts"),
  setup_inbound: () => import("./setup-inbound.ts"),
  setup_voice_ai: () => import("./setup-voice-ai.ts"),
  setup_didww_outbound: () => import("./setup-didww-outbound.ts"),
  setup_didww_inbound: () => import("./setup-didww-inbound.ts"),
  connect_to_livekit: () => import("./connect-to-livekit.ts"),
  setup_vyom_outbound: () => import("./setup-vyom-outbound.ts"),
  troubleshoot_trunk: () => import("./troubleshoot-trunk.ts"),
  review_security: () => import("./review-security.ts"),
  decommission_trunk: () => import("./decommission-trunk.ts"),
} satisfies Record<string, () => Promise<{ default: AnyPrompt }>>;

export type PromptName = keyof typeof prompts;
