import * as z from "zod";
import { defineProvider } from "../../core/carrier/provider.ts";
import { secretSetting } from "../../core/config.ts";
import type { DidwwClient } from "./operations.ts";
import { latestVersion, versions } from "./versions.ts";

const hosts = { production: "https://api.didww.com/v3", sandbox: "https://sandbox-api.didww.com/v3" };
const limit = { calls: 10, perMs: 1_000 };

const settings = z.object({
  DIDWW_API_KEY: secretSetting().describe("API key, from the API access page of the same environment"),
  DIDWW_ENVIRONMENT: z
    .enum(["production", "sandbox"], { error: "expected production or sandbox" })
    .default("production")
    .describe("`production` (api.didww.com) or `sandbox` (sandbox-api.didww.com), DIDWW's own test environment"),
  DIDWW_API_VERSION: z
    .enum(versions, { error: `expected ${versions.join(", ")}` })
    .default(latestVersion)
    .describe(`API version to ask for: ${versions.join(", ")}; an account that speaks a later one answers in that`),
  DIDWW_BASE_URL: z
    .url({ error: "expected a URL" })
    .optional()
    .describe("overrides the environment's address, `/v3` included; plain http on loopback only"),
});

export const didww = defineProvider<typeof settings, DidwwClient>({
  id: "didww",
  title: "DIDWW",
  docs: "https://doc.didww.com/api3",
  settings,
  required: ["DIDWW_API_KEY"],
  limit,
  trunkField: "trunk_id",
  // Those that most plans need: each costs a model its words. A plan takes every attribute of a voice out trunk.
  setupOptions: {
    on_cli_mismatch_action: z.string().max(64).optional(),
    allow_any_did_as_cli: z.boolean().optional(),
    dids: z.array(z.string().max(64)).max(1_000).optional(),
    capacity_limit: z.number().optional(),
    threshold_amount: z.string().max(64).optional(),
  },

  async connect(given, services) {
    const { connectDidww } = await import("./client.ts");
    const baseUrl = given.DIDWW_BASE_URL ?? hosts[given.DIDWW_ENVIRONMENT];
    return connectDidww({ key: given.DIDWW_API_KEY, version: given.DIDWW_API_VERSION, baseUrl, limit }, services);
  },

  sandbox: async () => (await import("./emulator.ts")).didwwEmulator,

  reach: async () => (await import("./reach.ts")).didwwReach,
  planner: async () => (await import("./planner.ts")).didwwPlanner,
  connection: async () => (await import("./connection.ts")).didwwConnection,
  gateways: async () => (await import("./gateways.ts")).didwwGateways(),
  picture: async () => (await import("./picture.ts")).didwwPicture,
  promptSentences: async () => (await import("./prompt-sentences.ts")).didwwPromptSentences,
  pbxFacts: async () => (await import("./pbx-facts.ts")).didwwPbxFacts,
  guides: async () => (await import("./guides.ts")).didwwGuides,
  diagnosis: async () => (await import("./diagnosis.ts")).didwwDiagnosis,

  sandboxSettings: (baseUrl) => ({ DIDWW_API_KEY: "sandbox-key", DIDWW_BASE_URL: `${baseUrl}/v3` }),
});
