import { describe, expect, test } from "vitest";
import { gatewayListSchema, gatewaysFor } from "../../src/core/carrier/gateway.ts";
import { voicePlatforms } from "../../src/pbx/platforms.ts";
import { providers } from "../../src/providers/index.ts";

const today = new Date().toISOString();
const lists = await Promise.all(providers.map(async (provider) => ({ id: provider.id, list: await provider.gateways?.() })));

describe.each(lists)("the gateways of $id", ({ id, list }) => {
  test("are of the schema, with nothing beside it", () => {
    expect(gatewayListSchema.parse(list)).toEqual(list);
    expect(list?.carrier).toBe(id);
  });

  test("have a source and a day that has come", () => {
    const dated = [...(list?.gateways ?? []), list?.inbound_sources, ...(list?.media ?? []), ...(list?.facts ?? [])];
    expect(dated.length).toBeGreaterThan(5);
    for (const fact of dated) {
      expect(fact?.source).not.toBe("");
      expect((fact?.seen ?? "9") <= today, fact?.seen).toBe(true);
    }
  });

  test("are each named once", () => {
    const names = (list?.gateways ?? []).map(({ host, port, transport, role }) => `${host}:${port} ${transport} ${role}`);
    expect(names).toEqual([...new Set(names)]);
  });
});

describe("what the schema refuses", () => {
  const gateway = { host: "sip.example.com", port: 5061, transport: "tls", role: "outbound", source: "a page", seen: "2026-11" };
  const inbound_sources = { addresses: [], ask: "Ask them.", source: "a page", seen: "2026-11" };
  const list = (changed: object) => ({ carrier: "toy", gateways: [{ ...gateway, ...changed }], inbound_sources, media: [], facts: [] });

  test("a good list is taken", () => {
    expect(gatewayListSchema.safeParse(list({})).success).toBe(true);
  });

  test.each([
    { source: undefined },
    { source: "" },
    { seen: "last year" },
    { seen: "2026-13" },
    { port: 0 },
    { port: 65_536 },
    { transport: "ws" },
    { host: "sip.example.com:5061" },
    { host: "sip:sip.example.com" },
    { host: "{other}.example.com" },
    { colour: "red" },
  ])("%j", (changed) => {
    expect(gatewayListSchema.safeParse(list(changed)).success).toBe(false);
  });
});

describe("the conflict that every Exotel guide leaves open", () => {
  const exotel = lists.find(({ id }) => id === "exotel")?.list;
  if (!exotel) throw new Error("Exotel has no gateways");

  test("both readings are candidates, and each names the other", () => {
    const found = gatewaysFor(exotel, "acme.pstn.exotel.com").filter(({ host }) => host === "acme.pstn.exotel.com");
    const ports = found.map(({ port, transport }) => `${port} ${transport}`).sort();
    expect(ports).toEqual(["443 tls", "5060 tcp", "5061 tls", "5070 tcp"]);
    expect(found.every(({ conflict }) => conflict !== undefined)).toBe(true);
  });

  test("a domain with a port is filled in without it", () => {
    const hosts = gatewaysFor(exotel, "acme.example.com:5061").map(({ host }) => host);
    expect(hosts).toContain("acme.example.com");
  });

  test("without a domain only the hosts with a name of their own remain", () => {
    const hosts = gatewaysFor(exotel, undefined).map(({ host }) => host);
    expect(hosts.length).toBeGreaterThan(5);
    expect(hosts.filter((host) => host.includes("{"))).toEqual([]);
  });
});

describe("voice platforms", () => {
  test("are of the schema, each once, dated and with a word on whom to ask", () => {
    const platforms = voicePlatforms();
    expect(platforms.map(({ id }) => id)).toEqual(["livekit", "vapi", "retell", "elevenlabs", "openai", "daily"]);
    for (const { seen, ask, traps } of platforms) {
      expect(seen <= today).toBe(true);
      expect(ask).not.toBe("");
      expect(traps.length).toBeGreaterThan(0);
    }
  });
});
