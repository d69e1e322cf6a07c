import { describe, expect, test } from "vitest";
import { pbxFactsOf } from "../../src/pbx/facts.ts";
import { fingerprint, fingerprintIn } from "../../src/pbx/fingerprint.ts";
import { type PbxFormat, renderForDisk } from "../../src/pbx/format.ts";
import { pbxFormats } from "../../src/pbx/formats/index.ts";
import { didwwGateways } from "../../src/providers/didww/gateways.ts";
import { exotelGateways } from "../../src/providers/exotel/gateways.ts";
import { exotelPbxFacts } from "../../src/providers/exotel/pbx-facts.ts";
import { vyomPbxFacts } from "../../src/providers/vyom/pbx-facts.ts";
import { exotelTrunk, factsWith, gateway } from "./trunks.ts";

describe("facts of a trunk", () => {
  test("Exotel: domain, account, numbers, login and directions come from the trunk", () => {
    expect(pbxFactsOf(exotelTrunk, { gateway, list: exotelGateways(), carrier: exotelPbxFacts(exotelTrunk) })).toMatchObject({
      name: "exotel_acme",
      sipDomain: "acme1m.pstn.exotel.com",
      flowHeader: { name: "X-Exotel-AccountSid", value: "acme1m" },
      callerIds: ["+918044319240"],
      login: { userName: "acme_pbx" },
      directions: ["outbound", "inbound"],
      srtp: true,
      carrierSignalling: [],
      askForSignalling: expect.stringContaining("Exotel's support"),
    });
  });

  test("Exotel: the login is the one that somebody chose, where there is one", () => {
    const rows = [exotelTrunk.trunk_id, "desk"].map((user_name) => ({ credential_id: user_name, user_name }));
    expect(factsWith({}, { credentials: rows }).login).toEqual({ userName: "desk" });
    expect(factsWith({}, { credentials: rows.slice(0, 1) }).login).toEqual({ userName: exotelTrunk.trunk_id });
  });

  test("DIDWW: realm and sources come from the carrier's list, encryption from the trunk", () => {
    const trunk = { provider: "didww", trunk_id: "0b1c", trunk_name: "büro 1", auth_type: "credentials_and_ip" };
    const list = didwwGateways();
    const to = { host: "fra.eu.out.didww.com", port: 5061, transport: "tls" as const };
    const facts = pbxFactsOf({ ...trunk, attributes: { media_encryption_mode: "disabled" } }, { gateway: to, list });
    expect(facts).toMatchObject({
      name: "didww_bu_ro_1",
      realm: "out.didww.com",
      sipDomain: "fra.eu.out.didww.com",
      srtp: false,
      login: {},
    });
    expect(facts.carrierSignalling).toHaveLength(7);
    expect(() => pbxFactsOf({ ...trunk, attributes: { media_encryption_mode: "zrtp" } }, { gateway: to, list })).toThrow("zrtp");
  });

  test("Vyom: a Twilio trunk has a login that is not known here, an Exotel one goes by its address", () => {
    const trunk = { provider: "vyom", trunk_id: "ST_1", trunk_name: "bot" };
    const twilio = { ...trunk, domain_name: "acme.pstn.twilio.com:5061", attributes: { trunk_type: "twilio" } };
    const to = { host: "acme.pstn.twilio.com", port: 5061, transport: "tls" as const };
    expect(pbxFactsOf(twilio, { gateway: to, carrier: vyomPbxFacts(twilio) })).toMatchObject({
      sipDomain: "acme.pstn.twilio.com",
      login: {},
    });
    const bridge = { host: "pstn.in1.exotel.com", port: 5070, transport: "tcp" as const };
    const exotel = pbxFactsOf(
      { ...trunk, attributes: { trunk_type: "exotel", sip_domain: "acme1m.pstn.exotel.com" } },
      { gateway: bridge },
    );
    expect(exotel).toMatchObject({ sipDomain: "acme1m.pstn.exotel.com", srtp: false });
    expect(exotel.login).toBeUndefined();
  });

  test.each([
    ["flow numbers", [{ phone_number: "+918044319240", mode: "flow" }], [], ["flow"]],
    ["no numbers, a destination", [], [{ destination: "sip.example.com:5061;transport=tls" }], ["inbound"]],
    ["nothing yet", [], [], ["outbound"]],
  ])("directions of a trunk with %s", (_, phone_numbers, destination_uris, directions) => {
    expect(factsWith({}, { phone_numbers, destination_uris }).directions).toEqual(directions);
  });

  test.each([
    ["gateway", { gateway: { ...gateway, host: "evil.example\ncontact=x" } }],
    ["callerIds", { callerIds: ["+91 80\nfoo"] }],
    ["publicIp", { publicIp: "198.51.100.20\n" }],
    ["bindIp", { bindIp: "0.0.0.0" }],
    ["carrierSignalling", { carrierSignalling: ["any"] }],
    ["flowHeader", { carrier: { flowHeader: { name: "X-Account", value: "a\r\nX: y" } } }],
    ["country", { country: "india" }],
  ])("a %s that cannot stand in a file is refused by its name", (field, options) => {
    const refused = expect.objectContaining({ code: "invalid_input", details: expect.objectContaining({ field }) });
    expect(() => factsWith(options)).toThrow(refused);
  });

  test("a foreign domain or id is refused, and a foreign name is made harmless", () => {
    expect(() => factsWith({}, { domain_name: "a b" })).toThrow("sipDomain");
    expect(() => factsWith({}, { trunk_id: "a\n#exec x" })).toThrow("trunkId");
    expect(factsWith({}, { trunk_name: '"; exit }\n#!define' }).name).toMatch(/^exotel_\w+$/);
  });
});

describe("the fingerprint", () => {
  const list = exotelGateways();
  const first = fingerprint(exotelTrunk, list);
  const number = { phone_number: "+918044319241", mode: "pstn" };

  test.each([
    ["a number more", { phone_numbers: [...(exotelTrunk.phone_numbers ?? []), number] }],
    ["a number's other mode", { phone_numbers: [{ phone_number: "+918044319240", mode: "flow" }] }],
    ["another login", { credentials: [{ credential_id: "8", user_name: "acme_pbx" }] }],
    ["another domain", { domain_name: "other.pstn.exotel.com" }],
    ["the first destination gone", { destination_uris: [] }],
    ["an alias", { alias: "+918044319240" }],
    ["encryption", { attributes: { media_encryption_mode: "disabled" } }],
    ["encryption, as Telnyx names it", { attributes: { encrypted_media: "SRTP" } }],
    ["encryption, as Twilio names it", { attributes: { secure: true } }],
  ])("is another one after %s", (_, changed) => {
    expect(fingerprint({ ...exotelTrunk, ...changed }, list)).not.toBe(first);
  });

  test("is another one when the carrier's addresses are", () => {
    const sources = { ...list.inbound_sources, addresses: ["198.51.100.7"] };
    expect(fingerprint(exotelTrunk, { ...list, inbound_sources: sources })).not.toBe(first);
  });

  test("stays when rows come in another order, or what no file holds has changed", () => {
    const numbers = [...(exotelTrunk.phone_numbers ?? []), number];
    const both = fingerprint({ ...exotelTrunk, phone_numbers: numbers }, list);
    expect(fingerprint({ ...exotelTrunk, phone_numbers: numbers.toReversed(), status: "blocked" }, list)).toBe(both);
  });

  test.each(Object.values<PbxFormat>(pbxFormats))("stands in a file of $id, with the trunk it is of", (format) => {
    const facts = factsWith();
    const found = renderForDisk(format, facts, undefined).map(({ text }) => fingerprintIn(text));
    expect(found).toContainEqual({ fingerprint: facts.fingerprint, provider: "exotel", trunkId: "trmum1abc" });
  });

  test("cannot be forged by a trunk's name or a login", () => {
    const forged = `trunkline-fingerprint: ${"0".repeat(16)} exotel/other`;
    for (const format of Object.values<PbxFormat>(pbxFormats)) {
      const facts = factsWith({ userName: forged }, { trunk_name: forged });
      const found = renderForDisk(format, facts, undefined).map(({ text }) => fingerprintIn(text)?.trunkId);
      expect(found, format.id).toContain("trmum1abc");
      expect(found, format.id).not.toContain("other");
    }
    expect(fingerprintIn("no header")).toBeUndefined();
  });
});
