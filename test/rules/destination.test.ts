import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkDestination, formatDestination, parseDestination, readDestination } from "../../src/rules/destination.ts";
import { runs } from "../support/runs.ts";

describe("parseDestination", () => {
  test.each([
    ["sip.example.com:5061;transport=tls", { host: "sip.example.com", port: 5061, transport: "tls" }],
    ["sip:SIP.Example.com:5060;transport=TCP", { host: "sip.example.com", port: 5060, transport: "tcp" }],
    [" 8.8.8.8:5060;transport=udp ", { host: "8.8.8.8", port: 5060, transport: "udp" }],
  ])("%j", (value, expected) => {
    expect(parseDestination(value)).toEqual(expected);
  });

  test.each([
    ...[
      "",
      "sip.example.com",
      "sip.example.com:5061",
      "sip.example.com;transport=tls",
      "sips:a.com:5061;transport=tls",
      "a@b.com:1;transport=tls",
    ],
    ...[
      "a.com:123456;transport=tls",
      "a.com:5061;transport=",
      "a.com:5061;transport=tls;x=y",
      "[2606::1]:5061;transport=tls",
      "a.com:-1;transport=tls",
    ],
    ...["a.com/x:5061;transport=tls", "a.com:5061;transport=tls\r\nVia: x"],
  ])("%j is none", (value) => {
    expect(parseDestination(value)).toBeUndefined();
  });

  test("what is written is read back", () => {
    const destination = fc.record({
      host: fc.domain().map((host) => host.toLowerCase()),
      port: fc.integer({ min: 1, max: 65_535 }),
      transport: fc.constantFrom("tls", "tcp"),
    });
    fc.assert(
      fc.property(destination, (given) => {
        expect(parseDestination(formatDestination(given))).toEqual(given);
      }),
      { numRuns: runs() },
    );
  });
});

describe("checkDestination", () => {
  const check = (value: string, sandbox = false) => checkDestination("destination", value, sandbox);

  test.each(["sip.example.com:5061;transport=tls", "sip:sip.example.com:5060;transport=tcp", "8.8.8.8:65535;transport=tls"])(
    "%s is taken",
    (value) => {
      expect(check(value)).toBeUndefined();
    },
  );

  test.each([
    ["nonsense", "not of the form", "sip.example.com:5061;transport=tls"],
    ["a.com:0;transport=tls", "0 is not a port", "sip.example.com"],
    ["a.com:65536;transport=tls", "65536 is not a port", "sip.example.com"],
    ["a.com:5060;transport=udp", "does not send calls over udp", "a.com:5061;transport=tls"],
    ["a.com:5060;transport=sctp", '"sctp" is not a transport', "a.com:5061;transport=tls"],
    ["10.0.0.1:5061;transport=tls", "private", "public address"],
    ["127.0.0.1:5061;transport=tls", "loopback", "public address"],
    ["203.0.113.50:5061;transport=tls", "documentation", "public address"],
    ["localhost:5061;transport=tls", "neither an IPv4 address nor a host name", "sip.example.com"],
    ["256.1.1.1:5061;transport=tls", "neither an IPv4 address nor a host name", "sip.example.com"],
  ])("%s is refused", (value, said, hinted) => {
    expect(check(value)).toMatchObject({
      level: "refuse",
      field: "destination",
      message: expect.stringContaining(said),
      hint: expect.stringContaining(hinted),
    });
  });

  test("the examples of the carrier's documents work in the sandbox", () => {
    expect(check("203.0.113.50:5061;transport=tls", true)).toBeUndefined();
  });

  test.each([
    ["a.com:5061;transport=tcp", "usually the TLS port"],
    ["a.com:5060;transport=tls", "usually the TCP port"],
  ])("%s is taken with a warning", (value, said) => {
    expect(check(value)).toMatchObject({ level: "warn", message: expect.stringContaining(said) });
  });
});

describe("readDestination", () => {
  test.each<[string, string]>([
    ["pbx.example.com", "pbx.example.com:5060;transport=udp"],
    ["sip:PBX.example.com:5080", "pbx.example.com:5080;transport=udp"],
    ["sip:pbx.example.com;transport=TLS", "pbx.example.com:5061;transport=tls"],
    ["sips:pbx.example.com", "pbx.example.com:5061;transport=tls"],
    ["sip:proj_1@sip.api.openai.com;transport=tls", "sip.api.openai.com:5061;transport=tls"],
    ["203.0.113.1:5060;transport=tcp;edge=frankfurt", "203.0.113.1:5060;transport=tcp"],
  ])("%s is %s", (value, expected) => {
    const found = readDestination(value);
    expect(found && formatDestination(found)).toBe(expected);
  });

  test.each(["", "sip:", "two words", "http://pbx.example.com", "a@b@c"])("%j is none", (value) => {
    expect(readDestination(value)).toBeUndefined();
  });
});
