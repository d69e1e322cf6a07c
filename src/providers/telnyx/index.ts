import * as z from "zod";
import { defineProvider } from "../../core/carrier/provider.ts";
import { secretSetting } from "../../core/config.ts";
import type { TelnyxClient } from "./client.ts";

const HOST = "https://api.telnyx.com/v2";
/** Telnyx publishes no rate for each endpoint; a client that works with it met 429 and tried again (2025-09). */
const limit = { calls: 20, perMs: 1_000 };

const settings = z.object({
  TELNYX_API_KEY: secretSetting().describe("API key, from the API keys page of the portal"),
  TELNYX_BASE_URL: z
    .url({ error: "expected a URL" })
    .optional()
    .describe("overrides the address, `/v2` included; plain http on loopback only"),
});

export const telnyx = defineProvider<typeof settings, TelnyxClient>({
  id: "telnyx",
  title: "Telnyx",
  docs: "https://developers.telnyx.com/api",
  settings,
  required: ["TELNYX_API_KEY"],
  limit,
  trunkField: "connection_id",

  async connect(given, services) {
    const { connectTelnyx } = await import("./client.ts");
    return connectTelnyx({ key: given.TELNYX_API_KEY, baseUrl: given.TELNYX_BASE_URL ?? HOST, limit }, services);
  },

  sandbox: async () => (await import("./emulator.ts")).telnyxEmulator,

  reach: async () => (await import("./reach.ts")).telnyxReach,
  gateways: async () => (await import("./gateways.ts")).telnyxGateways(),
  diagnosis: async () => (await import("./diagnosis.ts")).telnyxDiagnosis,
  planner: async () => (await import("./planner.ts")).telnyxPlanner,
  connection: async () => (await import("./connection.ts")).telnyxConnection,
  picture: async () => (await import("./picture.ts")).telnyxPicture,
  promptSentences: async () => (await import("./prompt-sentences.ts")).telnyxPromptSentences,
  guides: async () => (await import("./guides.ts")).telnyxGuides,
  pbxFacts: async () => (await import("./pbx-facts.ts")).telnyxPbxFacts,

  sandboxSettings: (baseUrl) => ({ TELNYX_API_KEY: "sandbox-key", TELNYX_BASE_URL: `${baseUrl}/v2` }),
});
