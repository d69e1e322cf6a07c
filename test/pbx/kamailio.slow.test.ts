import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import type { FactOptions } from "../../src/pbx/facts.ts";
import { renderForDisk, renderShown } from "../../src/pbx/format.ts";
import { kamailio } from "../../src/pbx/formats/kamailio.ts";
import { probe } from "../../src/sip/probe.ts";
import { answerTo, closePeers, tcpPeer } from "../sip/peer.ts";
import { authority, type Issuer } from "../support/certificates.ts";
import { kamailio as program } from "../support/kamailio.ts";
import { needs } from "../support/needs.ts";
import { freePort } from "../support/ports.ts";
import { runs } from "../support/runs.ts";
import { call, challengingCarrier, check, digestOf, install, kamcmd, listening, startGenerated } from "./kamailio.ts";
import { factsWith, hostilePasswords } from "./trunks.ts";

afterEach(closePeers);

const onLoopback: Partial<FactOptions> = { bindIp: "127.0.0.1", publicIp: undefined };

/** The file with this test's ports; two listeners of one address need two. */
function withPorts(text: string, pbxSide: number, carrierSide: number): string {
  return text
    .replace(/^(listen=(?:udp|tcp|tls):127\.0\.0\.1):506[01]$/gm, `$1:${carrierSide}`)
    .replace(/(towards the PBX\nlisten=udp:127\.0\.0\.1):\d+/, `$1:${pbxSide}`);
}

async function ports() {
  return { pbxSide: await freePort(), carrierSide: await freePort(), pbx: await listening() };
}

describe("Kamailio itself", needs({ kamailio: program }), () => {
  const transports = ["udp", "tcp", "tls"] as const;
  const directions: FactOptions["directions"][] = [["outbound"], ["inbound"], ["flow"], ["outbound", "inbound", "flow"]];
  const cases = transports.flatMap((transport) => directions.map((wanted) => ({ transport, wanted })));

  test.each(cases)("takes the files for $transport and $wanted", async ({ transport, wanted }) => {
    const gateway = { host: "sip.example.com", port: 5060, transport };
    const list = { carrierSignalling: ["198.51.100.7", "198.51.100.0/24", "2001:db8::7"] };
    const facts = factsWith({ ...onLoopback, ...list, publicIp: "198.51.100.20", gateway, directions: wanted, realm: 'a"b\\c' });
    await using installed = await install(renderForDisk(kamailio, facts, new Secret('a"b\\c')));
    const { code, said } = await check(installed.folder);
    expect(said).toContain("config file ok");
    expect(code).toBe(0);
  });

  test("takes a file whose carrier addresses nobody has told, and refuses one without its own address", async () => {
    await using known = await install(renderShown(kamailio, factsWith({ ...onLoopback, carrierSignalling: [] })).files);
    expect((await check(known.folder)).code).toBe(0);
    await using unknown = await install(renderShown(kamailio, factsWith({ bindIp: undefined })).files);
    expect((await check(unknown.folder)).code).not.toBe(0);
  });

  test("a login that was not escaped breaks the file: the check above can fail", async () => {
    const files = renderForDisk(kamailio, factsWith(onLoopback), new Secret("PLAIN"));
    await using installed = await install(files.map(({ name, text }) => ({ name, text: text.replace("PLAIN", 'a"b') })));
    expect((await check(installed.folder)).code).not.toBe(0);
  });

  test("starts, finds the carrier, and answers its challenge with the password it was given", async () => {
    const carrier = await challengingCarrier("carrier.test");
    const { pbxSide, carrierSide, pbx } = await ports();
    const password = 'a"b\\c; $avp(x) #!define ☎';
    const gateway = { host: "127.0.0.1", port: carrier.port, transport: "udp" } as const;
    const facts = factsWith({ ...onLoopback, gateway, directions: ["outbound", "flow"], realm: "carrier.test" });
    const files = renderForDisk(kamailio, facts, new Secret(password));
    const running = await startGenerated(
      files.map(({ name, text }) => ({ name, text: withPorts(text, pbxSide, carrierSide) })),
      pbxSide,
    );
    try {
      expect(await call(pbx, pbxSide, "INVITE", "+12025550143@127.0.0.1")).toBe(404);
      const request = carrier.seen.get("+12025550143") ?? "";
      const { sent, expected } = digestOf(request, password);
      expect(sent).toBe(expected);
      expect(digestOf(request, `${password} `).expected).not.toBe(sent);
      expect(request).toContain("From: <sip:+918044319240@acme1m.pstn.exotel.com>");
      expect(request).toContain("X-Exotel-AccountSid: acme1m\r\n");
      expect(request).toContain('username="acme_pbx"');
    } finally {
      await running.stop();
      pbx.socket.close();
      carrier.stop();
    }
  });

  test("its test step tells the state of the gateway", async () => {
    const { pbxSide, carrierSide, pbx } = await ports();
    pbx.socket.close();
    const gateway = { host: "127.0.0.1", port: await freePort(), transport: "udp" } as const;
    const facts = factsWith({ ...onLoopback, gateway });
    const files = renderForDisk(kamailio, facts, new Secret("plain"));
    const running = await startGenerated(
      files.map(({ name, text }) => ({ name, text: withPorts(text, pbxSide, carrierSide) })),
      pbxSide,
    );
    try {
      const [step = ""] = kamailio.test(facts);
      const [, command = ""] = /^kamcmd (\S+):/.exec(step) ?? [];
      expect(await kamcmd(running.folder, command)).toMatch(new RegExp(`URI: sip:127.0.0.1:${gateway.port};transport=udp\\s+FLAGS: A`));
    } finally {
      await running.stop();
    }
  });

  test("starts with tcp towards the carrier", async () => {
    const { pbxSide, carrierSide, pbx } = await ports();
    pbx.socket.close();
    const gateway = { host: "127.0.0.1", port: await freePort(), transport: "tcp" as const };
    const files = renderForDisk(kamailio, factsWith({ ...onLoopback, gateway }), new Secret("plain"));
    const running = await startGenerated(
      files.map(({ name, text }) => ({ name, text: withPorts(text, pbxSide, carrierSide) })),
      pbxSide,
    );
    await running.stop();
  });

  describe("with tls towards the carrier", () => {
    const root = authority("Test Root");
    const here = { addresses: ["127.0.0.1"] };
    const proxy = root.issue({ name: "proxy", ...here });

    /** Started with the test's own authority in place of the system's list, which each of its processes would read for itself. */
    async function started(carrierPort: number) {
      const { pbxSide, carrierSide, pbx } = await ports();
      const gateway = { host: "127.0.0.1", port: carrierPort, transport: "tls" } as const;
      const files = renderForDisk(kamailio, factsWith({ ...onLoopback, gateway }), new Secret("plain"));
      const installed = files.map(({ name, text }) => ({
        name,
        text: withPorts(text, pbxSide, carrierSide).replace("/etc/ssl/certs/ca-certificates.crt", "/etc/kamailio/ca.pem"),
      }));
      const keys = { "tls/key.pem": proxy.key, "tls/cert.pem": proxy.cert, "ca.pem": root.cert };
      const all = [...installed, ...Object.entries(keys).map(([name, text]) => ({ name, text }))];
      const running = await startGenerated(all, pbxSide);
      const stop = () => running.stop().finally(() => pbx.socket.close());
      return { pbx, pbxSide, carrierSide, running, [Symbol.asyncDispose]: stop };
    }

    test("starts, and answers OPTIONS over TLS with the certificate that it was given", async () => {
      await using proxied = await started(await freePort());
      const target = { host: "127.0.0.1", port: proxied.carrierSide, transport: "tls" } as const;
      const { result } = await probe(target, { isAllowed: () => true, authorities: [root.cert] });
      expect(result, proxied.running.said()).toMatchObject({
        outcome: "answered",
        response: { status: 200 },
        tls: { clientCertificate: "not_asked", certificate: { subject: "proxy", chain: "trusted", name: "match" } },
      });
    });

    const carrierOf = (authority: Issuer) =>
      tcpPeer(
        (socket, request) => {
          if (request.startsWith("INVITE")) socket.write(answerTo(request, "404 Not Found"));
        },
        authority.issue({ name: "carrier", ...here }),
      );

    test("brings a call to a carrier with a good certificate", async () => {
      const carrier = await carrierOf(root);
      await using proxied = await started(carrier.port);
      expect(await call(proxied.pbx, proxied.pbxSide, "INVITE", "+12025550143@127.0.0.1"), proxied.running.said()).toBe(404);
      expect(carrier.heard.join("")).toContain("INVITE sip:+12025550143@");
    });

    test("sends nothing to a carrier whose certificate nobody vouches for", async () => {
      const carrier = await carrierOf(authority("Stranger"));
      await using proxied = await started(carrier.port);
      const calling = call(proxied.pbx, proxied.pbxSide, "INVITE", "+12025550143@127.0.0.1", 1_000);
      await expect.poll(() => proxied.running.said()).toContain("certificate verify failed");
      expect(carrier.heard).toEqual([]);
      await calling;
    });
  });

  // One start for all: each generated failure route under a name of its own, chosen by the number that is called.
  test("every password that is not refused arrives literally", async () => {
    const carrier = await challengingCarrier("any.realm");
    const { pbxSide, carrierSide, pbx } = await ports();
    const sign = fc.constantFrom(..."\\\"'$(){}#!;%&<>=/*-+ \u00e9\u4e16", "$var(x)", "$$", "\\n", "#!define", "s", "7");
    const random = fc.sample(
      fc.array(sign, { minLength: 1, maxLength: 16 }).map((signs) => signs.join("")),
      { numRuns: runs(0.2), seed: 1 },
    );
    const passwords = [...hostilePasswords, ...random];
    const gateway = { host: "127.0.0.1", port: carrier.port, transport: "udp" } as const;
    const rendered = passwords.map((password) => renderForDisk(kamailio, factsWith({ ...onLoopback, gateway }), new Secret(password)));
    const routes = rendered.map(([script], index) =>
      (script?.text ?? "").slice(script?.text.indexOf("failure_route")).replaceAll("TRUNK", () => `TRUNK${index}`),
    );
    const choice = passwords.map((_, index) => `if ($rU == "n${index}") t_on_failure("TRUNK${index}");\n`).join("");
    const [script, dispatcher] = rendered[0] ?? [];
    const merged = (script?.text ?? "").replace('t_on_failure("TRUNK");', () => choice) + routes.join("\n");
    const text = withPorts(merged, pbxSide, carrierSide);
    const running = await startGenerated([{ name: "kamailio.cfg", text }, ...(dispatcher ? [dispatcher] : [])], pbxSide);
    try {
      for (const [index, password] of passwords.entries()) {
        expect(await call(pbx, pbxSide, "INVITE", `n${index}@127.0.0.1`), password).toBe(404);
        const { sent, expected } = digestOf(carrier.seen.get(`n${index}`) ?? "", password);
        expect(sent, password).toBe(expected);
      }
    } finally {
      await running.stop();
      pbx.socket.close();
      carrier.stop();
    }
  });
});
