import * as z from "zod";
import { defineProvider } from "../../core/carrier/provider.ts";
import { secretSetting } from "../../core/config.ts";
import { TrunkError } from "../../core/errors.ts";
import type { TwilioClient } from "./client.ts";

/** Twilio limits calls under way at once, and does not say to how many. */
const limit = { calls: 20, perMs: 1_000, atOnce: 4 };

const place = (what: string) =>
  z
    .string()
    .regex(/^[a-z0-9-]{2,32}$/, { error: `expected a ${what}` })
    .optional();
const url = () => z.url({ error: "expected a URL" }).optional();

const settings = z.object({
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-f]{32}$/i, { error: "expected AC and 32 hexadecimal digits" })
    .describe("account SID; the key must be of the same account"),
  TWILIO_API_KEY: z
    .string()
    .regex(/^(SK|AC)[0-9a-f]{32}$/i, { error: "expected SK and 32 hexadecimal digits" })
    .describe("API key `SK…` of kind standard; the account SID, if the secret is the auth token"),
  TWILIO_API_SECRET: secretSetting().describe("the key's secret"),
  TWILIO_REGION: place("region such as ie1").describe("region such as `ie1`; keys and trunks of one are unknown in another"),
  TWILIO_EDGE: place("edge such as dublin").describe("edge such as `dublin`; a region needs one"),
  TWILIO_TRUNKING_BASE_URL: url().describe("overrides the host of trunks; plain http on loopback only"),
  TWILIO_API_BASE_URL: url().describe("overrides the host of lists and numbers"),
  TWILIO_VOICE_BASE_URL: url().describe("overrides the host of geo permissions"),
});

export const twilio = defineProvider<typeof settings, TwilioClient>({
  id: "twilio",
  title: "Twilio",
  docs: "https://www.twilio.com/docs/sip-trunking",
  settings,
  required: ["TWILIO_ACCOUNT_SID", "TWILIO_API_KEY", "TWILIO_API_SECRET"],
  limit,
  trunkField: "trunk_sid",

  account: ({ TWILIO_ACCOUNT_SID }) => TWILIO_ACCOUNT_SID,

  async connect(given, services) {
    const { connectTwilio } = await import("./client.ts");
    const { TWILIO_REGION: region, TWILIO_EDGE: edge } = given;
    if (region !== undefined && edge === undefined)
      throw new TrunkError("not_configured", "TWILIO_REGION needs TWILIO_EDGE: a region has no host without an edge. Nothing was sent.", {
        hint: "Set TWILIO_EDGE, such as dublin for ie1 or sydney for au1.",
      });
    const place = edge === undefined ? "" : `.${edge}.${region ?? "us1"}`;
    const hostOf = (product: string) => `https://${product}${place}.twilio.com`;
    const urls = {
      trunking: given.TWILIO_TRUNKING_BASE_URL ?? hostOf("trunking"),
      api: given.TWILIO_API_BASE_URL ?? hostOf("api"),
      voice: given.TWILIO_VOICE_BASE_URL ?? hostOf("voice"),
    };
    const account = { sid: given.TWILIO_ACCOUNT_SID, key: given.TWILIO_API_KEY, secret: given.TWILIO_API_SECRET };
    return connectTwilio({ ...account, urls, limit }, services);
  },

  sandbox: async () => (await import("./emulator.ts")).twilioEmulator,

  reach: async () => (await import("./reach.ts")).twilioReach,
  planner: async () => (await import("./planner.ts")).twilioPlanner,
  connection: async () => (await import("./connection.ts")).twilioConnection,
  pbxFacts: async () => (await import("./pbx-facts.ts")).twilioPbxFacts,
  picture: async () => (await import("./picture.ts")).twilioPicture,
  promptSentences: async () => (await import("./prompt-sentences.ts")).twilioPromptSentences,
  guides: async () => (await import("./guides.ts")).twilioGuides,
  gateways: async () => (await import("./gateways.ts")).twilioGateways(),
  diagnosis: async () => (await import("./diagnosis.ts")).twilioDiagnosis,

  sandboxSettings: (baseUrl) => ({
    TWILIO_ACCOUNT_SID: `AC${"a".repeat(32)}`,
    TWILIO_API_KEY: `SK${"a".repeat(32)}`,
    TWILIO_API_SECRET: "sandbox-secret",
    TWILIO_TRUNKING_BASE_URL: `${baseUrl}/trunking`,
    TWILIO_API_BASE_URL: `${baseUrl}/api`,
    TWILIO_VOICE_BASE_URL: `${baseUrl}/voice`,
  }),
});
