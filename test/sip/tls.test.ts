import type { TlsOptions } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import type { DnsResolver } from "../../src/core/dns.ts";
import { judgeName } from "../../src/sip/certificate.ts";
import { type ProbeAttempt, probe } from "../../src/sip/probe.ts";
import { authority, intermediate, selfSigned, type Wanted } from "../support/certificates.ts";
import { answerTo, closePeers, tcpPeer } from "./peer.ts";

afterEach(closePeers);

const root = authority("Test Root");
const middle = intermediate(root, "Test Intermediate");

/** A zone in which every name is this machine: the names are what the certificates are held against. */
const nothing = async () => [];
const everywhereHere = {
  resolve4: async () => [{ address: "127.0.0.1", ttl: 60 }],
  resolve6: nothing,
  resolveCname: nothing,
  resolveSrv: nothing,
  resolveNaptr: nothing,
} as unknown as DnsResolver;

async function ask(tls: TlsOptions, host = "sip.acme.test"): Promise<ProbeAttempt> {
  // As lax as the laxest peer: newer Nodes would not even serve what is reported here.
  const { port } = await tcpPeer((socket, request) => socket.write(answerTo(request)), { ciphers: "DEFAULT@SECLEVEL=0", ...tls });
  const options = { isAllowed: () => true, resolver: everywhereHere, authorities: [root.cert] };
  const { attempts } = await probe({ host, port, transport: "tls" }, options);
  return attempts[0] as ProbeAttempt;
}

const good: Wanted = { name: "sip.acme.test", dns: ["sip.acme.test"] };

describe("a certificate is judged apart from the connection", () => {
  test.each<[string, Partial<Wanted>, object]>([
    ["good", {}, { chain: "trusted", name: "match", daysLeft: 0 }],
    ["expired", { fromDay: -9, toDay: -2 }, { chain: "expired", name: "match", daysLeft: -3 }],
    ["not yet valid", { fromDay: 2, toDay: 9 }, { chain: "not_yet_valid", name: "match" }],
    ["another name", { dns: ["sip.other.test"] }, { chain: "trusted", name: "mismatch", names: ["sip.other.test"] }],
    ["a pattern", { dns: ["*.acme.test"] }, { chain: "trusted", name: "wildcard" }],
    ["a name that poses as two", { dns: ["x, DNS:sip.acme.test"] }, { name: "mismatch", names: ["x, DNS:sip.acme.test"] }],
    ["a name with a quotation mark that poses as two", { dns: ['x", DNS:sip.acme.test'] }, { name: "mismatch" }],
    ["a name that ends early", { dns: ["sip.acme.test\u0000.evil.test"] }, { name: "mismatch" }],
    ["hundreds of names", { dns: Array.from({ length: 300 }, (_, index) => `${index}.test`) }, { name: "mismatch", names: { length: 20 } }],
    ["RSA of 1024 bits", { rsaBits: 1_024 }, { chain: "trusted", key: { type: "rsa", bits: 1_024 } }],
    ["RSA of 2048 bits", { rsaBits: 2_048 }, { key: { type: "rsa", bits: 2_048 } }],
    ["a name that writes over lines", { name: "a\u202e\nb" }, { subject: expect.not.stringMatching(/[\u202e\n]/) }],
  ])("%s", async (_, wanted, certificate) => {
    const attempt = await ask(root.issue({ ...good, ...wanted }));
    expect(attempt).toMatchObject({ outcome: "answered", tls: { certificate } });
  });

  test.each<[string, TlsOptions, object]>([
    ["vouched for by nobody", selfSigned("sip.acme.test"), { chain: "self_signed", selfSigned: true, name: "match" }],
    ["by an unknown authority", authority("Stranger").issue(good), { chain: "unknown_authority", selfSigned: false }],
    ["the one between is not sent", middle.issue({ ...good, issuerAt: "http://ca.test/x" }), { chain: "missing_intermediate" }],
    ["nothing says whether one is missing", middle.issue(good), { chain: "unknown_authority" }],
  ])("%s", async (_, pair, certificate) => {
    expect(await ask(pair)).toMatchObject({ outcome: "answered", tls: { certificate } });
  });

  test.each(["TLSv1.1", "TLSv1.2", "TLSv1.3"] as const)("the version is told: %s", async (maxVersion) => {
    const attempt = await ask({ ...root.issue(good), maxVersion, minVersion: "TLSv1" });
    expect(attempt).toMatchObject({ outcome: "answered", tls: { version: maxVersion, clientCertificate: "not_asked" } });
  });

  test.each([
    ["TLSv1.2", false, { outcome: "answered", tls: { clientCertificate: "asked" } }],
    ["TLSv1.3", false, { outcome: "answered", tls: { clientCertificate: "asked" } }],
    [
      "TLSv1.2",
      true,
      { outcome: "tls_failed", problem: "client_certificate", tls: { clientCertificate: "required", certificate: { name: "match" } } },
    ],
    [
      "TLSv1.3",
      true,
      { outcome: "tls_failed", problem: "client_certificate", tls: { clientCertificate: "required", certificate: { name: "match" } } },
    ],
  ] as const)("%s asks for a certificate of ours, and insists: %s", async (maxVersion, rejectUnauthorized, expected) => {
    expect(await ask({ ...root.issue(good), maxVersion, requestCert: true, rejectUnauthorized })).toMatchObject(expected);
  });

  test.each<[string, string, object]>([
    ["plain text", "SIP/2.0 400 Bad Request\r\n\r\n", { outcome: "tls_failed", problem: "not_tls" }],
    ["a hang-up", "", { outcome: "tls_failed", problem: "closed" }],
  ])("%s instead of TLS", async (_, said, expected) => {
    const { port } = await tcpPeer((socket) => socket.end(said));
    const { result } = await probe({ host: "127.0.0.1", port, transport: "tls" }, { isAllowed: () => true });
    expect(result).toMatchObject(expected);
  });

  test("a peer that shares no cipher with us", async () => {
    expect(
      await ask({ ...root.issue({ ...good, rsaBits: 2_048 }), maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" }),
    ).toMatchObject({
      outcome: "tls_failed",
      problem: "handshake",
    });
  });
});

describe("the name of a SIP peer (RFC 5922)", () => {
  test.each<[string, string | undefined, string | undefined, string, string]>([
    ["a DNS name", "DNS:acme.test", undefined, "acme.test", "match"],
    ["in any case, with the root's dot", "DNS:ACME.test", undefined, "acme.TEST.", "match"],
    ["a sip URI", "URI:sip:acme.test", undefined, "acme.test", "match"],
    ["a sip URI with a port and parameters", "URI:sip:acme.test:5061;transport=tls", undefined, "acme.test", "match"],
    ["a sip URI silences DNS names", "DNS:acme.test, URI:sip:other.test", undefined, "acme.test", "mismatch"],
    ["a URI with a user names a person, no domain", "URI:sip:me@acme.test", undefined, "acme.test", "mismatch"],
    ["a URI with a user leaves DNS names to speak", "URI:sip:me@other.test, DNS:acme.test", undefined, "acme.test", "match"],
    ["a URI of another kind names nothing", "URI:https://acme.test", undefined, "acme.test", "mismatch"],
    ["sips is not sip", "URI:sips:acme.test", undefined, "acme.test", "mismatch"],
    ["a part is not the whole", "DNS:acme.test", undefined, "sip.acme.test", "mismatch"],
    ["a whole is not the part", "DNS:sip.acme.test", undefined, "acme.test", "mismatch"],
    ["a pattern matches only for the lenient", "DNS:*.acme.test", undefined, "sip.acme.test", "wildcard"],
    ["a pattern covers one label", "DNS:*.acme.test", undefined, "a.b.acme.test", "mismatch"],
    ["a pattern does not cover its own domain", "DNS:*.acme.test", undefined, "acme.test", "mismatch"],
    ["the common name where there are no others", undefined, "acme.test", "acme.test", "match"],
    ["not the common name beside others", "DNS:other.test", "acme.test", "acme.test", "mismatch"],
    ["an address", "IP Address:192.0.2.1", undefined, "192.0.2.1", "match"],
    ["an address in another spelling", "IP Address:2001:DB8:0:0:0:0:0:1", undefined, "2001:db8::1", "match"],
    ["an address as a DNS name", "DNS:192.0.2.1", undefined, "192.0.2.1", "mismatch"],
    ["a name that poses as two", 'DNS:"evil.test, DNS:acme.test"', undefined, "acme.test", "mismatch"],
    ["a name that ends early", 'DNS:"acme.test\\u0000.evil.test"', undefined, "acme.test", "mismatch"],
    ["nothing at all", undefined, undefined, "acme.test", "mismatch"],
  ])("%s", (_, alternatives, commonName, domain, verdict) => {
    expect(judgeName(alternatives, commonName, domain).verdict).toBe(verdict);
  });
});
