import { isIP } from "node:net";
import { callsOut, type Verdict } from "../core/carrier/diagnosis.ts";
import { fail, orPass, pass, unknown, warn } from "../core/carrier/verdict.ts";
import { quoteText, someOf } from "../core/text.ts";
import { unusable } from "../rules/address.ts";
import { cidr, isCovered } from "../rules/range.ts";
import type { SipResponse } from "../sip/message.ts";
import { listText, relist, single } from "./access-checks.ts";
import { howToOpen } from "./may-ask.ts";
import {
  askElsewhere,
  attemptOf,
  definePeerCheck,
  isDestination,
  isPeerItself,
  type Peer,
  type PeerFacts,
  recordsOf,
  replaceDestination,
  wasFound,
  wasReached,
} from "./peer.ts";

const isNamed = ({ peer }: PeerFacts) => isIP(peer.host) === 0;
/** TCP and TLS stood where they were asked for, so that SIP could be spoken. */
const spokeSip = (facts: PeerFacts) =>
  wasReached(facts) && isPeerItself(facts) && !/^(timeout|tls_failed)$/.test(attemptOf(facts.peer)?.outcome ?? "");

const dnsWords = {
  not_found: "DNS has no such name",
  no_address: "the name has no address",
  not_offered: "its SRV record says that the service does not exist",
  server_failed: "its DNS server failed",
  timeout: "DNS did not answer in time",
};

export const signallingChecks = [
  definePeerCheck({
    id: "dns.resolves",
    appliesTo: isNamed,
    sees: (facts) => wasFound(facts) || (facts.peer.report !== undefined && facts.machine.names),
    run: (facts) => {
      const { result } = facts.peer.report ?? {};
      if (result?.outcome !== "dns_failed") return [pass(addressesText(facts))];
      const evidence = `${quoteText(result.name)}: ${dnsWords[result.problem]}.`;
      // The carrier's names are no fault of the trunk's; and a server that fails may answer others.
      if (facts.peer.kind === "gateway" || result.problem === "server_failed" || result.problem === "timeout")
        return [unknown("The name does not resolve from this machine.", { evidence, remedy: askElsewhere(facts) })];
      // No call repairs it: another network may have the name, and then the destination is right.
      return [fail("The name does not resolve.", { evidence, remedy: "Create an A record for it, or correct the name." })];
    },
  }),
  definePeerCheck({
    id: "dns.cname",
    needs: ["dns.resolves"],
    appliesTo: (facts) => isNamed(facts) && isDestination(facts),
    sees: wasFound,
    run: (facts) => {
      const [alias] = recordsOf(facts.peer, "CNAME");
      return orPass(
        [
          alias &&
            warn("The destination's name is an alias.", {
              evidence: `${quoteText(alias.name)} is a CNAME of ${quoteText(alias.target)}.`,
              remedy: "Give it an A record: the carrier's guide takes no CNAME.",
              repair: isIP(alias.target) === 0 ? replaceDestination(facts, { ...facts.peer, host: alias.target }) : [],
            }),
        ],
        "",
      );
    },
  }),
  definePeerCheck({
    id: "dns.ttl",
    needs: ["dns.resolves"],
    appliesTo: (facts) => isNamed(facts) && isDestination(facts),
    sees: wasFound,
    run: ({ peer }) => {
      const longest = Math.max(0, ...recordsOf(peer, "A").map(({ ttlSeconds }) => ttlSeconds));
      return [pass(longest > 60 ? `kept for ${longest} s, where 30 to 60 s make a change quick` : "")];
    },
  }),
  definePeerCheck({
    id: "dns.aaaa",
    needs: ["dns.resolves"],
    appliesTo: (facts) => isNamed(facts) && isDestination(facts),
    sees: wasFound,
    run: ({ peer }) => {
      const isSixOnly = recordsOf(peer, "A").length === 0 && recordsOf(peer, "AAAA").length > 0;
      return [pass(isSixOnly ? "IPv6 only, over which the carrier may not send" : "")];
    },
  }),
  definePeerCheck({
    id: "net.tcp",
    needs: ["dst.transport", "dns.resolves", "dst.public"],
    sees: ({ peer }) => peer.report?.result.outcome !== "dns_failed",
    run: (facts) => [reachVerdict(facts)],
  }),
  definePeerCheck({
    id: "sip.transport_mix",
    needs: ["net.tcp"],
    appliesTo: ({ peer }) => peer.transport !== "udp",
    sees: ({ peer }) => peer.otherTransport !== undefined,
    run: (facts) => {
      const { peer } = facts;
      const other = peer.transport === "tls" ? "tcp" : "tls";
      const report = peer.otherTransport?.result;
      const speaks =
        report?.outcome === "answered" || (other === "tls" && report !== undefined && "tls" in report && report.tls !== undefined);
      if (!speaks) return [pass("")];
      return [
        fail(`${peer.transport} was asked for, and ${other} answers on this port.`, {
          evidence: `${peer.host}:${peer.port} speaks ${other}.`,
          remedy: "Swap the transport, or name the port of the one that is meant.",
          repair: replaceDestination(facts, { ...peer, transport: other }),
        }),
      ];
    },
  }),
  definePeerCheck({
    id: "sip.options",
    needs: ["net.tcp", "sip.transport_mix", "tls.version", "tls.mtls"],
    sees: spokeSip,
    run: (facts) => [optionsVerdict(facts)],
  }),
  definePeerCheck({
    id: "auth.realm",
    needs: ["sip.options"],
    appliesTo: ({ peer, list }) => peer.kind !== "destination" && list?.realm !== undefined,
    sees: (facts) => isPeerItself(facts) && realmOf(facts.peer) !== undefined,
    run: ({ peer, list }) =>
      orPass(
        [
          realmOf(peer) === list?.realm?.value
            ? undefined
            : warn("The peer asks for a login in another realm than the carrier's.", {
                evidence: `It says ${quoteText(realmOf(peer) ?? "")}; the carrier's is ${quoteText(list?.realm?.value ?? "")}.`,
                remedy: "Look whether this is the carrier's gateway, or a proxy stands between.",
              }),
        ],
        "asks in the carrier's realm",
      ),
  }),
  definePeerCheck({
    id: "acl.egress",
    needs: ["sip.options"],
    // A person who named the address that calls come from asked about that one.
    appliesTo: ({ peer, trunk, directions, fromPbx, pbxIp, platform }) =>
      peer.kind !== "destination" &&
      trunk.whitelisted_ips !== undefined &&
      callsOut({ directions }) &&
      (fromPbx || (pbxIp === undefined && platform === undefined)),
    sees: spokeSip,
    run: (facts) => [egressVerdict(facts)],
  }),
];

/** Names no address of the inside that the trunk does not name. */
function addressesText({ peer, sandbox }: PeerFacts): string {
  const all = [...recordsOf(peer, "A"), ...recordsOf(peer, "AAAA")].map(({ address }) => address);
  const found = all.filter((address) => unusable(address, sandbox) === undefined);
  if (found.length === 0) return "resolves";
  return `resolves to ${someOf(found)}`;
}

function realmOf(peer: Peer): string | undefined {
  const attempt = attemptOf(peer);
  return attempt?.outcome === "answered" ? attempt.response.realm : undefined;
}

function reachVerdict(facts: PeerFacts): Verdict {
  const { peer } = facts;
  const attempt = attemptOf(peer);
  if (attempt === undefined) return unknown("There was no time left to ask this peer.");
  const where = `${attempt.candidate.address}:${attempt.candidate.port} over ${attempt.candidate.transport}`;
  if (attempt.outcome === "not_allowed")
    return unknown("The peer was not asked: only public addresses are, at the ports of SIP.", {
      evidence: where,
      remedy: howToOpen(attempt.candidate.address),
    });
  if (attempt.outcome === "refused") return refusedVerdict(peer, where);
  if (attempt.outcome === "timeout" && attempt.phase === "connect")
    return unknown("No connection came about in time.", {
      evidence: `${where}: no answer.`,
      remedy: `A firewall may admit chosen addresses only, or the host is down. ${askElsewhere(facts)}`,
    });
  if (attempt.outcome === "broken" && attempt.problem === "unreachable")
    return unknown("This machine has no way there.", {
      evidence: `${where}: ${attempt.code ?? "unreachable"}.`,
      remedy: askElsewhere(facts),
    });
  return attempt.candidate.transport === "udp" ? pass("") : pass("connects");
}

function optionsVerdict(facts: PeerFacts): Verdict {
  const attempt = attemptOf(facts.peer);
  if (attempt?.outcome === "answered") return answerVerdict(attempt.response);
  if (attempt?.outcome === "silent") return silenceVerdict(facts, attempt.connected);
  if (attempt?.outcome === "broken" && attempt.problem === "not_sip")
    return fail("The answer is not SIP.", {
      evidence: "The reply is no SIP message.",
      remedy: "Name the port of the SIP service.",
    });
  return unknown("The peer closed the connection without an answer.", {
    evidence: attempt && "problem" in attempt ? attempt.problem : undefined,
    remedy: "Look into the peer's own log: some close it for strangers.",
  });
}

function answerVerdict({ status, retryAfterSeconds, errorCode }: SipResponse): Verdict {
  if (status === 503) {
    const wait = retryAfterSeconds === undefined ? "" : `, try again in ${retryAfterSeconds} s`;
    return warn("The peer says that it cannot serve at the moment.", {
      evidence: `OPTIONS was answered 503${wait}.`,
      remedy: "Wait, then look at the server's own state.",
    });
  }
  const code = errorCode === undefined ? "" : `, ${errorCode.header} ${quoteText(errorCode.code)}`;
  return pass(`answers OPTIONS with ${status}${code}`);
}

function refusedVerdict({ kind }: Peer, where: string): Verdict {
  const isGateway = kind === "gateway";
  return fail(isGateway ? "Every gateway that was asked refuses the connection." : "The connection is refused.", {
    evidence: `${where}: nothing listens.`,
    remedy: isGateway
      ? "Call find_gateway, which asks all that the documents name; else ask the carrier."
      : "Start the SIP service, or name the port and transport on which it listens.",
  });
}

/** Good servers leave OPTIONS unanswered, and a border controller admits the carrier's addresses only: no fault can be told. */
function silenceVerdict(facts: PeerFacts, connected: boolean): Verdict {
  return unknown("The peer is silent to OPTIONS.", {
    evidence: connected ? "The connection stands; no answer came." : "No answer came over udp.",
    remedy: `Good servers may do so towards strangers. ${askElsewhere(facts)}`,
  });
}

function egressVerdict(facts: PeerFacts): Verdict {
  const { peer, trunk, admission, fromPbx } = facts;
  const attempt = attemptOf(peer);
  const seen = attempt?.outcome === "answered" ? attempt.response.seenAs?.address : undefined;
  if (seen === undefined) return unknown("From which address calls go out cannot be seen: the peer did not say.");
  const list = (trunk.whitelisted_ips ?? []).map(cidr);
  if (isCovered(seen, list)) return pass(`the address that the carrier sees, ${seen}, listed`);
  const evidence = `The carrier's gateway sees this machine as ${seen}; the entries are: ${listText(facts)}.`;
  if (!fromPbx)
    return unknown("This machine's address is not whitelisted, which matters only if calls go out from here.", {
      evidence,
      remedy: "If the PBX sends from this address, call again with from_pbx: true.",
    });
  return fail("The address that the carrier sees is not whitelisted.", {
    evidence,
    remedy:
      admission.by === "either"
        ? "Whitelist it; where it changes, or many share it, use a login instead."
        : "Add it to the list; where it changes, have the PBX send from a fixed address: this carrier demands one, with a login or without.",
    repair: relist(facts, { add: [single(seen)] }),
  });
}
