import { afterEach, describe, expect, test } from "vitest";
import { ASK } from "../../src/core/carrier/diagnosis.ts";
import type { Direction } from "./support.ts";
import { type Connected, type Finding, type Json, startConnected } from "./traps-support.ts";

/** A mistake that people make between a carrier and LiveKit. */
interface Trap {
  /** The section that tells of it, in the notes on the carriers' documents. */
  source: string;
  carrier: string;
  direction: Direction;
  breaks(both: Connected): Promise<unknown>;
  check: string;
  /** The wrong value, and its end. */
  says: RegExp;
  /** A person's answer, where the repair asks for one. */
  answer?: string | ((both: Connected) => Promise<string>);
  /** The repair opens nothing and takes nothing away, so that nobody is asked. */
  unasked?: true;
  /** The ends from which it is seen; both where nothing is said. */
  from?: readonly ("carrier" | "livekit")[];
}

const inbound = (more: object) => async (both: Connected) =>
  await both.directly("UpdateSIPInboundTrunk", { sip_trunk_id: both.livekit.trunk_id, update: more });
const outbound = (more: object) => async (both: Connected) =>
  await both.directly("UpdateSIPOutboundTrunk", { sip_trunk_id: both.livekit.trunk_id, update: more });
const didww = (more: object) => async (both: Connected) =>
  await both.run("didww_update_voice_in_trunk", { trunk_id: both.carrier.trunk_id, ...more });

const ruleOf = async (both: Connected): Promise<Json> => (await both.directly("ListSIPDispatchRule", {})).items[0];
/** Everything of the rule is written again, with the change in it. */
const rule = (change: (rule: Json) => object) => async (both: Connected) => {
  const { sip_dispatch_rule_id, ...now } = await ruleOf(both);
  await both.directly("UpdateSIPDispatchRule", { sip_dispatch_rule_id, replace: { ...now, ...change(now) } });
};

/** In place of the only destination. */
const destination = (to: string) => async (both: Connected) => {
  const { trunk_id: trunk_sid, destination_uris } = both.carrier;
  await both.run("exotel_add_destination_uris", { trunk_sid, destinations: [{ destination: to }] });
  await both.run("exotel_remove_destination_uri", { trunk_sid, destination_uri_id: destination_uris[0].destination_uri_id });
};

/** Another trunk of the same values, as a second try leaves one. */
const again = async (both: Connected) => {
  const { trunk } = await both.directly("GetSIPOutboundTrunk", { sip_trunk_id: both.livekit.trunk_id });
  await both.directly("CreateSIPOutboundTrunk", { trunk: { ...trunk, sip_trunk_id: "" } });
};
const newest = async ({ directly, livekit }: Connected) =>
  (await directly("ListSIPOutboundTrunk", {})).items.map((one: Json) => one.sip_trunk_id).find((id: string) => id !== livekit.trunk_id);

const exotel = { carrier: "exotel" };
const traps: Record<string, Trap> = {
  "the SIP host is another project's": {
    ...{ ...exotel, source: "livekit.md 14.1", direction: "inbound", check: "conn.host", says: /Exotel.*"kai-jip9k9je.sip.livekit.cloud"/ },
    breaks: destination("kai-jip9k9je.sip.livekit.cloud:5061;transport=tls"),
  },
  "half a login disables the login": {
    ...{
      carrier: "didww",
      source: "livekit.md 14.2",
      direction: "inbound",
      check: "conn.callers",
      says: /LiveKit's trunk.*asks for no login/,
    },
    breaks: inbound({ auth_password: "" }),
  },
  "an allow-list of a host name is open to all": {
    ...{ carrier: "telnyx", source: "livekit.md 14.3", direction: "inbound", check: "conn.callers", says: /LiveKit's trunk.*no addresses/ },
    breaks: inbound({ allowed_addresses: { set: ["sip.telnyx.com"] } }),
  },
  "a replace wiped the login": {
    ...{ carrier: "didww", source: "livekit.md 14.4", direction: "inbound", check: "conn.callers", says: /DIDWW's trunk.*has the login/ },
    breaks: ({ directly, livekit }) =>
      directly("UpdateSIPInboundTrunk", {
        sip_trunk_id: livekit.trunk_id,
        replace: { name: livekit.trunk_name, numbers: ["+37061498222"] },
      }),
  },
  "a misspelt key left the sound unencrypted": {
    unasked: true,
    ...{
      carrier: "twilio",
      source: "livekit.md 14.5",
      direction: "inbound",
      check: "conn.media_in",
      says: /secure is true.*LiveKit's.*disable/,
    },
    breaks: inbound({ media: { encription: "SIP_MEDIA_ENCRYPT_REQUIRE" } }),
  },
  "a second try doubled the outbound trunk": {
    ...{ ...exotel, source: "livekit.md 14.6", direction: "outbound", check: "conn.double", says: /one gateway and one caller id/ },
    ...{ breaks: again, answer: newest },
  },
  "a delete took the inbound trunk, and its rule stayed": {
    ...{
      carrier: "twilio",
      source: "livekit.md 14.7",
      direction: "inbound",
      check: "conn.number",
      says: /Twilio's trunk.*trunks for calls in there: none/,
    },
    ...{ answer: "front-desk", from: ["carrier"] },
    breaks: ({ directly, livekit }) => directly("DeleteSIPTrunk", { sip_trunk_id: livekit.trunk_id }),
  },
  "a change of the caller id was refused with 500, and taken for done": {
    ...{
      ...exotel,
      source: "livekit.md 14.8",
      direction: "outbound",
      check: "conn.caller_id",
      says: /LiveKit's.*shows "\+918044319241".*Exotel's.*has \+918044319240/,
    },
    breaks: outbound({ numbers: { set: ["+918044319241"] } }),
  },
  "numbers of a rule are compared letter by letter": {
    unasked: true,
    ...{ carrier: "telnyx", source: "livekit.md 14.9", direction: "inbound", check: "livekit.rule", says: /calls to "13125550142" only/ },
    breaks: rule(() => ({ numbers: ["13125550142"] })),
  },
  "transport AUTO ignores the port": {
    ...{
      ...exotel,
      source: "livekit.md 14.10",
      direction: "outbound",
      check: "conn.gateway",
      says: /LiveKit's.*in\.voip\.exotel\.com:443", transport auto/,
    },
    breaks: outbound({ transport: "SIP_TRANSPORT_AUTO" }),
  },
  "the login stands in place of the caller id": {
    ...{ ...exotel, source: "livekit.md 14.11", direction: "outbound", check: "conn.caller_id", says: /shows "lk_agent_front_desk"/ },
    breaks: outbound({ numbers: { set: ["lk_agent_front_desk"] } }),
  },
  "the password stands in what everybody reads": {
    unasked: true,
    ...{ ...exotel, source: "livekit.md 14.12", direction: "outbound", check: "livekit.password_shown", says: /metadata/ },
    async breaks(both) {
      const { trunk } = await both.directly("GetSIPOutboundTrunk", { sip_trunk_id: both.livekit.trunk_id });
      await outbound({ metadata: `login ${trunk.auth_username} ${trunk.auth_password}` })(both);
    },
  },
  "a trunk without a dispatch rule": {
    unasked: true,
    ...{
      carrier: "didww",
      source: "livekit.md 1 and 7",
      direction: "inbound",
      check: "livekit.rule",
      says: /No dispatch rule/,
      answer: "front-desk",
    },
    breaks: async (both) =>
      await both.directly("DeleteSIPDispatchRule", { sip_dispatch_rule_id: (await ruleOf(both)).sip_dispatch_rule_id }),
  },
  "a rule that names no agent": {
    ...{
      carrier: "twilio",
      source: "livekit.md 10 and 11",
      direction: "inbound",
      check: "livekit.rule",
      says: /no named agent/,
      answer: "front-desk",
    },
    breaks: rule(() => ({ room_config: null })),
  },
  "a rule for every trunk takes what matched none": {
    ...{
      carrier: "telnyx",
      source: "livekit.md 6.3 and 7",
      direction: "inbound",
      check: "livekit.rule",
      says: /matched no trunk/,
      answer: "front-desk",
    },
    breaks: rule(() => ({ trunk_ids: [] })),
  },
  "an Indian number on a host without its region": {
    ...{
      ...exotel,
      source: "livekit.md 8",
      direction: "inbound",
      check: "conn.host",
      says: /Exotel's.*"sandbox.sip.livekit.cloud".*\+918044319240/,
    },
    breaks: destination("sandbox.sip.livekit.cloud:5061;transport=tls"),
  },
  "two trunks have one number": {
    ...{
      carrier: "twilio",
      source: "livekit.md 7",
      direction: "inbound",
      check: "conn.number",
      says: /"agent_front_desk inbound".*"other"|"other".*"agent_front_desk inbound"/,
    },
    async breaks({ directly }) {
      const trunk = { name: "other", numbers: ["+12025550199"], allowed_addresses: ["46.19.210.14"] };
      const { sip_trunk_id } = await directly("CreateSIPInboundTrunk", { trunk });
      await directly("UpdateSIPInboundTrunk", { sip_trunk_id, update: { numbers: { set: ["+12025550112"] } } });
    },
  },
  "encrypted sound is required, and comes plain": {
    ...{
      carrier: "didww",
      source: "livekit.md 13",
      direction: "inbound",
      check: "conn.media_in",
      says: /DIDWW's.*"disabled".*LiveKit's.*require/,
    },
    async breaks(both) {
      await didww({ port: 5060, transport: "tcp", media_encryption_mode: "disabled" })(both);
      await inbound({ media: { encryption: "SIP_MEDIA_ENCRYPT_REQUIRE" } })(both);
    },
  },
  "the called number comes without its plus": {
    ...{
      carrier: "didww",
      source: "didww-inbound.md 13 and 14.7",
      direction: "inbound",
      check: "didww.in_shared_host",
      says: /username is "\{DID\}"/,
    },
    breaks: didww({ username: "{DID}" }),
  },
  "the two ends have different passwords": {
    ...{
      carrier: "didww",
      source: "didww-inbound.md 13",
      direction: "inbound",
      check: "conn.callers",
      says: /DIDWW's.*another password.*LiveKit's/,
    },
    breaks: inbound({ auth_password: "Another1Password2Of3Somebody" }),
  },
  "the host's name is replaced by its address": {
    unasked: true,
    ...{ carrier: "didww", source: "didww-inbound.md 14.9", direction: "inbound", check: "didww.in_way", says: /resolve_ruri is true/ },
    breaks: didww({ resolve_ruri: true }),
  },
  "some of the eight ranges are not let in": {
    ...{
      carrier: "twilio",
      source: "twilio.md 4, livekit.md 11",
      direction: "inbound",
      check: "conn.callers",
      says: /Missing: 54.171.127.192\/30/,
    },
    breaks: inbound({ allowed_addresses: { set: ["54.172.60.0/30", "54.244.51.0/30"] } }),
  },
  "calls out do not say whose they are": {
    ...{ carrier: "telnyx", source: "livekit.md 12", direction: "outbound", check: "conn.headers", says: /LiveKit's.*none/ },
    async breaks({ directly, livekit: { trunk_id: sip_trunk_id } }) {
      const { trunk } = await directly("GetSIPOutboundTrunk", { sip_trunk_id });
      await directly("UpdateSIPOutboundTrunk", { sip_trunk_id, replace: { ...trunk, sip_trunk_id: "", headers: {} } });
    },
  },
  "a range of the platform is not on the carrier's list": {
    ...{ carrier: "didww", source: "livekit.md 8 and 12", direction: "outbound", check: "conn.ranges", says: /Missing: 153.57.128.0\/18/ },
    breaks: ({ run, carrier }) =>
      run("didww_update_voice_out_trunk", { trunk_id: carrier.trunk_id, allowed_sip_ips: ["143.223.88.0/21", "161.115.160.0/19"] }),
  },
};

/** Of the same kind, found on the way. */
const further: Record<string, Trap> = {
  "a login is asked for that the carrier cannot answer": {
    ...{ carrier: "twilio", source: "livekit.md 11", direction: "inbound", check: "conn.callers", says: /asks for "twilio"/ },
    breaks: inbound({ auth_username: "twilio", auth_password: "Some1Password2Of3Twelve" }),
  },
  "the two ends have different user names": {
    ...{
      carrier: "didww",
      source: "didww-inbound.md 13",
      direction: "inbound",
      check: "conn.callers",
      says: /answers as "lkagentfrontdesk"; LiveKit's.*"other"/,
    },
    breaks: inbound({ auth_username: "other" }),
  },
  "a national number that no call matches": {
    ...{ ...exotel, source: "livekit.md 7", direction: "inbound", check: "conn.number", says: /"08044319240"/ },
    breaks: inbound({ numbers: { set: ["08044319240"] } }),
  },
  "the address names a port where none belongs": {
    ...{ carrier: "didww", source: "livekit.md 14.10", direction: "outbound", check: "conn.gateway", says: /fra.eu.out.didww.com:5061/ },
    breaks: outbound({ address: "fra.eu.out.didww.com:5061" }),
  },
  "the port of the other transport": {
    ...{ ...exotel, source: "livekit.md 12", direction: "outbound", check: "conn.gateway", says: /in.voip.exotel.com:443 over tls/ },
    breaks: outbound({ address: "in.voip.exotel.com" }),
  },
  "a login for calls out that the carrier does not know": {
    ...{ carrier: "didww", source: "livekit.md 12", direction: "outbound", check: "conn.login", says: /another password/ },
    breaks: outbound({ auth_password: "Another1Password2Of3Somebody" }),
  },
  "the second address of the region is not let in": {
    unasked: true,
    ...{ carrier: "telnyx", source: "livekit.md 11", direction: "inbound", check: "conn.callers", says: /Missing: 64.16.250.10/ },
    breaks: inbound({ allowed_addresses: { set: ["192.76.120.10"] } }),
  },
  "any caller id": {
    unasked: true,
    ...{ carrier: "twilio", source: "livekit.md 6.2", direction: "outbound", check: "conn.caller_id", says: /LiveKit's.*shows \*/ },
    breaks: outbound({ numbers: { set: ["*"] } }),
  },
};

let both: Connected;
afterEach(() => both?.close());

const named = (rows: Record<string, Trap>) => Object.entries(rows).map(([name, trap]) => ({ name, ...trap }));

async function seen({ from = ["carrier", "livekit"], carrier }: Trap): Promise<Finding[][]> {
  const found: Finding[][] = [];
  for (const end of from) found.push(await both.findings(end === "livekit" ? end : carrier, both[end].trunk_id));
  return found;
}

/** As a person sends it who was told: a plan is made, read and applied. */
async function repair({ repair: calls = [] }: Finding, answer = ""): Promise<void> {
  expect(calls.length, "a repair is there").toBeGreaterThan(0);
  for (const { tool, arguments: given } of calls) {
    const args = JSON.parse(JSON.stringify(given).replaceAll(ASK, answer));
    if (tool === "connect_trunk") await both.plan(args);
    else await both.run(tool, args);
  }
}

const words = (found: readonly Finding[]) => found.map(({ check, title }) => `${check} ${title}`);

describe.each<[string, Record<string, Trap>]>([
  ["the 24 traps", traps],
  ["and further ones", further],
])("%s", (_, rows) => {
  test.each(named(rows))("$name ($source)", async (trap) => {
    both = await startConnected(trap.carrier, trap.direction);
    const healthy = (await seen(trap)).map(words);
    await trap.breaks(both);
    const before = both.sandbox.seen.length;
    const found = await seen(trap);
    const own = found.map((findings) =>
      findings.find(({ check, title, evidence }) => check === trap.check && trap.says.test(`${title} ${evidence}`)),
    );
    for (const [end, one] of own.entries()) {
      expect(one, JSON.stringify(found, undefined, 1)).toBeDefined();
      expect(healthy[end], "nothing was wrong before").not.toContain(words([one as Finding])[0]);
    }
    expect(JSON.stringify(found), "no password is told").not.toMatch(/\w+1Password2/);
    expect(
      both.sandbox.seen.slice(before).filter(({ effect }) => effect === "write"),
      "a check changes nothing",
    ).toEqual([]);
    const { answer, unasked = false } = trap;
    const asked = both.asked.length;
    await repair(own[0] as Finding, typeof answer === "function" ? await answer(both) : answer);
    expect(both.asked.length === asked, "a person is asked").toBe(unasked);
    for (const message of both.asked) expect(message, "a login of another trunk stands in words").not.toMatch(/\b(secret|login):[a-z]+\//);
    expect((await seen(trap)).map(words)).toEqual(healthy);
  });
});

test("they are 24, each with its source", () => {
  expect(Object.values(traps)).toHaveLength(24);
  for (const { source } of Object.values(traps)) expect(source).toMatch(/^[a-z-]+\.md \d/);
});
