import * as z from "zod";
import { defineProvider } from "../../core/carrier/provider.ts";
import { secretSetting } from "../../core/config.ts";
import type { VyomClient } from "./client.ts";

const HOST = "https://api-livekit-vyom.indusnettechnologies.com";
/** None is documented, and none was found in the service's source (2026-08): this is courtesy. */
const limit = { calls: 10, perMs: 1_000 };

const settings = z.object({
  VYOM_API_KEY: secretSetting().describe("API key (`lvk_…`)"),
  VYOM_BASE_URL: z.url({ error: "expected a URL" }).default(HOST).describe(`default ${HOST}; plain http on loopback only`),
});

export const vyom = defineProvider<typeof settings, VyomClient>({
  id: "vyom",
  title: "Vyom",
  docs: "https://api-livekit-vyom.indusnettechnologies.com/documentation",
  settings,
  required: ["VYOM_API_KEY"],
  limit,
  trunkField: "trunk_id",
  setupOptions: {
    trunk_type: z.string().max(100).optional(),
    trunk_config: z
      .looseObject({
        address: z.string().max(100).optional(),
        username: z.string().max(100).optional(),
        password: z.string().max(100).optional().describe("env:TRUNKLINE_SECRET_…"),
      })
      .optional(),
  },

  async connect(given, services) {
    const { connectVyom } = await import("./client.ts");
    return connectVyom({ key: given.VYOM_API_KEY, baseUrl: given.VYOM_BASE_URL, limit }, services);
  },

  sandbox: async () => (await import("./emulator.ts")).vyomEmulator,

  reach: async () => (await import("./reach.ts")).vyomReach,
  planner: async () => (await import("./planner.ts")).vyomPlanner,
  gateways: async () => (await import("./gateways.ts")).vyomGateways(),
  pbxFacts: async () => (await import("./pbx-facts.ts")).vyomPbxFacts,
  promptSentences: async () => (await import("./prompt-sentences.ts")).vyomPromptSentences,
  guides: async () => (await import("./guides.ts")).vyomGuides,
  diagnosis: async () => (await import("./diagnosis.ts")).vyomDiagnosis,

  sandboxSettings: (baseUrl) => ({ VYOM_API_KEY: "sandbox-key", VYOM_BASE_URL: baseUrl }),
});
