import { join } from "node:path";
import { authority } from "../../support/certificates.ts";
import { type Kamailio, runKamailio, tlsSection } from "../../support/kamailio.ts";
import { freePort } from "../../support/ports.ts";
import type { Host } from "./scripts.ts";

const root = authority("Test Root");
/** The authority that vouches for every host here. */
export const authorityCert = root.cert;

export interface RunningHost extends Kamailio {
  /** The port of this machine that stands for one of the host's. Nobody listens at the port for any that it does not have. */
  portFor(port: number): number;
}

/** Kamailio with the rules of one end, over TCP and TLS at ports of this machine. */
export async function startHost({ script, ports, names }: Host): Promise<RunningHost> {
  const { key, cert } = root.issue({ name: names[0] ?? "", dns: names });
  for (let tries = 0; ; tries++) {
    const [tcp, tls, nobody] = [await freePort(), await freePort(), await freePort()];
    const filesIn = (folder: string) => ({
      "kamailio.cfg": config(script, { tcp, tls }, join(folder, "tls.cfg")),
      "tls.cfg": tlsSection("default", join(folder, "host"), {}),
      "host.key": key,
      "host.crt": cert,
    });
    const portFor = (port: number) => ({ [ports.tcp]: tcp, [ports.tls]: tls })[port] ?? nobody;
    try {
      return { ...(await runKamailio(filesIn, tcp)), portFor };
    } catch (error) {
      // Another process may have taken a port that was free a moment ago.
      if (tries === 4) throw error;
    }
  }
}

function config(script: string[], { tcp, tls }: { tcp: number; tls: number }, tlsConfig: string): string {
  return [
    "#!KAMAILIO",
    "debug=1",
    "log_stderror=yes",
    "children=1",
    "tcp_children=1",
    "auto_aliases=no",
    "enable_tls=yes",
    `listen=udp:127.0.0.1:${tcp}`,
    `listen=tcp:127.0.0.1:${tcp}`,
    `listen=tls:127.0.0.1:${tls}`,
    ...["sl", "pv", "textops", "siputils", "auth", "tls"].map((name) => `loadmodule "${name}.so"`),
    `modparam("tls", "config", "${tlsConfig}")`,
    "request_route {",
    ...script,
    "}",
    "",
  ].join("\n");
}
