import { isIP } from "node:net";
import { ASK, defineCheck } from "../core/carrier/diagnosis.ts";
import type { DestinationUri, TrunkDetail } from "../core/carrier/trunk.ts";
import { fail, orPass, pass, unknown, warn } from "../core/carrier/verdict.ts";
import { quoteText, someOf } from "../core/text.ts";
import { voicePlatforms } from "../pbx/platforms.ts";
import { unusable } from "../rules/address.ts";
import { formatDestination, readDestination } from "../rules/destination.ts";
import { cidr, isCovered } from "../rules/range.ts";
import { listText, relist, single } from "./access-checks.ts";
import { isAskable } from "./find-peers.ts";
import { definePeerCheck, isDestination, type Peer, recordsOf, removeDestination, replaceDestination, wasFound } from "./peer.ts";

export const dstPresent = defineCheck({
  id: "dst.present",
  calls: "in",
  appliesTo: ({ directions, trunk }) => directions.has("inbound") && trunk.destination_uris !== undefined,
  run: ({ trunk, repairs }) => {
    const { destination_uris = [] } = trunk;
    const unread = destination_uris.filter(({ destination }) => !isAskable(readDestination(destination)?.host ?? ""));
    return orPass(
      [
        destination_uris.length === 0
          ? fail("The trunk has no destination: no call comes in.", {
              evidence: "destination_uris is empty.",
              remedy: "Add the host name or address, port and transport at which your SIP server takes calls.",
              repair: [repairs.addDestination?.(trunk, ASK)],
            })
          : undefined,
        ...unread.map(({ destination }) =>
          unknown("A destination has a form that is not known here.", { evidence: quoteText(destination, 120) }),
        ),
      ],
      "",
      `Destinations: ${destinationsText(trunk)}.`,
    );
  },
});

/** As the carrier has them: port and transport decide as much as the host. */
function destinationsText({ destination_uris = [] }: TrunkDetail): string {
  const read = ({ destination }: DestinationUri) => {
    const parsed = readDestination(destination);
    return parsed && isAskable(parsed.host) ? formatDestination(parsed) : quoteText(destination, 120);
  };
  return someOf(destination_uris.map(read));
}

/** Ports by which one of the two transports is meant. */
const usual: Record<number, "tcp" | "tls"> = { 5060: "tcp", 5070: "tcp", 5061: "tls", 443: "tls" };

export const destinationChecks = [
  definePeerCheck({
    id: "dst.transport",
    appliesTo: (facts) => isDestination(facts) && facts.destinations !== undefined,
    run: (facts) => {
      const { transport, port } = facts.peer;
      const { transports = [] } = facts.destinations ?? {};
      if (transports.includes(transport)) return [pass("")];
      const wanted = usual[port] ?? "tcp";
      return [
        fail(`The carrier does not send calls over ${transport}.`, {
          evidence: `It takes ${someOf(transports)}.`,
          remedy: `Have the server take ${wanted}, and change the destination.`,
          repair: replaceDestination(facts, { ...facts.peer, transport: wanted }),
        }),
      ];
    },
  }),
  definePeerCheck({
    id: "dst.port",
    needs: ["dst.transport"],
    appliesTo: isDestination,
    run: (facts) => {
      const { port, transport } = facts.peer;
      const expected = usual[port];
      // 5060 is the port of udp and tcp alike.
      if (expected === undefined || expected === transport || (expected === "tcp" && transport === "udp")) return [pass("")];
      return [
        warn(`Port ${port} is usually ${expected}, and the destination says ${transport}.`, {
          evidence: `${facts.peer.host}:${port};transport=${transport}`,
          remedy: "Make them agree with what the server listens on.",
          repair: replaceDestination(facts, { ...facts.peer, transport: expected }),
        }),
      ];
    },
  }),
  definePeerCheck({
    id: "dst.public",
    needs: ["dns.resolves"],
    appliesTo: isDestination,
    sees: (facts) => isIP(facts.peer.host) !== 0 || wasFound(facts),
    run: (facts) => {
      const found = addressesOf(facts.peer);
      const wrong = found.flatMap((address) => {
        const reason = unusable(address, facts.sandbox);
        // To what a name of the inside resolves is nobody's outside: the finding names no address that the trunk does not.
        return reason === undefined
          ? []
          : [isIP(facts.peer.host) === 0 ? `${facts.peer.host} leads to ${reason}` : `${address} is ${reason}`];
      });
      if (found.length === 0) return [unknown("The destination's address is not known.")];
      if (wrong.length === 0) return [pass("public")];
      if (facts.allowPrivate)
        return [
          unknown("The destination has an address that is not public; the operator lets such be asked.", { evidence: wrong.join("; ") }),
        ];
      return [
        fail("The destination has an address that no carrier reaches.", {
          evidence: `${wrong.join("; ")}.`,
          remedy: "Give the carrier a name or address that leads to the server from outside.",
          repair: removeDestination(facts),
        }),
      ];
    },
  }),
  definePeerCheck({
    id: "dst.in_acl",
    appliesTo: (facts) =>
      isDestination(facts) &&
      isIP(facts.peer.host) !== 0 &&
      facts.destinations?.listed === true &&
      facts.trunk.whitelisted_ips !== undefined,
    run: (facts) => {
      const { peer, trunk } = facts;
      const list = (trunk.whitelisted_ips ?? []).map(cidr);
      return orPass(
        [
          isCovered(peer.host, list)
            ? undefined
            : warn("The destination's address is not whitelisted on the trunk.", {
                evidence: `${peer.host} is in no entry; the entries are: ${listText(facts)}.`,
                remedy: "Whitelist it: the carrier takes an address as destination only where it is on the list.",
                repair: relist(facts, { add: [single(peer.host)] }),
              }),
        ],
        "whitelisted",
      );
    },
  }),
  // A host that its platform has switched off, or is about to.
  definePeerCheck({
    id: "dst.legacy",
    appliesTo: isDestination,
    run: (facts) => {
      const { host, transport } = facts.peer;
      const platforms = voicePlatforms();
      const found = platforms.flatMap((platform) =>
        (platform.retired ?? []).filter((retired) => retired.host === host).map((retired) => ({ platform, on: retired.on })),
      )[0];
      const next = found?.platform.inbound.find((one) => one.transport === transport);
      return orPass(
        [
          found &&
            fail(`${found.platform.title} retires this host.`, {
              evidence: `${host} is retired on ${found.on} (${found.platform.source}, ${found.platform.seen}).`,
              remedy: next ? `Use ${next.host}:${next.port};transport=${next.transport}.` : "Use the platform's new host.",
              repair: next ? replaceDestination(facts, next) : [],
            }),
        ],
        "",
      );
    },
  }),
  definePeerCheck({
    id: "dst.user",
    appliesTo: isDestination,
    run: (facts) => {
      const { host, row } = facts.peer;
      const isOpenAi = /(^|\.)sip\.api\.openai\.com$/i.test(host) && row?.destination.includes("@") !== true;
      return orPass(
        [
          isOpenAi
            ? fail("OpenAI needs the project id in the address, which this carrier cannot send.", {
                evidence: "A destination is host, port and transport, without a user part (inferred from the documents).",
                remedy:
                  "Put an SBC between that rewrites the Request-URI to sip:<project id>@sip.api.openai.com, and make it the destination.",
                repair: removeDestination(facts),
              })
            : undefined,
        ],
        "",
      );
    },
  }),
];

/** Literal, or whatever DNS said of the names that were asked. */
function addressesOf(peer: Peer): string[] {
  if (isIP(peer.host) !== 0) return [peer.host];
  return [...new Set([...recordsOf(peer, "A"), ...recordsOf(peer, "AAAA")].map(({ address }) => address))];
}
