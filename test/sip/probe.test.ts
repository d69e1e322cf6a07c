import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { DnsResolver } from "../../src/core/dns.ts";
import type { ProbeOutcome } from "../../src/sip/outcome.ts";
import { CONNECTED, type ProbeAttempt, type ProbeTarget, probe, told } from "../../src/sip/probe.ts";
import type { Timing } from "../../src/sip/transport.ts";
import { freePort } from "../support/ports.ts";
import { answerTo, closePeers, tcpPeer, udpPeer } from "./peer.ts";

afterEach(closePeers);

const short: Partial<Timing> = { connectMs: 400, tlsMs: 400, responseMs: 400 };

async function ask(target: Omit<ProbeTarget, "host">, timing: Partial<Timing> = {}): Promise<ProbeAttempt> {
  const { attempts } = await probe({ host: "127.0.0.1", ...target }, { isAllowed: () => true, timing });
  expect(attempts).toHaveLength(1);
  return attempts[0] as ProbeAttempt;
}

describe("over UDP", () => {
  test("a peer that loses the first two is asked a third time, with the same bytes", async () => {
    const { port, heard } = await udpPeer((request, reply, count) => {
      if (count === 3) reply(answerTo(request));
    });
    expect(await ask({ port })).toMatchObject({ outcome: "answered", response: { status: 200 } });
    expect(heard).toHaveLength(3);
    expect(new Set(heard).size).toBe(1);
  });

  test("silence: asked again, each time after twice as long", async () => {
    const at: number[] = [];
    const { port } = await udpPeer(() => void at.push(performance.now()));
    expect(await ask({ port }, { responseMs: 2_800 })).toMatchObject({ outcome: "silent", connected: false, provisional: undefined });
    expect(at).toHaveLength(3);
    const [first = 0, second = 0, third = 0] = at;
    expect(third - second).toBeGreaterThan(second - first);
  });

  test("a peer that only begins to answer is silent, and that it began is told", async () => {
    const { port } = await udpPeer((request, reply) => reply(answerTo(request, "100 Trying")));
    expect(await ask({ port }, { responseMs: 1_000 })).toMatchObject({ outcome: "silent", provisional: 100 });
  });

  test("a port that nobody listens at is refused at once", async () => {
    expect(await ask({ port: await freePort() })).toMatchObject({ outcome: "refused" });
  });

  test.each<[string, (request: string) => (string | Buffer)[], object]>([
    ["100 before 200", (request) => [answerTo(request, "100 Trying"), answerTo(request)], { outcome: "answered" }],
    [
      "an answer to somebody else first",
      (request) => [answerTo(request).replace(/branch=\w+/, "branch=z9hG4bKx"), answerTo(request)],
      { outcome: "answered" },
    ],
    ["empty lines first", (request) => ["\r\n\r\n", answerTo(request)], { outcome: "answered" }],
    ["the answer twice", (request) => [answerTo(request, "404 No"), answerTo(request)], { outcome: "answered", response: { status: 404 } }],
    ["no SIP", () => ["\x00\x01\x02dns"], { outcome: "broken", problem: "not_sip" }],
    [
      "a flood",
      () => Array.from({ length: 60 }, () => `NOTIFY sip:x SIP/2.0\r\n${"x".repeat(8_000)}`),
      { outcome: "broken", problem: "too_large" },
    ],
  ])("%s", async (_, replies, expected) => {
    const { port } = await udpPeer((request, reply) => {
      for (const text of replies(request)) reply(text);
    });
    expect(await ask({ port })).toMatchObject(expected);
  });
});

const slowly = async (socket: Socket, text: string) => {
  for (const byte of Buffer.from(text)) {
    socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
};

describe("over TCP", () => {
  test.each<[string, (socket: Socket, request: string) => void, object]>([
    ["an answer in one", (socket, request) => socket.write(answerTo(request)), { outcome: "answered" }],
    ["byte by byte", (socket, request) => void slowly(socket, answerTo(request)), { outcome: "answered" }],
    [
      "keep-alives and 100 before it",
      (socket, request) => socket.write(`\r\n\r\n${answerTo(request, "100 Trying")}${answerTo(request)}`),
      { outcome: "answered" },
    ],
    [
      "a body that never comes",
      (socket, request) => socket.write(answerTo(request).replace("Length: 0", "Length: 900")),
      { outcome: "answered" },
    ],
    [
      "compact and folded headers",
      (socket, request) =>
        socket.write(answerTo(request, "200 OK", ["Server: Acme", "  SBC"]).replace("Via:", "v:").replace("Content-Length", "l")),
      { outcome: "answered", response: { server: "Acme SBC" } },
    ],
    [
      "a request of theirs first",
      (socket, request) => socket.write(`OPTIONS sip:x SIP/2.0\r\nl: 0\r\n\r\n${answerTo(request)}`),
      { outcome: "answered" },
    ],
    [
      "a header of 200 kB",
      (socket) => socket.write(`SIP/2.0 200 OK\r\nServer: ${"x".repeat(200_000)}`),
      { outcome: "broken", problem: "too_large" },
    ],
    ["keep-alives without end", (socket) => socket.write("\r\n".repeat(100_000)), { outcome: "broken", problem: "too_large" }],
    ["a web server", (socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"), { outcome: "broken", problem: "not_sip" }],
    [
      "half an answer, then an end",
      (socket, request) => socket.end(answerTo(request).slice(0, 40)),
      { outcome: "broken", problem: "closed" },
    ],
    ["a hang-up", (socket) => socket.end(), { outcome: "broken", problem: "closed" }],
    ["a reset", (socket) => void socket.resetAndDestroy(), { outcome: "broken", problem: "reset" }],
  ])("%s", async (_, act, expected) => {
    const { port } = await tcpPeer(act);
    expect(await ask({ port, transport: "tcp" })).toMatchObject(expected);
  });

  test.each(["tcp", "tls"] as const)("silence behind %s: that somebody is there, or how far it came, is told", async (transport) => {
    const { port } = await tcpPeer(() => {});
    const expected = transport === "tcp" ? { outcome: "silent", connected: true } : { outcome: "timeout", phase: "tls" };
    expect(await ask({ port, transport }, short)).toMatchObject(expected);
  });

  test("a port that nobody listens at is refused", async () => {
    expect(await ask({ port: await freePort(), transport: "tcp" })).toMatchObject({ outcome: "refused" });
  });
});

describe("what the caller decides", () => {
  test.each(["udp", "tcp", "tls"] as const)("%s: an address that the guard refuses hears nothing", async (transport) => {
    const peer = transport === "udp" ? await udpPeer(() => {}) : await tcpPeer(() => {});
    const asked: unknown[] = [];
    const isAllowed = (...place: unknown[]) => asked.push(place) === 0;
    const { result } = await probe({ host: "127.0.0.1", port: peer.port, transport }, { isAllowed, timing: short });
    expect(result).toMatchObject({ outcome: "not_allowed" });
    expect(asked).toEqual([["127.0.0.1", peer.port]]);
    expect(peer.heard).toEqual([]);
  });

  test.each(["udp", "tcp", "tls"] as const)("%s: a signal ends it at once, with its own reason", async (transport) => {
    const peer = transport === "udp" ? await udpPeer(() => {}) : await tcpPeer(() => {});
    const target = { host: "127.0.0.1", port: peer.port, transport };
    const stop = new AbortController();
    const asked = probe(target, { isAllowed: () => true, signal: stop.signal, timing: { tlsMs: 60_000, responseMs: 60_000 } });
    setTimeout(() => stop.abort(new Error("enough")), 50);
    await expect(asked).rejects.toThrow("enough");
    await expect(probe(target, { isAllowed: () => true, signal: stop.signal })).rejects.toThrow("enough");
  });

  test("no further candidate is begun once the whole took too long", async () => {
    const peers = await Promise.all(Array.from({ length: 4 }, () => udpPeer(() => {})));
    const resolver = {
      resolveSrv: async () => peers.map(({ port }) => ({ name: "peer.test", port, priority: 0, weight: 0 })),
      resolve4: async () => [{ address: "127.0.0.1", ttl: 60 }],
      resolve6: async () => [],
      resolveCname: async () => [],
    } as unknown as DnsResolver;
    const timing = { responseMs: 100, totalMs: 150 };
    const { attempts, untried, result } = await probe({ host: "acme.test", transport: "udp" }, { isAllowed: () => true, resolver, timing });
    expect(attempts.length).toBeLessThan(4);
    expect(untried).toBe(4 - attempts.length);
    expect(result).toMatchObject({ outcome: "silent", connected: false });
  });

  test.each<[string, Partial<ProbeTarget>]>([
    ["host", { host: "acme.test\r\nX: y" }],
    ["host", { host: "acme.test>" }],
    ["host", { host: "" }],
    ["host", { host: "fe80::1%eth0" }],
    ["domain", { domain: "acme.test;x=y" }],
    ["fromDomain", { fromDomain: "a b" }],
    ["user", { user: "me@elsewhere" }],
    ["user", { user: "me\r\n" }],
    ["port", { port: 70_000 }],
    ["port", { port: 1.5 }],
  ])("a %s that could end a line is refused before anything is sent", async (field, target) => {
    const asked = probe({ host: "127.0.0.1", ...target }, { isAllowed: () => expect.unreachable() });
    await expect(asked).rejects.toMatchObject({
      code: "invalid_input",
      details: { field },
      message: expect.stringContaining("Nothing was sent"),
    });
  });

  test("an account's domain behind a gateway stands in the request, without the gateway's port", async () => {
    const { port, heard } = await udpPeer((request, reply) => reply(answerTo(request)));
    await ask({ port, domain: "sid.pstn.test", fromDomain: "sid.pstn.test" });
    expect(heard[0]).toMatch(/^OPTIONS sip:sid\.pstn\.test;transport=udp SIP\/2\.0\r\n/);
  });
});

describe("how much an attempt told", () => {
  const candidate: ProbeAttempt["candidate"] = { name: "sip.test", address: "192.0.2.1", port: 5061, transport: "tcp" };
  const response = (status: number): ProbeOutcome => ({ outcome: "answered", response: { status, reason: "", allow: [] } });
  const most: ProbeOutcome[] = [
    response(200),
    response(503),
    { outcome: "silent", connected: true },
    { outcome: "tls_failed", problem: "handshake" },
    { outcome: "silent", connected: false },
    { outcome: "timeout", phase: "connect" },
    { outcome: "refused" },
    { outcome: "broken", problem: "unreachable" },
    { outcome: "not_allowed" },
  ];

  test("an answer most, then somebody who is there; a refusal does not speak for what is silent", () => {
    const scale = most.map((outcome) => told({ ...outcome, candidate, spent: {} }));
    expect(scale).toEqual(scale.toSorted((a, b) => b - a));
    expect(new Set(scale).size).toBe(most.length);
    expect(scale.filter((value) => value >= CONNECTED)).toHaveLength(3);
  });
});
