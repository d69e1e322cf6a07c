import type { CarrierEnd, ConnectionWish } from "../../core/carrier/connection.ts";
import type { Setup } from "../../core/carrier/setup.ts";
import { formatTarget } from "../../rules/connection.ts";

/** The gateway that is near to the numbers. */
const gateways: Record<string, string> = { us: "nyc.us.out.didww.com", ca: "nyc.us.out.didww.com", sg: "sg.out.didww.com" };
const ELSEWHERE = "fra.eu.out.didww.com";

/** Calls in and calls out are two trunks at DIDWW. */
const inName = (trunk: string) => `${trunk} in`;
const outName = (trunk: string) => `${trunk} out`;

export const didwwConnection: CarrierEnd = {
  inbound: {
    encrypted: true,
    target: (host, encrypted) => (encrypted ? { host, port: 5061, transport: "tls" } : { host, port: 5060, transport: "tcp" }),
    admission: () => ({ kind: "login" }),
    setup: ({ trunk, numbers, known, options }, { target, login }) => ({
      provider: "didww",
      use_case: "inbound",
      trunk: known ? trunk : inName(trunk),
      numbers: [...numbers],
      destinations: [formatTarget(target)],
      options: {
        // The platform tells calls apart by the number in To.
        username: "+{DID}",
        media_encryption_mode: target.transport === "tls" ? "srtp_sdes" : "disabled",
        ...(login ? { auth_user: login.user } : {}),
        ...options,
      },
      ...(login ? { login_of: login.of } : {}),
    }),
  },
  outbound: {
    encrypted: true,
    isGateway: (host) => /\.out\.didww\.com$/i.test(host),
    // Calls to one were answered with 503 [didww/ai, September 2026].
    refusesPort: true,
    toward: ({ trunk, known, country = "" }, encrypted) => ({
      gateway: { host: gateways[country] ?? ELSEWHERE, transport: encrypted ? "tls" : "tcp" },
      // DIDWW makes each trunk's login itself.
      user: undefined,
      of: { provider: "didww", trunk: known ? trunk : outName(trunk) },
    }),
    notes: ({ known, options }) =>
      known || options["threshold_amount"] !== undefined
        ? []
        : [
            `DIDWW blocks the trunk once it has spent ${FIRST_THRESHOLD} in 24 hours, in the account's currency; options.threshold_amount sets another limit.`,
          ],
    setup: (wish, { gateway, of }, ranges) => ({
      provider: "didww",
      use_case: "outbound",
      trunk: of.trunk,
      numbers: [...wish.numbers],
      ips: [...ranges],
      options: {
        on_cli_mismatch_action: "reject_call",
        media_encryption_mode: gateway.transport === "tls" ? "srtp_sdes" : "disabled",
        ...optionsOut(wish),
      },
    }),
  },
};

/** A trunk that somebody else can use up costs no more than this in a day, until a person says more. */
const FIRST_THRESHOLD = "50.0";

function optionsOut({ options, known }: ConnectionWish): Setup["options"] {
  return { ...(known ? {} : { threshold_amount: FIRST_THRESHOLD }), ...options };
}
