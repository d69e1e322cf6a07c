import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildOptions, readMessage, type SipResponse } from "../../src/sip/message.ts";
import { anyText } from "../support/any-text.ts";
import { runs } from "../support/runs.ts";

const branch = "z9hG4bKours";
const via = `Via: SIP/2.0/UDP trunkline.invalid:40000;branch=${branch};rport=40001;received=192.0.2.9`;
const head = (start: string, ...headers: string[]) => [start, ...headers].join("\r\n");

function read(...headers: string[]): SipResponse {
  const incoming = readMessage(head("SIP/2.0 200 OK", via, "CSeq: 1 OPTIONS", ...headers), {
    branch,
    errorCodeHeader: "X-Exotel-ErrorCode",
  });
  if (incoming.kind !== "final") throw new Error(incoming.kind);
  return incoming.response;
}

describe("a request", () => {
  const built = (fields: Partial<Parameters<typeof buildOptions>[0]> = {}) =>
    buildOptions({ transport: "tcp", localPort: 40_000, domain: "acme.test", ...fields });

  test("is OPTIONS, complete, and tells nothing of the machine", () => {
    const { bytes, branch: own } = built({ user: "ping", port: 5070 });
    expect(bytes.toString().split("\r\n")).toEqual([
      "OPTIONS sip:ping@acme.test:5070;transport=tcp SIP/2.0",
      `Via: SIP/2.0/TCP trunkline.invalid:40000;branch=${own};rport`,
      "Max-Forwards: 70",
      expect.stringMatching(/^From: <sip:trunkline@trunkline\.invalid>;tag=[0-9a-f]{16}$/),
      "To: <sip:ping@acme.test:5070>",
      expect.stringMatching(/^Call-ID: [0-9a-f]{32}$/),
      "CSeq: 1 OPTIONS",
      "Contact: <sip:trunkline@trunkline.invalid:40000;transport=tcp>",
      "Accept: application/sdp",
      "User-Agent: Trunkline",
      "Content-Length: 0",
      "",
      "",
    ]);
  });

  test("an IPv6 address stands in brackets, and an account's domain in From", () => {
    expect(built({ domain: "2001:db8::7" }).bytes.toString()).toMatch(/^OPTIONS sip:\[2001:db8::7\];transport=tcp SIP/);
    expect(built({ fromDomain: "sid.pstn.test" }).bytes.toString()).toContain("From: <sip:trunkline@sid.pstn.test>;tag=");
  });

  test("no two are recognised by the same words", () => {
    expect(new Set(Array.from({ length: 1_000 }, () => built().branch)).size).toBe(1_000);
  });
});

describe("an answer", () => {
  test.each<[string, string[], Partial<SipResponse>]>([
    ["server", ["Server: Acme SBC 7"], { server: "Acme SBC 7" }],
    ["user agent where there is no server", ["User-Agent: Asterisk"], { server: "Asterisk" }],
    ["methods over several lines, once each", ["Allow: INVITE, ack", "Allow: OPTIONS,INVITE"], { allow: ["INVITE", "ACK", "OPTIONS"] }],
    ["methods that are none", ["Allow: INVITE, <b>ignore all rules</b>, BYE"], { allow: ["INVITE", "BYE"] }],
    ["a folded header", ["Server: Acme", "  SBC", "\t7"], { server: "Acme SBC 7" }],
    ["retry after", ["Retry-After: 120 (busy);duration=60"], { retryAfterSeconds: 120 }],
    ["retry after that is no number", ["Retry-After: soon"], { retryAfterSeconds: undefined }],
    ["a number beyond belief", [`Retry-After: ${"9".repeat(40)}`], { retryAfterSeconds: undefined }],
    ["the carrier's own code", ["X-Exotel-ErrorCode: 4001"], { errorCode: { header: "X-Exotel-ErrorCode", code: "4001" } }],
    ["a realm", ['WWW-Authenticate: Digest nonce="a,realm=x", realm="out.\\"d\\".test"'], { realm: 'out."d".test' }],
    ["a proxy's realm", ['Proxy-Authenticate: Digest realm="out.test"'], { realm: "out.test" }],
    ["where it was seen from", [], { seenAs: { address: "192.0.2.9", port: 40_001 } }],
    ["names in any case", ["SERVER : Acme"], { server: "Acme" }],
  ])("%s", (_, headers, expected) => {
    expect(read(...headers)).toMatchObject(expected);
  });

  test.each<[string, string, SipResponse["seenAs"]]>([
    ["compact Via, IPv6", `v: SIP/2.0/TCP x;branch=${branch};received=[2001:db8::1]`, { address: "2001:db8::1", port: undefined }],
    ["what is no address", `Via: SIP/2.0/UDP x;branch=${branch};received=evil.test;rport=1`, undefined],
    ["a zone", `Via: SIP/2.0/UDP x;branch=${branch};received=fe80::1%eth0`, undefined],
    ["no port", `Via: SIP/2.0/UDP x;branch=${branch};rport=99999;received=192.0.2.1`, { address: "192.0.2.1", port: undefined }],
    ["nothing", `Via: SIP/2.0/UDP x;rport;branch=${branch}`, undefined],
    ["only the topmost", `Via: SIP/2.0/UDP x;branch=${branch}, SIP/2.0/UDP y;received=192.0.2.2`, undefined],
  ])("seen as: %s", (_, line, seenAs) => {
    const incoming = readMessage(head("SIP/2.0 200 OK", line, "CSeq: 1 OPTIONS"), { branch, errorCodeHeader: "X-Exotel-ErrorCode" });
    expect(incoming.kind === "final" && incoming.response.seenAs).toEqual(seenAs);
  });

  test.each([
    ["100, not final", head("SIP/2.0 100 Trying", via, "CSeq: 1 OPTIONS"), "provisional"],
    ["no reason phrase", head("SIP/2.0 486", via, "CSeq: 1 OPTIONS"), "final"],
    ["to another branch", head("SIP/2.0 200 OK", "Via: SIP/2.0/UDP x;branch=z9hG4bKtheirs", "CSeq: 1 OPTIONS"), "unrelated"],
    ["to another method", head("SIP/2.0 200 OK", via, "CSeq: 1 BYE"), "unrelated"],
    ["without a Via", head("SIP/2.0 200 OK", "CSeq: 1 OPTIONS"), "unrelated"],
    ["a request of theirs", head("NOTIFY sip:x SIP/2.0", via, "CSeq: 1 NOTIFY"), "unrelated"],
    ["HTTP", "HTTP/1.1 400 Bad Request\r\nServer: nginx", "not_sip"],
    ["a status there is not", head("SIP/2.0 999 No", via, "CSeq: 1 OPTIONS"), "not_sip"],
    ["SSH", "SSH-2.0-OpenSSH_9.2", "not_sip"],
  ])("%s is %s", (_, text, kind) => {
    expect(readMessage(text, { branch }).kind).toBe(kind);
  });

  test("whatever it holds, each text is one clean and short line", () => {
    const foreign = fc.oneof(anyText({ maxLength: 300 }), fc.constant("\u202egnp.exe\u0000\u001b[31m"), fc.constant("x".repeat(9_000)));
    fc.assert(
      fc.property(fc.array(foreign, { minLength: 5, maxLength: 5 }), ([reason, server, code, realm, allow]) => {
        const lines = [
          via,
          "CSeq: 1 OPTIONS",
          `Server: ${server}`,
          `X-Exotel-ErrorCode: ${code}`,
          `WWW-Authenticate: Digest realm="${realm}"`,
          `Allow: ${allow}`,
        ];
        const incoming = readMessage(head(`SIP/2.0 403 ${reason}`, ...lines), { branch, errorCodeHeader: "X-Exotel-ErrorCode" });
        if (incoming.kind !== "final") throw new Error(incoming.kind);
        const { response } = incoming;
        for (const text of [response.reason, response.server, response.errorCode?.code, response.realm, ...response.allow]) {
          expect(text ?? "").not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
          expect([...(text ?? "")].length).toBeLessThanOrEqual(200);
        }
      }),
      { numRuns: runs(4) },
    );
  });
});
