import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { closePeers, tcpPeer, udpPeer } from "../sip/peer.ts";
import { type BlackHole, startBlackHole } from "../support/black-hole.ts";
import { check, type Row, startWorld, type World } from "./setup.ts";

/** The time that the diagnosis allows itself for all peers together. */
const BUDGET_MS = 15_000;
/** For a machine that does other things too. */
const MARGIN_MS = 25_000;

let hole: BlackHole | undefined;
let world: World;
beforeAll(async () => {
  hole = await startBlackHole();
  if (!hole) console.warn("No connection can be left hanging here: this system refuses one when the queue is full, and that is not tried.");
});
afterEach(async () => {
  closePeers();
  await world?.close();
});
afterAll(() => hole?.stop());

const unknown = (title: string) => expect.objectContaining({ status: "unknown", title });

const HOLES = Array.from({ length: 16 }, (_, index) => `hole-${index}.example.test`);

async function start(): Promise<string> {
  const a = Object.fromEntries(HOLES.map((name) => [name, [{ address: "127.0.0.1" }]]));
  world = await startWorld({ zone: { a, cname: {} }, gateways: [] });
  return (await world.call("exotel_create_trunk", { trunk_name: "healthy" })).value.trunk.trunk_id;
}

async function send(trunk_sid: string, ...destinations: (string | undefined)[]): Promise<void> {
  const added = await world.call("exotel_add_destination_uris", {
    trunk_sid,
    destinations: destinations.map((destination) => ({ destination })),
  });
  expect(added.isError).toBe(false);
}

async function timed(args: Record<string, unknown>) {
  const started = performance.now();
  const seen = await check(world, args);
  expect(performance.now() - started).toBeLessThan(BUDGET_MS + MARGIN_MS);
  return seen;
}

/** The findings about one peer. That it is on loopback is this test's own doing. */
function said(findings: Row[], peer: string | undefined): Record<string, Row> {
  const rows = findings.filter((row) => (row.peers ?? [row.peer]).includes(peer) && row.check !== "dst.public");
  return Object.fromEntries(rows.map((row) => [row.check, row]));
}

test("each way of swallowing what is sent over tcp or tls is unknown, and nothing is claimed of what comes after", async () => {
  const trunk_id = await start();
  const mute = await tcpPeer(() => {});
  const [tcpHole, tlsHole] = ["tcp", "tls"].map((transport, index) => `${HOLES[index]}:${hole?.port};transport=${transport}`);
  const [tcpMute, tlsMute] = ["tcp", "tls"].map((transport, index) => `${HOLES[index + 2]}:${mute.port};transport=${transport}`);
  const holes = hole ? [tcpHole, tlsHole] : [];
  await send(trunk_id, ...holes, tcpMute, tlsMute);
  const { findings, checks } = await timed({ trunk_id, direction: "inbound" });
  const claimed = (peer = "") => checks.filter((row) => row.includes(peer) && /^(tls|sip|net)\.\w+ (pass|skipped)/.test(row));
  for (const peer of holes) {
    expect(said(findings, peer)).toEqual({ "net.tcp": unknown("No connection came about in time.") });
    expect(claimed(peer)).toEqual([]);
  }
  expect(said(findings, tcpMute)).toEqual({ "sip.options": unknown("The peer is silent to OPTIONS.") });
  expect(said(findings, tlsMute)).toEqual({ "tls.version": unknown("The TLS handshake did not end in time.") });
  for (const peer of [tcpMute, tlsMute]) expect(claimed(peer).map((row) => row.split(" ")[0])).toEqual(["net.tcp", "sip.transport_mix"]);
});

test("udp: unknown, asked more than once", async () => {
  const trunk_id = await start();
  const { port, heard } = await udpPeer(() => {});
  await send(trunk_id, `${HOLES[0]}:${port};transport=tcp`);
  const peer = `${HOLES[1]}:${port};transport=udp`;
  const { findings } = await timed({ trunk_id, direction: "outbound", host: peer });
  expect(heard.length).toBeGreaterThan(1);
  expect(said(findings, peer)).toMatchObject({
    "sip.options": { status: "unknown", evidence: "No answer came over udp." },
    "acl.egress": { status: "unknown" },
  });
});

test("sixteen of them at once end within the budget, and those for which no time was left say so", async () => {
  const trunk_id = await start();
  const { port } = await tcpPeer(() => {});
  const peers = HOLES.map((name) => `${name}:${port};transport=tls`);
  await send(trunk_id, ...peers);
  const { findings } = await timed({ trunk_id, direction: "inbound" });
  const titles = peers.flatMap((peer) => Object.values(said(findings, peer))).map(({ status, title }) => `${status}: ${title}`);
  expect(new Set(titles)).toEqual(
    new Set(["unknown: The TLS handshake did not end in time.", "unknown: There was no time left to ask this peer."]),
  );
  expect(titles).toHaveLength(HOLES.length);
});
