import type { GuideTopic } from "../src/core/carrier/guides.ts";
import type { AnyProvider } from "../src/core/carrier/provider.ts";
import { providers } from "../src/providers/index.ts";

interface Guide {
  title: string;
  description: string;
  /** Markdown, around what the carriers have to say. */
  load(): Promise<{ default: (carriers: string) => string }>;
}

/** Every guide, one entry each, its text loaded when it is read. A test holds this list equal to the folder. */
export const guides = {
  outbound: {
    title: "Outbound calls",
    description: "From nothing to calls that you place, carrier by carrier",
    load: () => import("./outbound.ts"),
  },
  inbound: {
    title: "Inbound calls",
    description: "From nothing to calls that reach your server, and the steps that no API covers",
    load: () => import("./inbound.ts"),
  },
  "voice-ai": {
    title: "Voice bots",
    description: "StreamKit, LiveKit and the hosted platforms: what each needs of a trunk",
    load: () => import("./voice-ai.ts"),
  },
  "error-codes": {
    title: "Error codes",
    description: "Codes of this server, the carriers and SIP: their meaning, and what to do",
    load: () => import("./error-codes.ts"),
  },
  limits: {
    title: "Limits",
    description: "Rates, lengths and counts, with where each is documented",
    load: () => import("./limits.ts"),
  },
  "pbx-settings": {
    title: "PBX settings",
    description: "Hosts, ports, logins, codecs and media addresses, and where the documents disagree",
    load: () => import("./pbx-settings.ts"),
  },
} satisfies Record<GuideTopic, Guide>;

/** A guide as it is read: with the carriers' own sections in the order of the registry. */
export async function guideText(topic: GuideTopic, carriers: readonly AnyProvider[] = providers): Promise<string> {
  const [{ default: write }, ...own] = await Promise.all([guides[topic].load(), ...carriers.map((carrier) => carrier.guides?.())]);
  return write(own.flatMap((sections) => sections?.[topic]?.join("\n") ?? []).join("\n\n"));
}
