import { expect, test } from "vitest";
import { isCovered, overlapping, toCidr, toRange } from "../../src/rules/range.ts";

test.each([
  ["192.0.2.1", "192.0.2.1/32"],
  ["44.248.146.11/29", "44.248.146.8/29"],
  ["255.255.255.255/0", "0.0.0.0/0"],
  ["2001:DB8:0:0:1::5/64", "2001:db8::/64"],
  ["1:0:0:2:0:0:0:3", "1:0:0:2::3/128"],
  ["::ffff:192.0.2.1", "::ffff:c000:201/128"],
  // The deprecated form of an embedded address is another address.
  ["::192.0.2.1", "::c000:201/128"],
  ["192.0.2.1/33", "192.0.2.1/33"],
  ["01.2.3.4", "01.2.3.4"],
  ["pbx.example.com", "pbx.example.com"],
])("%s is %s", (entry, canonical) => {
  expect(toCidr(entry)).toBe(canonical);
});

test("an entry that is no range is shown as it is", () => {
  expect(toRange("everybody")).toEqual({ ip: "everybody", mask: 0 });
});

test("an entry is covered by what is as wide or wider, of its own family", () => {
  expect(isCovered("44.248.146.11", ["44.248.146.8/29"])).toBe(true);
  expect(isCovered("44.248.146.8/29", ["44.248.146.8/30", "44.248.147.0/24"])).toBe(false);
  expect(isCovered("44.248.146.8/29", ["::/0", "nonsense"])).toBe(false);
  expect(isCovered("2001:db8::1", ["2001:db8::/32"])).toBe(true);
  expect(overlapping("44.248.146.8/29", ["44.248.146.8/29", "44.248.146.11", "44.0.0.0/8", "9.9.9.9"])).toEqual([
    "44.248.146.11",
    "44.0.0.0/8",
  ]);
});
