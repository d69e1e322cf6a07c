import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { probe } from "../../src/sip/probe.ts";
import { type Daemon, programPath, startDaemon } from "../support/daemon.ts";
import { answersOptions } from "../support/kamailio.ts";
import { needs } from "../support/needs.ts";
import { freePort } from "../support/ports.ts";

const sipp = programPath("sipp");

const scenario = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="options">
  <recv request="OPTIONS" />
  <send><![CDATA[
    SIP/2.0 200 OK
    [last_Via:]
    [last_From:]
    [last_To:];tag=[call_number]
    [last_Call-ID:]
    [last_CSeq:]
    Server: second stack
    Content-Length: 0

  ]]></send>
</scenario>
`;

describe("a second SIP stack, sipp", needs({ sipp }), () => {
  test.each([
    ["udp", "u1"],
    ["tcp", "t1"],
  ] as const)("answers over %s", async (transport, mode) => {
    const folder = mkdtempSync(join(tmpdir(), "trunkline-sipp-"));
    writeFileSync(join(folder, "options.xml"), scenario);
    const port = await freePort();
    const ask = () => probe({ host: "127.0.0.1", port, transport }, { isAllowed: () => true });
    const isUp = transport === "udp" ? () => answersOptions(port) : async () => (await ask()).result.outcome !== "refused";
    const options = ["-sf", "options.xml", "-i", "127.0.0.1", "-p", String(port), "-t", mode, "-nostdin"];
    const daemon = await startDaemon(sipp ?? "", options, folder, isUp);
    try {
      expect(daemon).toBeTypeOf("object");
      expect((await ask()).result).toMatchObject({
        outcome: "answered",
        response: { status: 200, server: "second stack", seenAs: undefined },
      });
    } finally {
      await (daemon as Daemon).stop?.();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
