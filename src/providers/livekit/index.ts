import * as z from "zod";
import { defineProvider } from "../../core/carrier/provider.ts";
import { secretSetting } from "../../core/config.ts";
import type { LiveKitClient } from "./client.ts";
import { SANDBOX_KEY, SANDBOX_SECRET } from "./sandbox-key.ts";

/** No limit of the API is documented: this is courtesy. */
const limit = { calls: 60, perMs: 60_000 };

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i;

const settings = z.object({
  LIVEKIT_URL: z
    .url({ error: "expected a URL", protocol: /^(wss?|https?)$/ })
    .transform((url) => url.replace(/^ws/i, "http"))
    .describe("`wss://….livekit.cloud` of the project, or your own server; plain ws or http on loopback only"),
  LIVEKIT_API_KEY: z.string().min(1).describe("API key (`API…`)"),
  LIVEKIT_API_SECRET: secretSetting().describe("its secret; this server uses it for SIP administration only"),
  LIVEKIT_SIP_HOST: z
    .string()
    .regex(hostName, { error: "expected a host name without sip:, port and path, such as 52yds6f68qz.sip.livekit.cloud" })
    .transform((host) => host.toLowerCase())
    .optional()
    .describe(
      "where carriers send calls, `<project id without p_>.sip.livekit.cloud`: it is not the name in LIVEKIT_URL, and no API tells it",
    ),
});

/** The mistake that makes everything look right, while calls end in 404. */
const guarded = settings.refine(({ LIVEKIT_URL, LIVEKIT_SIP_HOST }) => !isNameOfUrl(LIVEKIT_URL, LIVEKIT_SIP_HOST), {
  path: ["LIVEKIT_SIP_HOST"],
  error: "the Cloud's SIP host has the project id in it, without p_, and not the name in LIVEKIT_URL",
});

function isNameOfUrl(url: string, sipHost = ""): boolean {
  const [name, ...domain] = new URL(url).hostname.split(".");
  return domain.join(".") === "livekit.cloud" && sipHost.endsWith(".sip.livekit.cloud") && sipHost.split(".")[0] === name;
}

export const livekit = defineProvider<typeof guarded, LiveKitClient>({
  id: "livekit",
  title: "LiveKit",
  docs: "https://docs.livekit.io/reference/telephony/sip-api",
  settings: guarded,
  required: ["LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"],
  limit,
  trunkField: "trunk_id",
  account: ({ LIVEKIT_URL }) => new URL(LIVEKIT_URL).host,

  async connect(given, services) {
    const { connectLiveKit } = await import("./client.ts");
    const account = {
      key: given.LIVEKIT_API_KEY,
      secret: given.LIVEKIT_API_SECRET,
      baseUrl: given.LIVEKIT_URL,
      sipHost: given.LIVEKIT_SIP_HOST,
      limit,
    };
    return connectLiveKit(account, services);
  },

  sandbox: async () => (await import("./emulator.ts")).livekitEmulator,

  reach: async () => (await import("./reach.ts")).livekitReach,
  planner: async () => (await import("./planner.ts")).livekitPlanner,
  platform: async () => (await import("./connection.ts")).livekitConnection,
  gateways: async () => (await import("./gateways.ts")).livekitGateways(),
  picture: async () => (await import("./picture.ts")).livekitPicture,
  promptSentences: async () => (await import("./prompt-sentences.ts")).livekitPromptSentences,
  guides: async () => (await import("./guides.ts")).livekitGuides,
  diagnosis: async () => (await import("./diagnosis.ts")).livekitDiagnosis,

  sandboxSettings: (baseUrl) => ({
    LIVEKIT_URL: baseUrl,
    LIVEKIT_API_KEY: SANDBOX_KEY,
    LIVEKIT_API_SECRET: SANDBOX_SECRET,
    LIVEKIT_SIP_HOST: "sandbox.sip.livekit.cloud",
  }),
});
