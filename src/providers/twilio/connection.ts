import type { CarrierEnd, ConnectionWish } from "../../core/carrier/connection.ts";
import type { Setup } from "../../core/carrier/setup.ts";
import { formatTarget, loginName } from "../../rules/connection.ts";
import { twilioGateways } from "./gateways.ts";

export const twilioConnection: CarrierEnd = {
  inbound: {
    encrypted: true,
    target: (host, encrypted) => ({ host, transport: encrypted ? "tls" : "tcp" }),
    // Twilio answers no challenge, and any of its edges may bring a call.
    admission: () => ({ kind: "addresses", addresses: twilioGateways().inbound_sources.addresses }),
    requiresMedia: true,
    setup: (wish, { target }) => ({
      ...base(wish, { secure: target.transport === "tls" }),
      use_case: "inbound",
      destinations: [formatTarget(target)],
      ...(wish.known ? { exactly: ["destinations"] } : {}),
    }),
  },
  outbound: {
    encrypted: true,
    isGateway: (host) => /(^|\.)pstn\.([a-z0-9-]+\.)?twilio\.com$/i.test(host),
    toward: (wish, encrypted, label) => ({
      gateway: { host: domainOf(wish, label), transport: encrypted ? "tls" : "tcp" },
      user: loginName(wish.trunk),
      of: { provider: "twilio", trunk: wish.trunk },
    }),
    setup: (wish, { gateway, user }) => ({
      ...base(wish, { secure: gateway.transport === "tls", domain_name: gateway.host }),
      use_case: "outbound",
      credentials: user === undefined ? [] : [user],
    }),
  },
};

/** No trunk of any account may have it yet, so it has the platform's word in it as well as the trunk's name. */
function domainOf({ trunk, options, known }: ConnectionWish, label: string): string {
  if (typeof options["domain_name"] === "string") return options["domain_name"];
  const word = trunk
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return (
    known?.domain_name ??
    `${[word, label]
      .filter((part) => part !== "")
      .join("-")
      .slice(0, 60)}.pstn.twilio.com`
  );
}

function base({ trunk, numbers, options }: ConnectionWish, own: Record<string, unknown>): Setup {
  return { provider: "twilio", trunk, numbers: [...numbers], options: { ...own, ...options } };
}
