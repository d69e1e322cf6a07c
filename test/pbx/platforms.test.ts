import { CreateSIPInboundTrunkRequest, CreateSIPOutboundTrunkRequest, SIPMediaEncryption, SIPTransport } from "@livekit/protocol";
import { describe, expect, test } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { type PbxFormat, pbxFormatIds, renderForDisk, renderShown } from "../../src/pbx/format.ts";
import { pbxFormats } from "../../src/pbx/formats/index.ts";
import { factsWith } from "./trunks.ts";

const formats = Object.values<PbxFormat>(pbxFormats);
const password = new Secret("canary");

/** The text of the file whose name begins so. */
function textOf(format: PbxFormat, facts: ReturnType<typeof factsWith>, begins: string): string {
  return renderForDisk(format, facts, password).find(({ name }) => name.startsWith(begins))?.text ?? "";
}

/** A line of a header for the file's own reader. */
const NOTE = /^(?:[#;] |<!-- )?(?:Fill in \w+|Put|Load|Test): .*\n?/m;
const withoutNotes = (text: string) => text.replace(new RegExp(NOTE, "gm"), "");

describe("every format", () => {
  test("has its id from the one list", () => {
    expect(formats.map(({ id }) => id)).toEqual([...pbxFormatIds]);
    for (const [key, { id }] of Object.entries(pbxFormats)) expect(id).toBe(key);
  });

  test.each(formats)("$id writes the same files for the disk and for a conversation, apart from the password", (format) => {
    const shown = renderShown(format, factsWith()).files;
    const written = renderForDisk(format, factsWith(), new Secret("SIP_PASSWORD"));
    expect(renderForDisk(format, factsWith(), undefined)).toEqual(written);
    for (const { name, text } of shown) expect(withoutNotes(written.find((file) => file.name === name)?.text ?? "")).toBe(text);
    // Notes of a format that holds no comments are a file of their own, on the disk alone.
    expect(written.length - shown.length).toBe(shown.some(({ text }) => text.includes("trunk acme at exotel")) ? 0 : 1);
    expect(new Set(written.map(({ name }) => name.toLowerCase())).size).toBe(written.length);
    for (const { name } of written) expect(name).toMatch(/^[a-z0-9][A-Za-z0-9_.]{0,80}$/);
  });

  test.each(formats)(
    "$id says where to put it, how to load and how to test it: in the file on the disk, and beside it in a chat",
    (format) => {
      const texts = (files: { text: string }[]) => files.map(({ text }) => text).join("\n");
      const written = texts(renderForDisk(format, factsWith(), password));
      for (const step of ["Put: ", "Load: ", "Test: "]) expect(written).toContain(step);
      expect(texts(renderShown(format, factsWith()).files)).not.toMatch(NOTE);
    },
  );

  test.each(formats)("$id writes no login where the carrier knows the PBX by its address", (format) => {
    const facts = factsWith({ digest: false, gateway: { host: "pstn.in2.exotel.com", port: 5070, transport: "tcp" } });
    const text = JSON.stringify(renderForDisk(format, facts, password));
    expect(text).not.toMatch(/canary|acme_pbx|"?pass(word)?"?\s*[:=]/i);
  });

  test.each(formats)("$id names what nobody has told, and says whom to ask", (format) => {
    const nothing = { publicIp: undefined, bindIp: undefined, carrierSignalling: [], callerIds: [] };
    // Without a login of its own the trunk would be written for calls in only.
    const facts = factsWith({ ...nothing, digest: true, directions: ["outbound", "inbound"] }, { credentials: [] });
    const { files, open } = renderShown(format, facts);
    const text = files.map((file) => file.text).join("\n");
    const written = renderForDisk(format, facts, undefined)
      .map((file) => file.text)
      .join("\n");
    expect(open.map(({ place }) => place)).toEqual(expect.arrayContaining(["SIP_USER", "CALLER_ID"]));
    for (const { place, ask } of open) {
      expect(text).toContain(place);
      expect(written).toContain(`Fill in ${place}: ${ask.replaceAll("--", "- -")}`);
    }
    expect(`${text}${written}`).not.toMatch(/undefined|\[object/);
  });
});

describe("LiveKit", () => {
  test("reads both files, refusing what it does not know", () => {
    const facts = factsWith({ country: "IN", directions: ["outbound", "inbound", "flow"] });
    const { trunk } = CreateSIPOutboundTrunkRequest.fromJsonString(textOf(pbxFormats.livekit, facts, "livekit_outbound"));
    expect(trunk).toMatchObject({
      name: "exotel_acme",
      address: "in.voip.exotel.com:443",
      transport: SIPTransport.SIP_TRANSPORT_TLS,
      // The older field beside it is deprecated.
      media: { encryption: SIPMediaEncryption.SIP_MEDIA_ENCRYPT_REQUIRE },
      destinationCountry: "in",
      numbers: ["+918044319240"],
      authUsername: "acme_pbx",
      authPassword: "canary",
      headers: { "X-Exotel-AccountSid": "acme1m" },
    });
    const inbound = CreateSIPInboundTrunkRequest.fromJsonString(textOf(pbxFormats.livekit, facts, "livekit_inbound"));
    expect(inbound.trunk).toMatchObject({ allowedAddresses: ["198.51.100.7", "198.51.100.8"], authPassword: "" });
  });

  test.each(["udp", "tcp", "tls"] as const)("takes %s, with and without SRTP", (transport) => {
    for (const srtp of [true, false]) {
      const facts = factsWith({ gateway: { host: "sip.example.com", port: 5060, transport }, srtp });
      expect(() => CreateSIPOutboundTrunkRequest.fromJsonString(textOf(pbxFormats.livekit, facts, "livekit_outbound"))).not.toThrow();
    }
  });
});

describe("what a format cannot hold", () => {
  test.each(["vapi", "retell", "elevenlabs"] as const)("%s refuses a flow, whose header it cannot send", (id) => {
    const refused = expect.objectContaining({ code: "invalid_input", message: expect.stringContaining("X-Exotel-AccountSid") });
    expect(() => renderShown(pbxFormats[id], factsWith({ directions: ["flow"] }))).toThrow(refused);
  });

  test.each([
    ["vapi", "2001:db8::7"],
    ["vapi", "198.51.0.0/16"],
    ["opensips", "198.51.100.0/24"],
  ] as const)("%s refuses calls from %s", (id, source) => {
    const refused = expect.objectContaining({ details: expect.objectContaining({ field: "carrier_signalling" }) });
    expect(() => renderShown(pbxFormats[id], factsWith({ carrierSignalling: [source] }))).toThrow(refused);
  });

  test("facts that were put together by hand are checked again", () => {
    const facts = { ...factsWith(), sipDomain: "a.example\n#exec rm" };
    for (const format of formats) expect(() => renderShown(format, facts)).toThrow("sipDomain is not of its form");
  });
});

describe("Vapi", () => {
  test("each gateway says whether it takes calls in: Vapi takes them where nothing is said", () => {
    const { gateways } = JSON.parse(textOf(pbxFormats.vapi, factsWith(), "vapi_credential"));
    expect(gateways).toEqual([
      { ip: "in.voip.exotel.com", port: 443, outboundEnabled: true, inboundEnabled: false, outboundProtocol: "tls/srtp" },
      { ip: "198.51.100.7", netmask: 32, inboundEnabled: true, outboundEnabled: false },
      { ip: "198.51.100.8", netmask: 32, inboundEnabled: true, outboundEnabled: false },
    ]);
  });
});

describe("the steps at a platform", () => {
  const said = (id: "vapi" | "retell" | "elevenlabs", options: Parameters<typeof factsWith>[0] = {}) =>
    pbxFormats[id].load(factsWith(options)).join("\n");

  test.each([
    ["vapi", "https://api.vapi.ai/credential\n"],
    ["vapi", "https://api.vapi.ai/phone-number\n"],
    ["retell", "https://api.retellai.com/import-phone-number\n"],
    ["elevenlabs", "https://api.elevenlabs.io/v1/convai/phone-numbers\n"],
  ] as const)("%s: the file goes to %s", (id, address) => expect(said(id)).toContain(address));

  test("what sources disagree on, or none tells, is to be checked there", () => {
    expect(said("elevenlabs")).toContain("check it in ElevenLabs's API reference");
    expect(pbxFormats.retell.test(factsWith()).join()).toContain("check it there");
  });

  test.each([
    ["vapi", "sip.eu.vapi.ai"],
    ["retell", "sip.retellai.com"],
    ["elevenlabs", "sip.rtc.elevenlabs.io"],
  ] as const)("%s: where calls that come in are sent to is said only of a trunk that has some", (id, host) => {
    expect(said(id, { directions: ["outbound", "inbound"] })).toContain(host);
    expect(said(id, { directions: ["outbound"] })).not.toContain(host);
  });
});

test("Asterisk matches calls by address only, and holds no identify that would admit anyone", () => {
  const known = textOf(pbxFormats.asterisk, factsWith(), "pjsip");
  expect(known).toContain("\nmatch = 198.51.100.7\nmatch = 198.51.100.8\n");
  expect(known).toContain("\nidentify_by = ip\n");
  const unknown = textOf(pbxFormats.asterisk, factsWith({ carrierSignalling: [] }), "pjsip");
  expect(unknown).not.toMatch(/^match/m);
});
