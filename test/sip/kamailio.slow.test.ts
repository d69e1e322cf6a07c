import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProbeAttempt, type ProbeTarget, probe } from "../../src/sip/probe.ts";
import type { Timing } from "../../src/sip/transport.ts";
import { authority, intermediate } from "../support/certificates.ts";
import { kamailio, type Peer, runKamailio, startKamailio } from "../support/kamailio.ts";
import { needs } from "../support/needs.ts";

const hasIpv6 = networkInterfaces()["lo"]?.some(({ family }) => family === "IPv6") ?? false;

const root = authority("Test Root");
const stranger = authority("Unknown Root");
const middle = intermediate(root, "Test Intermediate");
const here = { addresses: ["127.0.0.1"] };
const leaf = middle.issue({ name: "leaf", ...here });
const tls = {
  good: root.issue({ name: "good", ...here, toDay: 90 }),
  chained: { ...leaf, cert: leaf.cert + middle.cert },
  expired: root.issue({ name: "expired", ...here, fromDay: -40, toDay: -10 }),
  wrongName: root.issue({ name: "wrong", dns: ["other.test"] }),
  unknown: stranger.issue({ name: "unknown", ...here }),
  alone: middle.issue({ name: "alone", ...here, issuerAt: "http://ca.test/middle.crt" }),
  mutual: { ...root.issue({ name: "mutual", ...here }), clientAuthority: root.cert },
  mutualOld: { ...root.issue({ name: "mutual", ...here }), clientAuthority: root.cert, method: "TLSv1.2" },
};

describe("a real Kamailio", needs({ kamailio }), () => {
  let peer: Peer<keyof typeof tls>;
  beforeAll(async () => {
    peer = await startKamailio({ tls, ipv6: hasIpv6 });
  });
  afterAll(() => peer?.stop());

  const ask = async (target: Partial<ProbeTarget>, timing: Partial<Timing> = {}): Promise<ProbeAttempt> => {
    const place = { host: "127.0.0.1", port: peer.port, ...target };
    const { attempts } = await probe(place, {
      ...{ isAllowed: () => true, authorities: [root.cert], timing },
      errorCodeHeader: "X-Exotel-ErrorCode",
    });
    expect(attempts).toHaveLength(1);
    return attempts[0] as ProbeAttempt;
  };
  const short = { tlsMs: 400, responseMs: 400 };
  const askTls = (name: keyof typeof tls) => ask({ port: peer.tlsPorts[name], transport: "tls" });

  const addresses = ["127.0.0.1", ...(hasIpv6 ? ["::1"] : [])];
  test.each(addresses.flatMap((host) => [["udp", host] as const, ["tcp", host] as const]))(
    "answers over %s at %s, and says where we came from",
    async (transport, host) => {
      const attempt = await ask({ host, transport });
      expect(attempt).toMatchObject({
        outcome: "answered",
        response: {
          status: 200,
          reason: "OK",
          server: expect.stringContaining("kamailio"),
          allow: ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS"],
        },
        candidate: { transport, address: host, port: peer.port },
      });
      const seenAs = attempt.outcome === "answered" ? attempt.response.seenAs : undefined;
      expect(seenAs).toEqual({ address: host, port: expect.any(Number) });
    },
  );

  test.each([
    ["forbidden", { status: 403, errorCode: { header: "X-Exotel-ErrorCode", code: "4001" } }],
    ["notfound", { status: 404, reason: "Not Found" }],
    ["noopt", { status: 405, allow: ["INVITE", "ACK", "BYE", "CANCEL"] }],
    ["busy", { status: 503, retryAfterSeconds: 30 }],
    ["wwwauth", { status: 401, realm: "out.didww.com" }],
    ["proxyauth", { status: 407, realm: "out.didww.com" }],
    ["trying", { status: 200 }],
  ])("%s is an answer over each transport, told in fields", async (user, response) => {
    for (const transport of ["udp", "tcp"] as const) {
      expect(await ask({ user, transport })).toMatchObject({ outcome: "answered", response });
    }
    expect(await ask({ user, transport: "tls", port: peer.tlsPorts.good })).toMatchObject({ outcome: "answered", response });
  });

  test.each([
    ["udp", false],
    ["tcp", true],
  ] as const)("silence over %s: whether somebody is there is told (%s)", async (transport, connected) => {
    expect(await ask({ user: "silent", transport }, short)).toMatchObject({ outcome: "silent", connected });
  });

  test.each([
    ["good", { chain: "trusted", name: "match", subject: "good", issuer: "Test Root", daysLeft: 89, key: { type: "ec", bits: 256 } }],
    ["chained", { chain: "trusted", name: "match", issuer: "Test Intermediate" }],
    ["expired", { chain: "expired", chainCode: "CERT_HAS_EXPIRED", name: "match", daysLeft: -11 }],
    ["wrongName", { chain: "trusted", name: "mismatch", names: ["other.test"] }],
    ["unknown", { chain: "unknown_authority", name: "match", issuer: "Unknown Root" }],
    ["alone", { chain: "missing_intermediate", name: "match" }],
  ] as const)("TLS with the certificate %s: answered, and each property judged for itself", async (name, certificate) => {
    const attempt = await askTls(name);
    expect(attempt).toMatchObject({ outcome: "answered", tls: { version: "TLSv1.3", clientCertificate: "not_asked", certificate } });
    expect(attempt.tls?.certificate?.selfSigned).toBe(false);
  });

  test.each([
    ["mutual", "TLSv1.3", "trusted"],
    // Refused before the handshake was over: the certificate was seen, not its chain.
    ["mutualOld", "TLSv1.2", "not_judged"],
  ] as const)("TLS that wants a certificate of ours (%s): refused, and its own is still reported", async (name, version, chain) => {
    expect(await askTls(name)).toMatchObject({
      outcome: "tls_failed",
      problem: "client_certificate",
      tls: { version, clientCertificate: "required", certificate: { chain, name: "match", subject: "mutual" } },
    });
  });

  test("TLS to its plain port, and plain TCP to its TLS port, end without an answer", async () => {
    expect(await ask({ transport: "tls", port: peer.port }, short)).toMatchObject({
      outcome: expect.stringMatching(/^(tls_failed|timeout)$/),
    });
    expect(await ask({ transport: "tcp", port: peer.tlsPorts.good }, short)).toMatchObject({
      outcome: expect.stringMatching(/^(broken|silent)$/),
    });
  });

  test("one that cannot read its configuration says why", async () => {
    await expect(runKamailio(() => ({ "kamailio.cfg": "nonsense" }), peer.port + 1)).rejects.toThrow(/does not start.*syntax error/s);
  });

  test("300 probes over the three transports, 20 at a time: none is lost", async () => {
    const targets = Array.from({ length: 300 }, (_, index) => (["udp", "tcp", "tls"] as const)[index % 3] ?? "udp");
    const statuses: unknown[] = [];
    const worker = async () => {
      for (let transport = targets.pop(); transport; transport = targets.pop()) {
        const port = transport === "tls" ? peer.tlsPorts.good : peer.port;
        const { result } = await probe({ host: "127.0.0.1", port, transport }, { isAllowed: () => true });
        statuses.push(result.outcome === "answered" ? result.response.status : result);
      }
    };
    await Promise.all(Array.from({ length: 20 }, worker));
    expect(statuses).toEqual(Array.from({ length: 300 }, () => 200));
  });
});
