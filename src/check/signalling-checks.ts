import { isIP } from "node:net";
import { callsOut, type Verdict } from "../core/carrier/diagnosis.ts";
import { fail, orPass, pass, unknown, warn } from "../core/carrier/verdict.ts";
import { counted, quoteText } from "../core/text.ts";
import { cidr, isCovered } from "../rules/range.ts";
import type { SipResponse } from "../sip/message.ts";
import { howToOpen } from "./may-ask.ts";
import {
  attemptOf,
  definePeerCheck,
  isDestination,
  type Peer,
  type PeerFacts,
  recordsOf,
  removeDestination,
  replaceDestination,
  wasReached,
} from "./peer.ts";

const isNamed = ({ peer }: PeerFacts) => isIP(peer.host) === 0;
const wasAsked = ({ peer }: PeerFacts) => peer.report !== undefined;
/** TCP and TLS stood where they were asked for, so that SIP could be spoken. */
const spokeSip = (facts: PeerFacts) => wasReached(facts) && !/^(timeout|tls_failed)$/.test(attemptOf(facts.peer)?.outcome ?? "");

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
    sees: wasAsked,
    run: (facts) => {
      const { result } = facts.peer.report ?? {};
      if (result?.outcome !== "dns_failed") return [pass("The name resolves.")];
      const evidence = `${quoteText(result.name)}: ${dnsWords[result.problem]}.`;
      // The carrier's names are no fault of the trunk's; and a server that fails may answer others.
      if (facts.peer.kind === "gateway" || result.problem === "server_failed" || result.problem === "timeout")
        return [unknown("The name does not resolve from this machine.", { evidence, remedy: "Try again from the PBX's network." })];
      return [
        fail("The name does not resolve.", {
          evidence,
          remedy: "Create an A record for it, or correct the name.",
          repair: removeDestination(facts),
        }),
      ];
    },
  }),
  definePeerCheck({
    id: "dns.cname",
    needs: ["dns.resolves"],
    appliesTo: (facts) => isNamed(facts) && isDestination(facts),
    sees: wasAsked,
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
        "The name has records of its own.",
      );
    },
  }),
  definePeerCheck({
    id: "dns.ttl",
    needs: ["dns.resolves"],
    appliesTo: (facts) => isNamed(facts) && isDestination(facts),
    sees: wasAsked,
    run: ({ peer }) => {
      const longest = Math.max(0, ...recordsOf(peer, "A").map(({ ttlSeconds }) => ttlSeconds));
      return [
        longest > 60
          ? pass("The address is kept for long.", `Its time to live is ${longest} s; 30 to 60 s make a change quick.`)
          : pass("The address is asked for anew often enough."),
      ];
    },
  }),
  definePeerCheck({
    id: "dns.aaaa",
    needs: ["dns.resolves"],
    appliesTo: (facts) => isNamed(facts) && isDestination(facts),
    sees: wasAsked,
    run: ({ peer }) => {
      const [four, six] = [recordsOf(peer, "A").length, recordsOf(peer, "AAAA").length];
      const note = four === 0 ? "IPv6 only; whether the carrier sends over IPv6 is not documented." : undefined;
      return [pass(six > 0 ? "The name has IPv6 addresses." : "The name has IPv4 addresses only.", note)];
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
      if (!speaks) return [pass("The other transport does not answer on this port either.")];
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
    sees: ({ peer }) => realmOf(peer) !== undefined,
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
        "The realm is the carrier's.",
      ),
  }),
  definePeerCheck({
    id: "acl.egress",
    needs: ["sip.options"],
    appliesTo: ({ peer, trunk, directions }) =>
      peer.kind !== "destination" && trunk.whitelisted_ips !== undefined && callsOut({ directions }),
    sees: spokeSip,
    run: (facts) => [egressVerdict(facts)],
  }),
];

function realmOf(peer: Peer): string | undefined {
  const attempt = attemptOf(peer);
  return attempt?.outcome === "answered" ? attempt.response.realm : undefined;
}

function reachVerdict({ peer }: PeerFacts): Verdict {
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
      remedy: "A firewall may admit only the carrier's addresses, or the host is down: look at it from the PBX.",
    });
  if (attempt.outcome === "broken" && attempt.problem === "unreachable")
    return unknown("This machine has no way there.", { evidence: `${where}: ${attempt.code ?? "unreachable"}.` });
  return attempt.candidate.transport === "udp" ? pass("Nothing refuses datagrams there.") : pass("The connection stands.", where);
}

function optionsVerdict({ peer }: PeerFacts): Verdict {
  const attempt = attemptOf(peer);
  if (attempt?.outcome === "answered") return answerVerdict(attempt.response);
  if (attempt?.outcome === "silent") return silenceVerdict(peer, attempt.connected);
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
  return pass("The peer answers SIP.", `OPTIONS was answered ${status}${code}.`);
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
function silenceVerdict(peer: Peer, connected: boolean): Verdict {
  return unknown("The peer is silent to OPTIONS.", {
    evidence: connected ? "The connection stands; no answer came." : "No answer came over udp.",
    remedy:
      peer.kind === "destination"
        ? "Good servers may do so towards strangers; place a test call."
        : "A carrier may answer whitelisted addresses only: try from the PBX, or call find_gateway.",
  });
}

function egressVerdict({ peer, trunk, repairs, admission, fromPbx }: PeerFacts): Verdict {
  const attempt = attemptOf(peer);
  const seen = attempt?.outcome === "answered" ? attempt.response.seenAs?.address : undefined;
  if (seen === undefined) return unknown("From which address calls go out cannot be seen: the peer did not say.");
  const list = (trunk.whitelisted_ips ?? []).map(cidr);
  if (isCovered(seen, list)) return pass("The address that the carrier sees is whitelisted.", seen);
  const evidence = `The carrier's gateway sees this machine as ${seen}; no entry of the list holds it (${counted(list.length, "entry", "entries")}).`;
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
    repair: repairs.whitelist?.(trunk, [`${seen}/${isIP(seen) === 6 ? 128 : 32}`]),
  });
}
