import { expect, test } from "vitest";
import { isLoopback, isSafeUrl } from "../../src/core/loopback.ts";

test.each([
  ["localhost", true],
  ["127.0.0.1", true],
  ["127.8.9.10", true],
  ["::1", true],
  ["[::1]", true],
  // A socket that takes both families says so of an IPv4 peer.
  ["::ffff:127.0.0.1", true],
  ["0.0.0.0", false],
  ["128.0.0.1", false],
  ["::ffff:10.0.0.1", false],
  // A name that DNS may send anywhere.
  ["127.0.0.1.evil.example", false],
  ["127.evil.example", false],
  ["localhost.evil.example", false],
  ["", false],
])("whether %s is loopback: %s", (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test.each([
  ["https://a.example", true],
  ["http://127.0.0.1:9/x", true],
  ["http://[::1]:9", true],
  ["http://localhost", true],
  ["http://a.example", false],
  ["http://127.0.0.1.evil.example", false],
  ["http://localhost:x@evil.example", false],
  ["https://user@a.example", false],
  ["ftp://127.0.0.1", false],
  ["javascript:alert(1)", false],
  ["not a url", false],
])("whether %s may be asked: %s", (url, expected) => {
  expect(isSafeUrl(url)).toBe(expected);
});
