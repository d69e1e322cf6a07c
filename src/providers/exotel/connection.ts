import type { CarrierEnd, ConnectionWish } from "../../core/carrier/connection.ts";
import type { Setup } from "../../core/carrier/setup.ts";
import { formatTarget } from "../../rules/connection.ts";
import { exotelGateways } from "./gateways.ts";

/** A login's user name has letters, digits and underscores, and at most 64 of them. */
const userName = (trunk: string) => `lk_${trunk.replace(/[^A-Za-z0-9]+/g, "_")}`.slice(0, 64);

export const exotelConnection: CarrierEnd = {
  inbound: {
    encrypted: true,
    target: (host, encrypted) => (encrypted ? { host, port: 5061, transport: "tls" } : { host, port: 5060, transport: "tcp" }),
    once: "a flow of Exotel's console leads them there",
    // Exotel answers no challenge, and publishes no addresses of its calls.
    admission: () => {
      const { addresses } = exotelGateways().inbound_sources;
      return addresses.length > 0 ? { kind: "addresses", addresses } : { kind: "number" };
    },
    setup: (wish, { target }) => ({
      ...base(wish),
      use_case: "inbound",
      destinations: [formatTarget(target)],
      ...(wish.known ? { exactly: ["destinations"] } : {}),
    }),
  },
  outbound: {
    encrypted: true,
    isGateway: (host) => /\.exotel\.com$/i.test(host),
    toward: (wish, encrypted) => ({
      gateway: encrypted
        ? { host: "in.voip.exotel.com", port: 443, transport: "tls" }
        : { host: "in.voip.exotel.com", port: 5070, transport: "tcp" },
      user: userName(wish.trunk),
      of: { provider: "exotel", trunk: wish.trunk },
    }),
    // No addresses: the list takes single ones only, and a trunk that has both confuses addresses and logins.
    setup: (wish, { user }) => ({ ...base(wish), use_case: "outbound", credentials: user === undefined ? [] : [user] }),
  },
};

function base({ trunk, numbers, options }: ConnectionWish): Setup {
  return { provider: "exotel", trunk, numbers: [...numbers], ...(Object.keys(options).length > 0 ? { options } : {}) };
}
