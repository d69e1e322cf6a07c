import type { ConnectedPlatform } from "../../core/carrier/connection.ts";
import { quoteText } from "../../core/text.ts";
import { isHostName } from "../../rules/address.ts";
import { formatTarget } from "../../rules/connection.ts";
import type { LiveKitClient } from "./client.ts";
import { changeTrunk, readTrunk } from "./platform-trunk.ts";

const cloud = /^([a-z0-9-]+)\.(sip\.livekit\.cloud)$/;

/** Calls of these countries' numbers may not leave the country: the host has a label for its region [LiveKit docs, region pinning]. */
const regions: Record<string, string> = { in: "india" };

export const livekitConnection: ConnectedPlatform<LiveKitClient> = {
  sipHost: ({ sipHost }) => sipHost,
  checkHost: (host) =>
    isHostName(host) && host.includes(".")
      ? undefined
      : `${quoteText(host)} is no host name such as 52yds6f68qz.sip.livekit.cloud, without sip:, port and path.`,
  hostFor: (sipHost, country = "") => {
    const region = regions[country];
    return region === undefined ? sipHost : sipHost.replace(cloud, `$1.${region}.$2`);
  },
  label: (sipHost) => sipHost.split(".")[0] ?? "",
  isHost: (host, sipHost) => host.replace(/^([a-z0-9-]+)\.[a-z0-9-]+\.(sip\.livekit\.cloud)$/, "$1.$2") === sipHost,
  isPlatforms: (host) => /\.sip\.livekit\.cloud$/i.test(host),
  read: readTrunk,
  change: changeTrunk,
  answers: ({ attributes = {} }) => attributes["direction"] !== "inbound" || [attributes["dispatch_rules"]].flat().some(Boolean),
  inbound: ({ trunk, numbers, admission, user, agentName, roomPrefix, encrypted, requiresMedia }) => ({
    provider: "livekit",
    use_case: "inbound",
    trunk,
    numbers: [...numbers],
    ...(admission.kind === "addresses" ? { ips: [...admission.addresses] } : {}),
    ...(admission.kind === "login" ? { credentials: [user] } : {}),
    options: {
      // `allow` takes calls with and without SRTP, until a call has shown how it comes.
      media_encryption: encrypted && requiresMedia ? "require" : "allow",
      ...(agentName === undefined ? {} : { agent_name: agentName }),
      ...(roomPrefix === undefined ? {} : { room_prefix: roomPrefix }),
    },
  }),
  outbound: ({ trunk, numbers, encrypted, country, outbound: { gateway, user, of, headers } }) => ({
    provider: "livekit",
    use_case: "outbound",
    trunk,
    numbers: [...numbers],
    destinations: [formatTarget(gateway)],
    ...(user === undefined ? {} : { credentials: [user] }),
    login_of: of,
    options: {
      media_encryption: encrypted ? "require" : "disable",
      ...(country === undefined ? {} : { destination_country: country }),
      ...(headers === undefined ? {} : { headers }),
    },
  }),
};
