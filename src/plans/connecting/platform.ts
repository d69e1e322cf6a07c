import type { PlatformEnd, WantedConnection } from "../../core/carrier/connection.ts";
import type { Question } from "../../core/carrier/planner.ts";
import type { Carrier, ConnectedProvider } from "../../core/carrier/provider.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import { type VoicePlatform, voicePlatforms } from "../../pbx/platforms.ts";

/** The side on which agents are. */
export interface Platform {
  id: string;
  title: string;
  /** With its account, so that nobody agrees to another one than they mean. */
  name: string;
  side: PlatformEnd;
  /** Absent: a person sets its side up, with the values that export_pbx_config writes. */
  connected?: ConnectedProvider<unknown>;
  /** The addresses from which it calls. */
  ranges: readonly string[];
  takesTcp: boolean;
}

/** One that is configured here, or one of which no more is known than its host and its addresses. */
export async function findPlatform(said: string | undefined, carriers: readonly Carrier[]): Promise<Platform> {
  const id = said?.toLowerCase();
  const carrier = carriers.find(({ provider }) => provider.platform && (id === undefined || provider.id === id));
  const side = await carrier?.provider.platform?.();
  if (carrier && side) return await configured(carrier, side as PlatformEnd);
  const known = carriers.flatMap(({ provider }) => (provider.platform ? [provider.id] : []));
  const published = voicePlatforms().filter(({ inbound }) => inbound.every(({ host }) => !host.includes("{")));
  const other = published.find((one) => one.id === id);
  if (other) return byHand(other);
  const what = said === undefined ? "" : `${quoteText(said)} `;
  throw new TrunkError("not_configured", `No platform ${what}is configured or known here. Nothing was planned.`, {
    field: "platform",
    hint: "Pass one of these. For any other, export_pbx_config writes the values of its side.",
    candidates: [...known, ...published.map((one) => one.id)],
  });
}

async function configured({ provider, account, connected }: Carrier, side: PlatformEnd): Promise<Platform> {
  const { id, title } = provider;
  return {
    ...{ id, title, side, takesTcp: true, connected: await connected() },
    name: account === undefined ? `${title}'s sandbox` : `${title} project ${quoteText(account)}`,
    ranges: (await provider.gateways?.())?.inbound_sources.addresses ?? [],
  };
}

/** Its own side takes no call of ours, so nothing of it is planned. */
function byHand({ id, title, inbound, egress }: VoicePlatform): Platform {
  const hosts = inbound.map(({ host }) => host);
  return {
    ...{ id, title, name: title },
    side: {
      sipHost: () => hosts[0],
      checkHost: () => undefined,
      hostFor: (sipHost) => sipHost,
      label: () => id,
      isHost: (host) => hosts.includes(host),
      answers: () => true,
      inbound: () => undefined,
      outbound: () => undefined,
    },
    ranges: egress.flatMap(({ addresses }) => addresses),
    takesTcp: inbound.some(({ transport }) => transport === "tcp"),
  };
}

/** Every platform that is configured here, and whose host for calls is known. */
export async function knownPlatforms(carriers: readonly Carrier[]): Promise<{ platform: Platform; sipHost: string }[]> {
  const found = await Promise.all(
    carriers.filter(({ provider }) => provider.platform).map(({ provider }) => findPlatform(provider.id, carriers)),
  );
  return found.flatMap((platform) => {
    const host = sipHostOf(platform, {});
    return "host" in host ? [{ platform, sipHost: host.host }] : [];
  });
}

/** The host to which carriers send calls for it. */
export function sipHostOf(
  { side, connected, title, takesTcp }: Platform,
  { sip_host, encryption }: WantedConnection,
): { host: string; isSaid: boolean } | { question: Question } {
  const known = side.sipHost(connected?.client);
  const said = sip_host?.trim().toLowerCase();
  if (known !== undefined && said !== undefined && !side.isHost(said, known))
    return { question: { field: "sip_host", question: `Calls for ${title} go to ${quoteText(known)} here. Leave sip_host out?` } };
  const host = known ?? said;
  const wrong = host === undefined ? undefined : side.checkHost(host);
  if (!takesTcp && encryption === false)
    return {
      question: { field: "encryption", question: `${title} takes calls over tls, and none over tcp. Encrypt them?`, candidates: ["true"] },
    };
  if (host !== undefined && wrong === undefined) return { host, isSaid: known === undefined };
  const question = `${wrong === undefined ? "" : `${wrong} `}To which host do carriers send calls for ${title}? Its console shows it, and no API tells it.`;
  return { question: { field: "sip_host", question } };
}
