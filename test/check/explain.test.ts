import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parseDestination } from "../../src/rules/destination.ts";
import { closePeers } from "../sip/peer.ts";
import { HOST, type Peers, startPeers, trusted } from "./peers.ts";
import { check, type GatewayAt, startWorld, type World } from "./setup.ts";

let peers: Peers;
let world: World;
beforeAll(async () => {
  peers = await startPeers();
});
afterEach(() => world?.close());
afterAll(closePeers);

async function start(gateways: GatewayAt[], settings: Record<string, string> = {}): Promise<World> {
  const zone = { a: { [HOST]: [{ address: "127.0.0.1" }] }, cname: {} };
  world = await startWorld({ zone, gateways, settings, probes: { authorities: [trusted.cert] } });
  return world;
}

const at = (port: number, transport: "tcp" | "tls" = "tls", host = HOST) => ({ host, port, transport });

describe("find_gateway", () => {
  test("an answer comes before a good certificate, that before an open port, and refusals come last", async () => {
    await start([
      at(peers.closed),
      at(peers.mute, "tcp"),
      at(peers.stranger),
      at(peers.good, "tls", "gone.example.test"),
      at(peers.forbidden),
    ]);
    const { value } = await world.call("find_gateway", { provider: "exotel" });
    expect(value.best).toBe(`${HOST}:${peers.forbidden};transport=tls`);
    expect(value.candidates.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      "SIP answered 403, TLS good",
      "SIP answered 200, TLS unknown_authority, name match",
      "connected, silent",
    ]);
    expect(value.failed).toEqual([`refused: ${HOST} (${peers.closed} tls)`, `DNS: not_found: gone.example.test (${peers.good} tls)`]);
    expect(value.verdict).toContain(`Use ${HOST}:${peers.forbidden};transport=tls`);
    expect(value.verdict).toContain("export_pbx_config");
    for (const { gateway, source, seen } of value.candidates) {
      expect(parseDestination(gateway)).toBeDefined();
      expect([source, seen]).toEqual(["this test", "2026-11"]);
    }
    expect(value.note).toContain("silence is no proof");
  });

  test("nothing is best where nobody is there", async () => {
    await start([at(peers.closed)]);
    const { value } = await world.call("find_gateway", { provider: "exotel" });
    expect(value.best).toBeUndefined();
    expect(value.verdict).toContain("ask the carrier which host");
  });

  test("a carrier that nobody configured or published is refused", async () => {
    await start([]);
    expect((await world.call("find_gateway", { provider: "nobody" })).value.code).toBe("not_configured");
  });
});

describe("explain_sip_code", () => {
  test.each([401, 403, 404, 407, 408, 415, 480, 484, 486, 487, 488, 500, 503, 600, 603, 606])(
    "%i has causes, each with what decides",
    async (code) => {
      await start([]);
      const { value } = await world.call("explain_sip_code", { code });
      expect(value.causes.length).toBeGreaterThan(0);
      for (const { decide, verdict } of value.causes) expect([verdict, decide.length > 10]).toEqual(["open", true]);
    },
  );

  test("a trunk's settings put first what they show, and rule nothing out: the dialled number may be what is wrong", async () => {
    await start([]);
    const { trunk_id } = (await world.call("exotel_create_trunk", { trunk_name: "refused" })).value.trunk;
    await world.call("exotel_map_phone_number", { trunk_sid: trunk_id, phone_number: "+918044319240", mode: "pstn" });
    const { value } = await world.call("explain_sip_code", { code: 403, exotel_error_code: "4001", trunk_id });
    expect(value.exotel).toContain("4001");
    expect(value.causes[0]).toMatchObject({ verdict: "found", evidence: expect.stringContaining("No address is whitelisted") });
    const other = await world.call("explain_sip_code", { code: 484, trunk_id });
    expect(other.value.causes).toMatchObject([{ verdict: "open" }]);
  });

  test("a server's failure is first of all the carrier's, and a 404 is told apart by direction", async () => {
    await start([]);
    const causes = async (code: number) => (await world.call("explain_sip_code", { code })).value.causes;
    expect((await causes(503))[0].cause).toContain("The carrier");
    expect((await causes(404))[0].decide).toMatch(/call in.*trunk's numbers.*call out.*country code/);
  });

  test("a code outside the table has its class, and no invented cause", async () => {
    await start([]);
    expect((await world.call("explain_sip_code", { code: 499 })).value).toMatchObject({
      causes: [],
      means: expect.stringMatching(/^Refused.*reason phrase/),
    });
    expect((await world.call("explain_sip_code", { code: 99 })).isError).toBe(true);
  });
});

test("a key that the carrier refuses is the finding, not an error", async () => {
  await start([], { EXOTEL_API_TOKEN: "wrong" });
  const { findings } = await check(world, { provider: "exotel", trunk_id: "x".repeat(20) });
  expect(findings).toMatchObject([{ check: "api.auth", status: "fail" }]);
});
