import { describe, expect, test } from "vitest";
import * as z from "zod";
import { parseSettings } from "../../src/core/config.ts";
import { TrunkError } from "../../src/core/errors.ts";
import { dataOf } from "../../src/providers/livekit/errors.ts";
import { livekit } from "../../src/providers/livekit/index.ts";
import { livekitDocuments, needsDocuments, readDocument, startLiveKit } from "../support/livekit.ts";

function refusal(status: number, body: object | string): TrunkError | string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  try {
    dataOf({ status, headers: {}, text, json: typeof body === "string" ? undefined : body }, z.unknown(), "x.livekit.cloud");
    return "no refusal";
  } catch (error) {
    return error instanceof TrunkError ? error : "not understood";
  }
}

describe("a setting that is wrong is named in one sentence", () => {
  test.each([
    ["the key", { LIVEKIT_API_KEY: "APIother" }, "unauthorized", /does not know LIVEKIT_API_KEY\./],
    [
      "the secret",
      { LIVEKIT_API_SECRET: "another-secret-altogether" },
      "unauthorized",
      /LIVEKIT_API_SECRET is not the secret of LIVEKIT_API_KEY\./,
    ],
  ])("%s, by a server that checks tokens", async (_, settings, code, message) => {
    const { call, close } = await startLiveKit({ settings });
    const { value } = await call("list_trunks", {});
    expect(value).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(JSON.stringify(value)).not.toMatch(/eyJ|another-secret/);
    await close();
  });

  test("the URL, where something else answers", async () => {
    const { call, sandbox, close } = await startLiveKit({ settings: { LIVEKIT_URL: "http://127.0.0.1:9" } });
    expect((await call("list_trunks", {})).value).toMatchObject({
      code: "provider_failed",
      message: expect.stringContaining("was not reached"),
      hint: expect.stringContaining("LIVEKIT_URL"),
    });
    expect(sandbox.seen).toEqual([]);
    await close();
  });

  test.each([
    ["no grant", 401, { code: "unauthenticated", msg: "permissions denied" }, "unauthorized", /sip\.admin/],
    [
      "a clock that is slow",
      401,
      "invalid authorization token: validation failed, token is expired (exp)",
      "unauthorized",
      /clock of this machine/,
    ],
    [
      "a clock that is fast",
      401,
      "invalid authorization token: validation failed, token not valid yet (nbf)",
      "unauthorized",
      /clock of this machine/,
    ],
    ["another region", 451, "project not allowed in this region.", "forbidden", /region that was reached/],
    ["a path that is not LiveKit's", 404, { code: "bad_route", msg: "no handler for path" }, "not_configured", /no SIP interface/],
    ["a web site", 404, "<html><h1>Not Found</h1></html>", "not_configured", /no SIP interface/],
    ["a server without Redis", 500, { code: "internal", msg: "sip not connected (redis required)" }, "unsupported", /without Redis/],
  ])("%s", (_, status, body, code, message) => {
    const error = refusal(status, body);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect((error as TrunkError).hint).toMatch(/^Ask the operator/);
  });
});

test("words decide where the status does not: a missing object on the Cloud, and a broken rule", () => {
  expect(refusal(500, { code: "unknown", msg: "object cannot be found" })).toMatchObject({ code: "not_found" });
  expect(refusal(500, { code: "unknown", msg: "no trunk numbers specified" })).toMatchObject({ code: "invalid_input" });
  expect(refusal(500, { code: "internal", msg: "boom" })).toBe("not understood");
  const msg = 'Conflicting inbound SIP Trunks: "" and "ST_abc", using the same number(s) ["+1"] without AllowedNumbers set';
  expect(refusal(400, { code: "invalid_argument", msg })).toMatchObject({ code: "conflict", details: { candidates: ["ST_abc"] } });
});

interface Table {
  http_status: Record<string, number>;
  not_twirp: { status: number; body: string }[];
  twirp: { status: number; code: string | null; msg: string | null }[];
}

test("every refusal of LiveKit's table is understood", needsDocuments, () => {
  const { twirp, not_twirp } = readDocument<Table>(livekitDocuments.errors);
  const errors = [
    ...twirp.filter(({ status }) => status >= 400).map(({ status, code, msg }) => ({ status, error: refusal(status, { code, msg }) })),
    ...not_twirp.filter(({ status }) => status !== 413).map(({ status, body }) => ({ status, error: refusal(status, body) })),
  ];
  expect(errors.length).toBeGreaterThan(20);
  expect(errors.filter(({ error }) => !(error instanceof TrunkError))).toEqual([]);
  for (const { error } of errors) expect((error as TrunkError).message).toMatch(/^[A-Z].*Nothing was changed\.$|^[0-9a-z.]+ serves .*\.$/);
});

describe("settings", () => {
  const good = { LIVEKIT_URL: "wss://kai-jip9k9je.livekit.cloud", LIVEKIT_API_KEY: "APIx", LIVEKIT_API_SECRET: "s" };
  const read = (more: object) => parseSettings(livekit.settings, { ...good, ...more });

  test("a URL of a websocket is asked over http, on the same terms", () => {
    expect(read({})).toMatchObject({ LIVEKIT_URL: "https://kai-jip9k9je.livekit.cloud" });
    expect(read({ LIVEKIT_URL: "ws://localhost:7880" })).toMatchObject({ LIVEKIT_URL: "http://localhost:7880" });
    expect(() => read({ LIVEKIT_URL: "ftp://localhost" })).toThrow("LIVEKIT_URL has a value that cannot be used");
  });

  test.each(["sip:52yds6f68qz.sip.livekit.cloud", "52yds6f68qz.sip.livekit.cloud:5060", "wss://a.livekit.cloud", "p_abc"])(
    "%s is no SIP host",
    (host) => {
      expect(() => read({ LIVEKIT_SIP_HOST: host })).toThrow(/LIVEKIT_SIP_HOST has a value .* expected a host name/);
    },
  );

  test("a SIP host of any other form is taken: a region in it, or one's own", () => {
    for (const host of ["52yds6f68qz.sip.livekit.cloud", "52yds6f68qz.india.sip.livekit.cloud", "sip.example.com"])
      expect(read({ LIVEKIT_SIP_HOST: host })).toMatchObject({ LIVEKIT_SIP_HOST: host });
  });
});
