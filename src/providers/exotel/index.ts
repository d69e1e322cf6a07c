import * as z from "zod";
import { defineProvider } from "../../core/carrier/provider.ts";
import { secretSetting } from "../../core/config.ts";
import type { ExotelClient } from "./client.ts";

const hosts = { in: "https://api.in.exotel.com", sg: "https://api.exotel.com" };
const limit = { calls: 200, perMs: 60_000 };

const settings = z.object({
  EXOTEL_ACCOUNT_SID: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: "expected the account SID of the API settings page" })
    .describe("account SID, from the API settings page"),
  EXOTEL_API_KEY: secretSetting().describe("API key"),
  EXOTEL_API_TOKEN: secretSetting().describe("API token"),
  EXOTEL_REGION: z
    .enum(["in", "sg"], { error: "expected in or sg" })
    .default("in")
    .describe("`in` (api.in.exotel.com) or `sg` (api.exotel.com)"),
  EXOTEL_BASE_URL: z.url({ error: "expected a URL" }).optional().describe("overrides the region's host; plain http on loopback only"),
});

export const exotel = defineProvider<typeof settings, ExotelClient>({
  id: "exotel",
  title: "Exotel",
  docs: "https://developer.exotel.com",
  settings,
  required: ["EXOTEL_ACCOUNT_SID", "EXOTEL_API_KEY", "EXOTEL_API_TOKEN"],
  limit,
  trunkField: "trunk_sid",
  setupOptions: { mode: z.string().max(8).optional().describe("pstn or flow") },
  errorCodeHeader: "X-Exotel-ErrorCode",

  account: ({ EXOTEL_ACCOUNT_SID }) => EXOTEL_ACCOUNT_SID,

  async connect(given, services) {
    const { connectExotel } = await import("./client.ts");
    const account = { sid: given.EXOTEL_ACCOUNT_SID, key: given.EXOTEL_API_KEY, token: given.EXOTEL_API_TOKEN, limit };
    return connectExotel({ ...account, baseUrl: given.EXOTEL_BASE_URL ?? hosts[given.EXOTEL_REGION] }, services);
  },

  sandbox: async () => (await import("./emulator.ts")).exotelEmulator,

  reach: async () => (await import("./reach.ts")).exotelReach,
  planner: async () => (await import("./planner.ts")).exotelPlanner,
  connection: async () => (await import("./connection.ts")).exotelConnection,
  gateways: async () => (await import("./gateways.ts")).exotelGateways(),
  pbxFacts: async () => (await import("./pbx-facts.ts")).exotelPbxFacts,
  picture: async () => (await import("./picture.ts")).exotelPicture,
  promptSentences: async () => (await import("./prompt-sentences.ts")).exotelPromptSentences,
  guides: async () => (await import("./guides.ts")).exotelGuides,
  diagnosis: async () => (await import("./diagnosis.ts")).exotelDiagnosis,

  sandboxSettings: (baseUrl) => ({
    EXOTEL_ACCOUNT_SID: "sandbox",
    EXOTEL_API_KEY: "sandbox-key",
    EXOTEL_API_TOKEN: "sandbox-token",
    EXOTEL_BASE_URL: baseUrl,
  }),
});
