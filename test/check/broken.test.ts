import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ASK } from "../../src/core/carrier/diagnosis.ts";
import { inputSchema } from "../../src/core/tool.ts";
import { type ToolName, tools } from "../../tools/index.ts";
import { closePeers } from "../sip/peer.ts";
import { HOST, type Peers, startPeers, trusted } from "./peers.ts";
import { check, type Row, startWorld, type World, wrong, type Zone } from "./setup.ts";

let peers: Peers;
let world: World;
let trunkId = "";
beforeAll(async () => {
  peers = await startPeers();
});
afterEach(() => world?.close());
afterAll(closePeers);

const NUMBER = "+918044319240";
const OTHER = "+918044319241";
const IP = "44.248.146.11";

function freshZone(): Zone {
  return { a: { [HOST]: [{ address: "127.0.0.1" }], "edge.example.test": [{ address: "127.0.0.1" }] }, cname: {} };
}

/** A trunk for calls in both directions, with nothing wrong. */
async function startHealthy(options: Partial<Parameters<typeof startWorld>[0]> = {}): Promise<void> {
  const gateways = [{ host: HOST, port: peers.seenAsWhitelisted, transport: "tls" as const }];
  const { probes, ...rest } = options;
  world = await startWorld({ zone: freshZone(), gateways, probes: { authorities: [trusted.cert], ...probes }, ...rest });
  trunkId = (await done("exotel_create_trunk", { trunk_name: "healthy" })).trunk.trunk_id;
  await done("exotel_map_phone_number", { trunk_sid: trunkId, phone_number: NUMBER, mode: "pstn" });
  await done("exotel_whitelist_ip", { trunk_sid: trunkId, ip: IP });
  await addDestination(peers.good, "tls");
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives.
async function done(tool: string, args: Record<string, unknown>): Promise<any> {
  const { isError, value } = await world.call(tool, args);
  if (isError) throw new Error(`${tool}: ${JSON.stringify(value)}`);
  return value;
}

const addDestination = (port: number, transport: "tls" | "tcp", host = HOST) =>
  done("exotel_add_destination_uris", { trunk_sid: trunkId, destinations: [{ destination: `${host}:${port};transport=${transport}` }] });

const on = (list: string) => `exotel/trunks/${trunkId}/${list}`;

async function rowsOf(list: "phone_numbers" | "whitelisted_ips" | "destination_uris" | "credentials"): Promise<Record<string, string>[]> {
  return (await done("get_trunk", { trunk_id: trunkId })).trunk[list];
}

async function removeAll(list: string, rows: Record<string, string>[], key: string): Promise<void> {
  for (const row of rows) await world.raw("DELETE", `${on(list)}?id=${row[key]}`);
}

const noDestinations = async () => removeAll("destination-uris", await rowsOf("destination_uris"), "destination_uri_id");
const noIps = async () => removeAll("whitelisted-ips", await rowsOf("whitelisted_ips"), "whitelisted_ip_id");
const noNumbers = async () => removeAll("phone-numbers", await rowsOf("phone_numbers"), "phone_number_id");

/** In place of the only destination: the same host, another port. */
const destination =
  (port: (all: Peers) => number, transport: "tls" | "tcp" = "tls", host = HOST) =>
  async () => {
    await noDestinations();
    await addDestination(port(peers), transport, host);
  };

async function exported(change: (text: string) => string, format = "asterisk"): Promise<object> {
  const { files } = await done("export_pbx_config", {
    trunk_id: trunkId,
    format,
    gateway: `${HOST}:${peers.good};transport=tls`,
    public_ip: IP,
  });
  return { config: change(files.map(({ text }: { text: string }) => text).join("\n")) };
}

interface Case {
  check: string;
  status: "fail" | "warn";
  /** Breaks the trunk. Its result goes into the call. */
  breaks(): Promise<unknown>;
  /** Does what the person does where no call repairs it. Its result goes into the second call instead. */
  mends?(): Promise<unknown>;
  /** The person's answer, where a repair asks for one. */
  says?: string;
  dialect?: "observed" | "documented";
}

const healthyAgain = async () => {
  await noDestinations();
  await addDestination(peers.good, "tls");
};
const inbound = { direction: "inbound" };

const cases: Record<string, Case> = {
  "a domain of another account": {
    ...{ check: "trunk.domain", status: "fail" },
    breaks: async () => void (await world.raw("PUT", `exotel/trunks/${trunkId}`, { domain_name: "other.pstn.exotel.com" })),
    mends: async () => void (await world.raw("PUT", `exotel/trunks/${trunkId}`, { domain_name: "sandbox.pstn.exotel.com" })),
  },
  "no number": {
    ...{ check: "num.present", status: "fail", breaks: noNumbers, says: NUMBER },
  },
  "a number in mode flow": {
    ...{ check: "num.mode", status: "fail" },
    breaks: async () => {
      await noNumbers();
      await done("exotel_map_phone_number", { trunk_sid: trunkId, phone_number: NUMBER, mode: "flow" });
      return { direction: "outbound" };
    },
  },
  "a voice bot's number in mode pstn": { check: "num.mode", status: "fail", breaks: async () => ({ direction: "voice_ai" }) },
  "a number with a digit too few": {
    ...{ check: "num.e164", status: "fail", says: OTHER },
    breaks: async () => void (await world.raw("POST", on("phone-numbers"), { phone_number: "+91804431" })),
  },
  "a number without its country code": {
    ...{ check: "num.typo", status: "warn" },
    breaks: async () => void (await world.raw("POST", on("phone-numbers"), { phone_number: "+7012345678" })),
  },
  "a number of a range not in use": {
    ...{ check: "num.typo", status: "warn", says: OTHER },
    breaks: async () => void (await world.raw("POST", on("phone-numbers"), { phone_number: "+15550100000" })),
  },
  "an alias that is not mapped": {
    ...{ check: "num.alias", status: "fail" },
    breaks: async () => void (await done("exotel_set_trunk_alias", { trunk_sid: trunkId, alias: OTHER })),
  },
  "nobody whitelisted": {
    ...{ check: "acl.present", status: "fail", says: IP },
    breaks: async () => {
      await noIps();
      return { direction: "outbound" };
    },
  },
  "a private address whitelisted": {
    ...{ check: "acl.public", status: "fail" },
    breaks: async () => void (await world.raw("POST", on("whitelisted-ips"), { ip: "10.0.0.5", mask: 32 })),
  },
  "an example address whitelisted": {
    ...{ check: "acl.doc", status: "fail" },
    breaks: async () => void (await world.raw("POST", on("whitelisted-ips"), { ip: "203.0.113.50", mask: 32 })),
  },
  "a broad range": {
    ...{ check: "acl.broad", status: "warn" },
    breaks: async () => void (await world.raw("POST", on("whitelisted-ips"), { ip: "45.60.0.0", mask: 20 })),
  },
  "a range as wide as a country": {
    ...{ check: "acl.broad", status: "fail", dialect: "documented" },
    breaks: async () => void (await world.raw("POST", on("whitelisted-ips"), { ip: "45.0.0.0", mask: 8 })),
  },
  "two entries of which one holds the other": {
    ...{ check: "acl.overlap", status: "warn" },
    breaks: async () => void (await world.raw("POST", on("whitelisted-ips"), { ip: "44.248.146.8", mask: 29 })),
  },
  "an address inside a range": {
    ...{ check: "acl.hostbits", status: "warn" },
    breaks: async () => void (await world.raw("POST", on("whitelisted-ips"), { ip: "45.60.7.13", mask: 29 })),
  },
  "calls from an address that is not whitelisted": {
    ...{ check: "acl.egress", status: "fail" },
    breaks: async () => {
      await noIps();
      await done("exotel_whitelist_ip", { trunk_sid: trunkId, ip: "44.248.146.12" });
      return { direction: "outbound", from_pbx: true };
    },
  },
  "a platform whose addresses are not whitelisted": {
    ...{ check: "acl.platform", status: "fail", breaks: async () => ({ direction: "outbound", platform: "vapi" }) },
  },
  "a platform with wide ranges, and no login": {
    ...{ check: "acl.platform", status: "fail", breaks: async () => ({ direction: "outbound", platform: "livekit" }) },
    mends: async () => {
      await noIps();
      await done("exotel_create_credentials", { trunk_sid: trunkId, user_name: "platform" });
      return { direction: "outbound", platform: "livekit" };
    },
  },
  "a platform without addresses, and no login": {
    ...{ check: "acl.platform", status: "warn", breaks: async () => ({ direction: "outbound", platform: "elevenlabs" }) },
    mends: async () => {
      await noIps();
      await done("exotel_create_credentials", { trunk_sid: trunkId, user_name: "platform" });
      return { direction: "outbound", platform: "elevenlabs" };
    },
  },
  "addresses and a login": {
    ...{ check: "auth.mixed", status: "warn" },
    breaks: async () => void (await done("exotel_create_credentials", { trunk_sid: trunkId, user_name: "pbx" })),
    mends: async () => {
      const chosen = (await rowsOf("credentials")).filter(({ user_name }) => user_name === "pbx");
      for (const { credential_id } of chosen) await done("exotel_delete_credentials", { trunk_sid: trunkId, credential_id });
    },
  },
  "no destination": {
    ...{ check: "dst.present", status: "fail", says: "sip.example.com:5061;transport=tls" },
    breaks: async () => {
      await noDestinations();
      return inbound;
    },
  },
  "OpenAI as destination": {
    ...{ check: "dst.user", status: "fail" },
    breaks: async () => void (await addDestination(5061, "tls", "sip.api.openai.com")),
  },
  "a retired host": {
    ...{ check: "dst.legacy", status: "fail" },
    breaks: async () => void (await addDestination(5061, "tls", "5t4n6j0wnrl.sip.livekit.cloud")),
  },
  "a name that leads to a private address": {
    ...{ check: "dst.public", status: "fail", says: "sip.example.com:5061;transport=tls" },
    breaks: async () => {
      world.scope.probes.allowPrivate = false;
      world.zone.a[HOST] = [{ address: "10.0.0.5" }];
      return inbound;
    },
    mends: async () => {
      world.scope.probes.allowPrivate = true;
      world.zone.a[HOST] = [{ address: "127.0.0.1" }];
    },
  },
  "a name that does not exist": {
    ...{ check: "dns.resolves", status: "fail" },
    breaks: async () => void (await addDestination(peers.good, "tls", "gone.example.test")),
    mends: async () => {
      world.zone.a["gone.example.test"] = [{ address: "127.0.0.1" }];
    },
  },
  "an alias in DNS": {
    ...{ check: "dns.cname", status: "warn" },
    breaks: async () => {
      world.zone.cname["alias.example.test"] = HOST;
      await noDestinations();
      await addDestination(peers.plain, "tcp", "alias.example.test");
    },
  },
  "a port on which nothing listens": { check: "net.tcp", status: "fail", breaks: destination((all) => all.closed), mends: healthyAgain },
  "tls to a tcp port": { check: "sip.transport_mix", status: "fail", breaks: destination((all) => all.plain) },
  "tcp to a tls port": { check: "sip.transport_mix", status: "fail", breaks: destination((all) => all.good, "tcp") },
  "an outdated TLS": { check: "tls.version", status: "fail", breaks: destination((all) => all.oldTls), mends: healthyAgain },
  "a certificate of an unknown authority": {
    check: "tls.chain",
    status: "fail",
    breaks: destination((all) => all.stranger),
    mends: healthyAgain,
  },
  "a certificate that signed itself": {
    check: "tls.chain",
    status: "fail",
    breaks: destination((all) => all.selfSigned),
    mends: healthyAgain,
  },
  "a certificate without its intermediate": {
    ...{ check: "tls.chain", status: "fail", breaks: destination((all) => all.noIntermediate), mends: healthyAgain },
  },
  "a certificate of another name": { check: "tls.name", status: "fail", breaks: destination((all) => all.otherName), mends: healthyAgain },
  "a certificate with a pattern": { check: "tls.name", status: "warn", breaks: destination((all) => all.wildcard), mends: healthyAgain },
  "an expired certificate": { check: "tls.expiry", status: "fail", breaks: destination((all) => all.expired), mends: healthyAgain },
  "a certificate about to expire": { check: "tls.expiry", status: "warn", breaks: destination((all) => all.expiring), mends: healthyAgain },
  "a certificate not valid yet": {
    check: "tls.expiry",
    status: "fail",
    breaks: destination((all) => all.notYetValid),
    mends: healthyAgain,
  },
  "a short key": { check: "tls.key", status: "warn", breaks: destination((all) => all.shortKey), mends: healthyAgain },
  "a server that demands certificates": {
    check: "tls.mtls",
    status: "warn",
    breaks: destination((all) => all.mutual),
    mends: healthyAgain,
  },
  "a server that is overloaded": { check: "sip.options", status: "warn", breaks: destination((all) => all.busy), mends: healthyAgain },
  "a server that does not speak SIP": {
    check: "sip.options",
    status: "fail",
    breaks: destination((all) => all.noSip, "tcp"),
    mends: healthyAgain,
  },
  "SRTP off where the carrier encrypts": {
    ...{ check: "media.srtp", status: "fail" },
    breaks: () => exported((text) => text.replace("media_encryption = sdes", "media_encryption = no")),
    mends: () => exported((text) => text),
  },
  "no codec that carriers take": {
    ...{ check: "media.codec", status: "fail" },
    breaks: () => exported((text) => text.replace("allow = alaw,ulaw", "allow = g722,opus")),
    mends: () => exported((text) => text),
  },
  "PCMA not first": {
    ...{ check: "media.codec", status: "warn" },
    breaks: () => exported((text) => text.replace("allow = alaw,ulaw", "allow = ulaw,alaw")),
    mends: () => exported((text) => text),
  },
  "a private address announced": {
    ...{ check: "media.nat", status: "warn" },
    breaks: () => exported((text) => text.replace(/^external_media_address = .*$/m, "external_media_address = 192.168.1.7")),
    mends: () => exported((text) => text),
  },
  "StreamKit without its header": {
    ...{ check: "hdr.flow", status: "fail" },
    breaks: async () => {
      await noNumbers();
      await done("exotel_map_phone_number", { trunk_sid: trunkId, phone_number: NUMBER, mode: "flow" });
      return { ...(await exported((text) => text.replaceAll("X-Exotel-AccountSid", "X-Nothing"))), direction: "voice_ai" };
    },
    mends: () => exported((text) => text),
  },
  "LiveKit with a foreign number": {
    ...{ check: "plat.livekit.from", status: "fail" },
    breaks: () => exported((text) => text.replaceAll(NUMBER, OTHER), "livekit"),
    mends: () => exported((text) => text, "livekit"),
  },
  "a file older than the trunk": {
    ...{ check: "drift", status: "warn" },
    breaks: async () => {
      const old = await exported((text) => text);
      await done("exotel_map_phone_number", { trunk_sid: trunkId, phone_number: OTHER, mode: "pstn" });
      return old;
    },
    mends: () => exported((text) => text),
  },
  "a file of another trunk": {
    ...{ check: "drift", status: "warn" },
    breaks: () => exported((text) => text.replaceAll(`exotel/${trunkId}`, "exotel/another")),
    mends: () => exported((text) => text),
  },
};

/** Sends each repair, after it was seen to fit the tool's own schema. */
async function repair({ repair: calls = [] }: Row, says = ""): Promise<void> {
  for (const { tool, arguments: asked } of calls) {
    const args = JSON.parse(JSON.stringify(asked).replaceAll(ASK, says));
    const { default: definition } = await tools[tool as ToolName]();
    expect(inputSchema(definition).safeParse(args).error, tool).toBeUndefined();
    await done(tool, args);
  }
}

describe("one thing wrong with a trunk on Exotel", () => {
  test("there are forty", () => expect(Object.keys(cases).length).toBeGreaterThanOrEqual(40));

  test.each(Object.entries(cases))(
    "%s is found, named first, and repaired",
    async (_, { check: id, status, breaks, mends, says, dialect }) => {
      await startHealthy(dialect ? { dialect } : {});
      const args = { provider: "exotel", trunk_id: trunkId, ...((await breaks()) as object) };
      const { findings, passed, summary } = await check(world, args);
      const [first] = findings;
      const texts = [summary, ...passed, ...findings.flatMap(({ title, evidence = "", remedy = "" }) => [title, evidence, remedy])];
      expect(texts.filter((text) => /(?<![\d.])1 (?!address\b|is\b|was\b|has\b)[a-z]+s\b/.test(text))).toEqual([]);
      expect(summary).toMatch(
        /^(1 finding blocks|2 findings block) (calls|outbound calls|inbound calls|the voice bot's calls)\b|^1 point in doubt/,
      );
      expect(first?.direction).toMatch(/^(outbound|inbound|voice_ai|all)$/);
      expect(summary).not.toMatch(/\b0 /);
      expect(first, JSON.stringify(findings)).toMatchObject({ check: id, status });
      expect(first?.remedy).toMatch(/\w/);
      expect(mends !== undefined || (first?.repair ?? []).length > 0, "neither a call nor a remedy").toBe(true);
      if (first) await repair(first, says);
      const again = { ...args, ...((await mends?.()) as object | undefined) };
      const left = wrong((await check(world, again)).findings).filter((row) => row.check === id && row.peer === first?.peer);
      expect(left).toEqual([]);
    },
  );

  test.each(["observed", "documented"])("a healthy one yields no fail and no warn (%s)", async (dialect) => {
    await startHealthy({ dialect });
    const args = { trunk_id: "healthy", from_pbx: true, ...(await exported((text) => text)) };
    const { findings, checks, summary } = await check(world, args);
    expect(wrong(findings)).toEqual([]);
    expect(checks.filter((row) => row.includes(" pass")).length).toBeGreaterThan(30);
    expect(summary).toMatch(/^Nothing is wrong/);
    expect(findings.find((row) => row.check === "exotel.flow_applet")).toMatchObject({ status: "manual" });
  });
});
