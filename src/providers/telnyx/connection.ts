import type { CarrierEnd, ConnectionWish } from "../../core/carrier/connection.ts";
import type { Setup } from "../../core/carrier/setup.ts";
import { formatTarget, loginName } from "../../rules/connection.ts";
import { telnyxGateways } from "./gateways.ts";

const WHERE_NOTHING_IS_SAID = "US";

/** A connection's calls come from its region alone. */
function signalling({ options, known }: ConnectionWish): string[] {
  const region = String(options["sip_region"] ?? known?.attributes?.["sip_region"] ?? WHERE_NOTHING_IS_SAID);
  const { gateways, inbound_sources } = telnyxGateways();
  const own = new Set(gateways.filter((gateway) => gateway.region === region).flatMap(({ addresses = [] }) => addresses));
  return own.size > 0 ? [...own] : inbound_sources.addresses;
}

export const telnyxConnection: CarrierEnd = {
  inbound: {
    encrypted: false,
    target: (host, encrypted) => (encrypted ? { host, port: 5061, transport: "tls" } : { host, port: 5060, transport: "tcp" }),
    admission: (wish) => ({ kind: "addresses", addresses: signalling(wish) }),
    setup: (wish, { target }) => ({
      ...base(wish, target.transport === "tls"),
      use_case: "inbound",
      destinations: [formatTarget(target)],
      ...(wish.known ? { exactly: ["destinations"] } : {}),
    }),
  },
  outbound: {
    encrypted: false,
    isGateway: (host) => /(^|\.)sip\.telnyx\.(com|eu|ca|asia|com\.au)$/i.test(host),
    toward: (wish, encrypted) => {
      const user = loginName(wish.trunk);
      return {
        gateway: { host: "sip.telnyx.com", transport: encrypted ? "tls" : "tcp" },
        user,
        of: { provider: "telnyx", trunk: wish.trunk },
        // Telnyx tells the connection by it before it asks for the login.
        headers: { "X-Telnyx-Username": user },
      };
    },
    setup: (wish, { gateway, user }) => ({
      ...base(wish, gateway.transport === "tls"),
      use_case: "outbound",
      credentials: user === undefined ? [] : [user],
    }),
  },
};

/** A connection that calls a host by its name, and may have a login for calls out. */
function base({ trunk, numbers, known, options }: ConnectionWish, encrypted: boolean): Setup {
  const own = { ...(known ? {} : { connection_type: "fqdn" }), ...(encrypted ? { encrypted_media: "SRTP" } : {}) };
  return { provider: "telnyx", trunk, numbers: [...numbers], options: { ...own, ...options } };
}
