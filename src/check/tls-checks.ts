import { isIP } from "node:net";
import type { Verdict } from "../core/carrier/diagnosis.ts";
import { fail, orPass, pass, unknown, warn } from "../core/carrier/verdict.ts";
import { counted, quoteText } from "../core/text.ts";
import type { CertificateReport } from "../sip/certificate.ts";
import { askElsewhere, attemptOf, definePeerCheck, isPeerItself, type Peer, type PeerFacts, wasReached } from "./peer.ts";

const tlsOf = (peer: Peer) => attemptOf(peer)?.tls;
const certificateOf = ({ peer }: PeerFacts) => tlsOf(peer)?.certificate;
const hasCertificate = (facts: PeerFacts) => certificateOf(facts) !== undefined && isPeerItself(facts);
const isTls = ({ peer }: PeerFacts) => peer.transport === "tls";
/** Known only once the peer has sent its own, or refused to go on without ours. */
const knowsClient = (facts: PeerFacts) => isPeerItself(facts) && (tlsOf(facts.peer) !== undefined || refusesUs(facts.peer));

function refusesUs(peer: Peer): boolean {
  const attempt = attemptOf(peer);
  return attempt?.outcome === "tls_failed" && attempt.problem === "client_certificate";
}

const chainRemedies: Partial<Record<CertificateReport["chain"], string>> = {
  missing_intermediate: "Have the server send its whole chain: its own certificate, then the issuer's.",
  self_signed: "Get a certificate of a public authority; a carrier trusts no other.",
  unknown_authority: "Get a certificate of a public authority; a carrier trusts no other.",
};

/** Judges a handshake that brought no certificate. */
function handshakeVerdict(facts: PeerFacts): Verdict {
  const { peer } = facts;
  const attempt = attemptOf(peer);
  if (attempt?.outcome === "timeout")
    return unknown("The TLS handshake did not end in time.", {
      evidence: "The connection stands; the peer said nothing.",
      remedy: `It may admit chosen addresses only, or expect something else than TLS. ${askElsewhere(facts)}`,
    });
  if (attempt?.outcome === "broken" && tlsOf(peer) === undefined)
    return unknown("The connection ended before TLS was agreed on.", { evidence: attempt.problem });
  if (attempt?.outcome !== "tls_failed" || attempt.problem === "client_certificate") return pass(tlsOf(peer)?.version ?? "");
  const evidence = `${attempt.problem}${attempt.code === undefined ? "" : ` (${attempt.code})`}`;
  if (attempt.problem === "closed")
    return unknown("The peer closed the connection during the TLS handshake.", {
      evidence,
      remedy: `It may admit chosen addresses only. ${askElsewhere(facts)}`,
    });
  return fail(attempt.problem === "not_tls" ? "The service there does not speak TLS." : "No TLS connection comes about.", {
    evidence,
    remedy:
      attempt.problem === "not_tls" ? "Name the TLS port of the server, or say transport=tcp." : "Have the server speak TLS 1.2 or newer.",
  });
}

export const tlsChecks = [
  definePeerCheck({
    id: "tls.version",
    needs: ["net.tcp", "sip.transport_mix"],
    appliesTo: isTls,
    sees: (facts) => wasReached(facts) && isPeerItself(facts),
    run: (facts) => {
      const version = tlsOf(facts.peer)?.version;
      const isOld = version === "TLSv1" || version === "TLSv1.1" || version === "SSLv3";
      if (!isOld) return [handshakeVerdict(facts)];
      return [
        fail("The peer speaks an outdated TLS.", {
          evidence: `${version} was agreed on.`,
          remedy: "Have the server speak TLS 1.2 or newer.",
        }),
      ];
    },
  }),
  definePeerCheck({
    id: "tls.chain",
    needs: ["tls.version"],
    appliesTo: isTls,
    sees: hasCertificate,
    run: (facts) => {
      const { chain = "not_judged", chainCode, issuer = "" } = certificateOf(facts) ?? {};
      if (chain === "trusted") return [pass("certificate trusted")];
      // Its dates are a check of their own.
      if (chain === "expired" || chain === "not_yet_valid") return [pass("")];
      if (chain === "not_judged") return [unknown("The handshake ended before the certificate was judged.")];
      return [
        fail("The certificate's chain is not trusted.", {
          evidence: `${chain}${chainCode === undefined ? "" : ` (${chainCode})`}, issued by ${quoteText(issuer)}.`,
          remedy: chainRemedies[chain] ?? "Have the server send a certificate of a public authority with its whole chain.",
        }),
      ];
    },
  }),
  definePeerCheck({
    id: "tls.name",
    needs: ["tls.version"],
    appliesTo: (facts) => isTls(facts) && isIP(facts.peer.host) === 0,
    sees: hasCertificate,
    run: (facts) => {
      const { name, names = [] } = certificateOf(facts) ?? {};
      if (name === "match") return [pass("names the host")];
      const evidence = `It names ${
        names.length === 0
          ? "nothing"
          : names
              .slice(0, 5)
              .map((one) => quoteText(one))
              .join(", ")
      }; ${quoteText(facts.peer.host)} was asked for.`;
      if (name === "wildcard")
        return [
          warn("Only a pattern in the certificate covers the host.", {
            evidence,
            remedy: "Name the host itself: SIP takes no wildcards (RFC 5922).",
          }),
        ];
      return [
        fail("The certificate does not name the host.", {
          evidence,
          remedy: "Get a certificate that names the host, or use a name that it has.",
        }),
      ];
    },
  }),
  definePeerCheck({
    id: "tls.ip",
    needs: ["tls.version"],
    appliesTo: (facts) => isTls(facts) && isIP(facts.peer.host) !== 0,
    sees: hasCertificate,
    run: (facts) => [
      certificateOf(facts)?.name === "match"
        ? pass("certificate names the address")
        : pass("certificate names hosts only, and an address was asked for"),
    ],
  }),
  definePeerCheck({
    id: "tls.expiry",
    needs: ["tls.version"],
    appliesTo: isTls,
    sees: hasCertificate,
    run: (facts) => {
      const { daysLeft = 0, validTo = "", validFrom = "", chain } = certificateOf(facts) ?? {};
      const remedy = "Renew the certificate, and reload the server.";
      const early = "Correct the clock of the machine that made the certificate, or wait until it is valid.";
      if (daysLeft < 0) return [fail("The certificate has expired.", { evidence: `It was valid until ${validTo}.`, remedy })];
      if (chain === "not_yet_valid")
        return [fail("The certificate is not valid yet.", { evidence: `It is valid from ${validFrom}.`, remedy: early })];
      if (daysLeft < 14)
        return [warn(`The certificate expires in ${counted(daysLeft, "day")}.`, { evidence: `It is valid until ${validTo}.`, remedy })];
      return [pass(`valid for ${counted(daysLeft, "more day")}${daysLeft < 30 ? ", renew it soon" : ""}`)];
    },
  }),
  definePeerCheck({
    id: "tls.key",
    needs: ["tls.version"],
    appliesTo: isTls,
    sees: hasCertificate,
    run: (facts) => {
      const { type = "", bits = 0 } = certificateOf(facts)?.key ?? {};
      return orPass(
        [
          type.startsWith("rsa") && bits < 2048
            ? warn("The certificate's key is short.", {
                evidence: `RSA with ${bits} bits.`,
                remedy: "Use RSA with 2048 bits or more, or P-256.",
              })
            : undefined,
        ],
        "",
      );
    },
  }),
  definePeerCheck({
    id: "tls.mtls",
    needs: ["tls.version"],
    appliesTo: isTls,
    sees: knowsClient,
    run: (facts) => {
      const wanted = tlsOf(facts.peer)?.clientCertificate;
      const isRequired = wanted === "required" || refusesUs(facts.peer);
      return orPass(
        [
          isRequired
            ? warn("The peer demands a certificate of its caller.", {
                evidence: "The handshake ended because none was presented.",
                remedy: "Switch that off for the trunk: carriers and most platforms present none.",
              })
            : undefined,
        ],
        wanted === "asked" ? "asks for a certificate and does without" : "",
      );
    },
  }),
];
