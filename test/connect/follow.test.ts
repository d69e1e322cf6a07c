import { afterEach, describe, expect, test } from "vitest";
import type { DnsResolver } from "../../src/core/dns.ts";
import { lines } from "./support.ts";
import { type Connected, startConnected } from "./traps-support.ts";

let both: Connected;
afterEach(() => both?.close());

const carriers = Object.keys(lines);
/** The carriers that were asked since then. */
const askedSince = (from: number) => [...new Set(both.sandbox.seen.slice(from).map(({ provider }) => provider))].sort();
const report = async (provider: string, trunk_id: string, more: object = {}) =>
  await both.run("check_trunk", { provider, trunk_id, details: true, ...more });

describe.each(carriers)("%s and LiveKit", (provider) => {
  test.each(["inbound", "outbound"] as const)(
    "%s: a connection that was planned here has nothing wrong at either end",
    async (direction) => {
      both = await startConnected(provider, direction);
      for (const [id, { trunk_id }] of [
        [provider, both.carrier],
        ["livekit", both.livekit],
      ] as const) {
        const { passed, checks } = await report(id, trunk_id);
        expect(checks.filter((line: string) => /^conn\.\S+ fail/.test(line))).toEqual([]);
        expect(passed.join("\n"), "the way is told").toMatch(
          direction === "inbound" ? /Calls in: .* -> LiveKit's trunk .* -> SDR_/ : /Calls out: LiveKit's trunk .* -> .*'s trunk/,
        );
        expect(passed.join("\n"), "what each end does about encryption is told").toMatch(
          /^Calls (in|out): .*; media_encryption (require|allow|disable)/m,
        );
      }
    },
  );
});

describe("the other end costs requests only where there may be one", () => {
  test("a trunk whose destination is nobody's platform asks its own carrier alone", async () => {
    both = await startConnected("twilio", "inbound");
    const { trunk } = await both.run("twilio_create_trunk", { friendly_name: "pbx" });
    await both.run("twilio_add_origination_url", { trunk_sid: trunk.trunk_id, sip_url: "sip:pbx.example.com;transport=tls" });
    const from = both.sandbox.seen.length;
    await report("twilio", trunk.trunk_id);
    expect(askedSince(from)).toEqual(["twilio"]);
  });

  test("a gateway names its carrier, so that no other one is asked", async () => {
    both = await startConnected("telnyx", "outbound");
    const from = both.sandbox.seen.length;
    await report("livekit", both.livekit.trunk_id);
    expect(askedSince(from)).toEqual(["livekit", "telnyx"]);
  });

  test("calls that nobody asked about are not followed", async () => {
    both = await startConnected("exotel", "outbound");
    const from = both.sandbox.seen.length;
    await report("exotel", both.carrier.trunk_id, { direction: "inbound" });
    expect(askedSince(from)).toEqual(["exotel"]);
  });
});

describe("which trunk of the other end is meant", () => {
  test("a trunk for every number takes none that another one has", async () => {
    both = await startConnected("didww", "inbound");
    const trunk = { name: "all", auth_username: "somebody", auth_password: "Else1Than2The3Connection" };
    await both.directly("CreateSIPInboundTrunk", { trunk });
    expect(await both.findings("didww", both.carrier.trunk_id)).toEqual([]);
    await both.directly("DeleteSIPTrunk", { sip_trunk_id: both.livekit.trunk_id });
    const left = await both.findings("didww", both.carrier.trunk_id);
    expect(left).toMatchObject([
      { check: "conn.callers", evidence: expect.stringContaining('"all"') },
      { check: "conn.media_in" },
      { check: "livekit.rule", trunk: { provider: "livekit" } },
    ]);
  });

  test("a domain names its own trunk, whatever number is shown", async () => {
    both = await startConnected("twilio", "outbound");
    const other = await both.run("twilio_create_trunk", { friendly_name: "other", domain_name: "other.pstn.twilio.com" });
    await both.run("twilio_create_credential", { trunk_sid: other.trunk.trunk_id, username: "somebody" });
    await both.run("twilio_assign_phone_number", { trunk_sid: other.trunk.trunk_id, phone_number: "+12025550112" });
    expect(await both.findings("livekit", both.livekit.trunk_id)).toEqual([]);
    const { checks } = await report("twilio", other.trunk.trunk_id, { direction: "outbound" });
    expect(checks.filter((line: string) => line.startsWith("conn."))).toEqual([]);
  });
});

test("an other end that cannot be read is told, and the rest is judged", async () => {
  both = await startConnected("didww", "inbound");
  both.sandbox.script({ kind: "status", status: 403, path: "ListSIPInboundTrunk", times: 9 });
  const { not_run, checks } = await report("didww", both.carrier.trunk_id);
  expect(not_run.join("\n")).toMatch(/The other end at LiveKit: /);
  expect(checks).toContain("didww.in_way pass");
});

test("the hosts of both ends are asked where a carrier's may be", async () => {
  const asked = new Set<string>();
  const note = async (name: string) => {
    asked.add(name);
    throw Object.assign(new Error("not found"), { code: "ENOTFOUND" });
  };
  const resolver: DnsResolver = { resolve4: note, resolve6: note, resolveCname: note, resolveSrv: note, resolveNaptr: note };
  both = await startConnected("exotel", "both", { sandboxRules: false, probes: { resolver } });
  const hostsOf = async (id: string, trunk_id: string) => {
    asked.clear();
    await report(id, trunk_id);
    return [...asked];
  };
  const [inbound, outbound] = both.all.filter(({ provider }) => provider === "livekit").map(({ trunk_id }) => trunk_id);
  const [india, gateway] = ["sandbox.india.sip.livekit.cloud", "in.voip.exotel.com"];
  expect(await hostsOf("livekit", inbound ?? "")).toEqual(expect.arrayContaining(["sandbox.sip.livekit.cloud", india]));
  expect(await hostsOf("livekit", outbound ?? "")).toContain(gateway);
  expect(await hostsOf("exotel", both.carrier.trunk_id)).toEqual(expect.arrayContaining([india, gateway]));
});
