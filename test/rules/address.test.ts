import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkAddressOrRange, checkWhitelistIp, isHostName, rangeBits, unusable } from "../../src/rules/address.ts";
import { anyText } from "../support/any-text.ts";
import { runs } from "../support/runs.ts";

describe("unusable", () => {
  test.each([
    ["8.8.8.8", undefined],
    ["44.248.146.11", undefined],
    ["2606:4700::1111", undefined],
    ["10.1.2.3", "private"],
    ["172.16.0.1", "private"],
    ["172.32.0.1", undefined],
    ["192.168.1.10", "private"],
    ["fd00::1", "private"],
    ["127.0.0.1", "loopback"],
    ["::1", "loopback"],
    ["169.254.169.254", "link-local"],
    ["fe80::1", "link-local"],
    ["100.64.0.1", "carrier-grade NAT"],
    ["100.128.0.1", undefined],
    ["224.0.0.1", "multicast"],
    ["ff02::1", "multicast"],
    ["255.255.255.255", "broadcast"],
    ["0.0.0.0", "unspecified"],
    ["::", "unspecified"],
    ["240.0.0.1", "reserved"],
    ["198.18.0.1", "reserved"],
    // Not public either, and not to be let through for want of a name.
    ["::ffff:10.0.0.1", "special"],
    ["::ffff:8.8.8.8", "special"],
    ["64:ff9b::a00:1", "special"],
    ["2002:a00:1::", "special"],
    ["100::1", "special"],
    ["192.31.196.1", "special"],
  ])("%s: %s", (address, expected) => {
    for (const sandbox of [true, false]) {
      if (expected === undefined) expect(unusable(address, sandbox)).toBeUndefined();
      else expect(unusable(address, sandbox)).toContain(expected);
    }
  });

  test.each(["192.0.2.1", "198.51.100.7", "203.0.113.50", "2001:db8::1"])("%s is an example: taken in the sandbox only", (address) => {
    expect(unusable(address, true)).toBeUndefined();
    expect(unusable(address, false)).toContain("documentation");
  });
});

describe("isHostName", () => {
  test.each(["sip.example.com", "SIP.Example.COM", "a.b", "xn--bcher-kva.example", "1.example.com", "a-b.c-d.io"])("%s is one", (value) => {
    expect(isHostName(value)).toBe(true);
  });
  test.each([
    ...["localhost", "", ".", "a.", ".a", "a..b", "-a.com", "a-.com", "a_b.com", "1.2.3.4", "256.1.2.3", "1.2", "a b.com", "a.com:5060"],
    ...["a.com/", "пример.рф", `${"a".repeat(64)}.com`, `${"a.".repeat(130)}com`, "a.com\n"],
  ])("%j is none", (value) => {
    expect(isHostName(value)).toBe(false);
  });
});

describe("checkWhitelistIp", () => {
  const check = (ip: string, mask = 32, sandbox = false) => checkWhitelistIp("ip", ip, "mask", mask, sandbox);

  test.each([
    ["44.248.146.11", 32],
    ["44.248.146.8", 29],
    ["44.248.0.0", 16],
  ])("%s/%i is taken", (ip, mask) => {
    expect(check(ip, mask)).toBeUndefined();
  });

  test.each([
    ["pbx.example.com", 32, "ip", "is a host name", "static IPv4|public IPv4"],
    ["2606:4700::1", 32, "ip", "is an IPv6 address", "44.248.146.11"],
    ["256.1.2.3", 32, "ip", "is not an IPv4 address", "44.248.146.11"],
    ["010.1.2.3", 32, "ip", "is not an IPv4 address", ""],
    ["44.248.146.11/32", 32, "ip", "is not an IPv4 address", ""],
    ["", 32, "ip", "is not an IPv4 address", ""],
    ["10.0.0.5", 32, "ip", "private address", "behind NAT"],
    ["203.0.113.50", 32, "ip", "documentation address", ""],
    ["44.248.146.11", 29, "mask", "inside a range", "44.248.146.8 with mask 29"],
    ["44.248.146.11", 16, "mask", "inside a range", "all 65536 addresses around it pass 44.248.0.0"],
  ])("%s/%i is refused at %s", (ip, mask, field, said, hinted) => {
    const finding = check(ip, mask);
    expect(finding).toMatchObject({ level: "refuse", field, message: expect.stringContaining(said), hint: expect.stringMatching(hinted) });
    expect(finding?.message).toContain("Nothing was sent.");
  });

  test("the range that it proposes is one that it takes", () => {
    const octets = fc.tuple(fc.integer({ min: 11, max: 99 }), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join("."));
    let proposals = 0;
    fc.assert(
      fc.property(octets, fc.integer({ min: 16, max: 32 }), (ip, mask) => {
        const proposal = /pass (\S+) with mask/.exec(check(ip, mask)?.hint ?? "")?.[1];
        if (proposal === undefined) return;
        proposals++;
        expect(check(proposal, mask)).toBeUndefined();
      }),
      { numRuns: runs() },
    );
    expect(proposals).toBeGreaterThan(20);
  });

  test("what a person or a model gave is quoted, never spoken as ours", () => {
    fc.assert(
      fc.property(anyText(), (ip) => {
        const message = check(`${ip}"\u202e\n x`)?.message ?? "";
        expect(message).toMatch(/^"[^"]*" is /u);
        expect(message).not.toMatch(/[\n\u202e]/);
      }),
      { numRuns: runs() },
    );
  });
});

describe("checkAddressOrRange", () => {
  test.each(["44.248.146.11", "44.248.146.8/29", "2606:4700::1", "2606:4700::/48", "8.8.8.8/0"])("%s is taken", (value) => {
    expect(checkAddressOrRange("allowed", value, false)).toBeUndefined();
  });
  test.each([
    ["44.248.146.8/33", "not an IP address or range"],
    ["2606:4700::/129", "not an IP address or range"],
    ["44.248.146.8/", "not an IP address or range"],
    ["44.248.146.8/-1", "not an IP address or range"],
    ["44.248.146.8/2/2", "not an IP address or range"],
    ["sip.example.com", "not an IP address or range"],
    ["", "not an IP address or range"],
    ["10.0.0.0/8", "private"],
    ["::ffff:10.0.0.1", "special"],
    ["0.0.0.0/0", "unspecified"],
    ["203.0.113.0/24", "documentation"],
  ])("%j is refused", (value, said) => {
    expect(checkAddressOrRange("allowed", value, false)).toMatchObject({
      level: "refuse",
      field: "allowed",
      message: expect.stringContaining(said),
    });
  });
});

describe("rangeBits", () => {
  test.each([
    ["44.248.146.11", 32],
    ["44.248.146.8/29", 29],
    ["2606:4700::1", 128],
    ["2606:4700::/48", 48],
    ["8.8.8.8/0", 0],
  ])("%s fixes %i", (value, bits) => {
    expect(rangeBits(value)).toBe(bits);
  });
});
