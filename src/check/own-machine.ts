import type { Verdict } from "../core/carrier/diagnosis.ts";
import { unknown } from "../core/carrier/verdict.ts";
import type { Control, Probes } from "../core/local.ts";
import { quoteText, someOf } from "../core/text.ts";
import { findCandidates } from "../sip/probe.ts";
import { handshake } from "../sip/stream.ts";
import { mayAsk } from "./may-ask.ts";
import { attemptOf, type Peer } from "./peer.ts";

/** Names that IANA keeps (RFC 2606); with public DNS one of them always resolves. */
const publicControl: Control = { names: ["example.com", "iana.org"], host: { host: "example.com", port: 443 } };
const timing = { dnsMs: 2_500, connectMs: 2_500, tlsMs: 2_500, responseMs: 2_500, totalMs: 5_000 };

/** This machine's own ability to judge: a fault of its own must not be told as a fault of a peer. */
export interface OwnMachine {
  names: boolean;
  certificates: boolean;
  /** One for each thing that it cannot judge. */
  verdicts: { id: string; verdict: Verdict }[];
}

export const capable: OwnMachine = { names: true, certificates: true, verdicts: [] };

type Asking = { probes: Probes; signal: AbortSignal };

/** Costs nothing where nothing failed: a control is tried only for what a peer did not pass. */
export async function ownMachine(peers: readonly Peer[], { probes, signal }: Asking): Promise<OwnMachine> {
  const control = probes.control ?? publicControl;
  const unresolved = peers.filter(({ report }) => report?.result.outcome === "dns_failed");
  const names = unresolved.length === 0 || (await resolvesAny(control.names, { probes, signal }));
  const issuer = await interceptor(peers, control, { probes, signal });
  return {
    names,
    certificates: issuer === undefined,
    verdicts: [
      ...(names ? [] : [{ id: "machine.names", verdict: cannotResolve(control.names, unresolved) }]),
      ...(issuer === undefined ? [] : [{ id: "machine.certificates", verdict: cannotTrust(issuer) }]),
    ],
  };
}

async function resolvesAny(names: readonly string[], { probes: { resolver }, signal }: Asking): Promise<boolean> {
  if (names.length === 0) return true;
  const looked = names.map(async (host) => await findCandidates({ host, port: 443, transport: "tls" }, timing, { resolver, signal }));
  return (await Promise.all(looked)).some(({ candidates }) => candidates.length > 0);
}

/** The issuer that stands behind every certificate seen here, where a proxy between makes them. */
async function interceptor(peers: readonly Peer[], control: Control, asking: Asking): Promise<string | undefined> {
  const seen = peers.flatMap((peer) => {
    const certificate = attemptOf(peer)?.tls?.certificate;
    return certificate ? [{ host: peer.host, kind: peer.kind, ...certificate }] : [];
  });
  const [first] = seen;
  const isOne = first !== undefined && seen.every(({ chain, issuer }) => isStrange(chain) && issuer === first.issuer);
  if (!isOne) return undefined;
  const own = await controlCertificate(control, asking);
  if (own) return isStrange(own.chain) && own.issuer === first.issuer ? first.issuer : undefined;
  // Without a control: a person's own servers may share an authority that nobody knows, a carrier's gateway is not among them.
  const isShared = seen.some(({ host }) => host !== first.host) && seen.some(({ kind }) => kind === "gateway");
  return isShared ? first.issuer : undefined;
}

function isStrange(chain: string): boolean {
  return chain === "unknown_authority" || chain === "missing_intermediate" || chain === "untrusted" || chain === "self_signed";
}

async function controlCertificate({ host: control }: Control, { probes, signal }: Asking) {
  if (!control || !probes.carriers) return undefined;
  const { host, port } = control;
  const { candidates } = await findCandidates({ host, port, transport: "tls" }, timing, { resolver: probes.resolver, signal });
  const candidate = candidates.find(({ address }) => mayAsk(probes, new Set([port]))(address, port));
  const report = candidate && (await handshake({ candidate, domain: host, authorities: probes.authorities, timing, signal }));
  return report?.certificate;
}

function cannotResolve(names: readonly string[], unresolved: readonly Peer[]): Verdict {
  const hosts = [...new Set(unresolved.map(({ host }) => host))];
  return unknown("This machine cannot check names.", {
    evidence: `Here not even ${names.join(" or ")} resolves, so nothing can be told of ${someOf(hosts)}.`,
    remedy: "No fault was found in these names: leave them as they are, and check again on a machine with public DNS.",
  });
}

function cannotTrust(issuer: string): Verdict {
  return unknown("This machine cannot check certificates.", {
    evidence: `Every certificate that it sees is made by ${quoteText(issuer)}: a proxy of this network stands between.`,
    remedy: "No fault was found in the peers' certificates: leave them as they are, and check again outside this network.",
  });
}
