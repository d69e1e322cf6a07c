import { describe, expect, test } from "vitest";
import { TrunkError } from "../../src/core/errors.ts";
import { openTo } from "./carrier.ts";

function objection(baseUrl: string): string | undefined {
  try {
    openTo(baseUrl);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(TrunkError);
    expect(error).toMatchObject({ code: "not_configured", message: expect.stringContaining("CARRIER_BASE_URL") });
    return (error as TrunkError).message;
  }
}

describe("a base URL", () => {
  test.each([
    "https://api.carrier.example",
    "https://api.carrier.example/",
    "https://api.carrier.example:8443/v3/",
    "http://localhost:8080/exotel",
    "http://127.0.0.1:8080",
    // The same address, as URL parsers write it.
    "http://127.1:8080",
    "http://[::1]:8080",
    "HTTPS://API.CARRIER.EXAMPLE",
  ])("%s is taken", (baseUrl) => {
    expect(objection(baseUrl)).toBeUndefined();
  });

  test.each([
    ["plain http beyond this machine", "http://api.carrier.example"],
    ["plain http to a private address", "http://192.168.1.10"],
    ["plain http to a name that only begins like loopback", "http://localhost.evil.example"],
    ["plain http to an address that only begins like loopback", "http://127.0.0.1.evil.example"],
    ["plain http to every address", "http://0.0.0.0:8080"],
    ["another scheme", "ftp://api.carrier.example"],
    ["a file", "file:///etc/passwd"],
    ["a user", "https://user@api.carrier.example"],
    ["a user and a password", "https://user:hunter2@api.carrier.example"],
    ["a password alone", "https://:hunter2@api.carrier.example"],
    ["a loopback host as a user", "http://127.0.0.1@api.carrier.example"],
    ["a query", "https://api.carrier.example/?key=hunter2"],
    ["an empty query, which would swallow the path", "https://api.carrier.example/?"],
    ["a fragment, which would swallow the path", "https://api.carrier.example/#v3"],
    ["an empty fragment", "https://api.carrier.example/#"],
    ["no URL", "api.carrier.example"],
    ["nothing", ""],
  ])("%s is refused, and not repeated", (_, baseUrl) => {
    const message = objection(baseUrl);
    expect(message).toBeDefined();
    expect(message).not.toContain("hunter2");
  });
});
