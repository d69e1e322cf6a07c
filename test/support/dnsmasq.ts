import { Resolver } from "node:dns/promises";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programPath, startDaemon } from "./daemon.ts";
import { freePort } from "./ports.ts";

/** Undefined where dnsmasq is not installed: then a test says so and is skipped. */
export const dnsmasq = programPath("dnsmasq");

export interface Dns {
  port: number;
  /** One that asks this server only. */
  resolver: Resolver;
  stop(): Promise<void>;
}

/**
 * A real DNS server that knows the zone `test` and nobody else. Lines as in dnsmasq.conf: `host-record=sip.example.test,127.0.0.1,60`,
 * `srv-host=_sip._udp.example.test,sip.example.test,5060,0,0`, `cname=`, `naptr-record=`.
 */
export async function startDnsmasq(zone: string[]): Promise<Dns> {
  const folder = mkdtempSync(join(tmpdir(), "trunkline-dns-"));
  let said = "";
  for (let tries = 0; tries < 5; tries++) {
    const port = await freePort();
    const file = join(folder, "dnsmasq.conf");
    const own = [`port=${port}`, "listen-address=127.0.0.1", "bind-interfaces", "no-resolv", "no-hosts", "local=/test/", "pid-file"];
    writeFileSync(file, [...own, "host-record=up.test,127.0.0.1", ...zone, ""].join("\n"));
    const resolver = new Resolver({ timeout: 2_000, tries: 2 });
    resolver.setServers([`127.0.0.1:${port}`]);
    const isUp = () => {
      const asking = new Resolver({ timeout: 200, tries: 1 });
      asking.setServers([`127.0.0.1:${port}`]);
      return asking.resolve4("up.test").then(
        () => true,
        () => false,
      );
    };
    const daemon = await startDaemon(dnsmasq ?? "", ["--keep-in-foreground", "-C", file, "--log-facility=-"], folder, isUp);
    if (typeof daemon !== "string") return { port, resolver, stop: () => daemon.stop().finally(() => rmSync(folder, { recursive: true })) };
    said = daemon;
  }
  throw new Error(`dnsmasq does not start: ${said}`);
}
