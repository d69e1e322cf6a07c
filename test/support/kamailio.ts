import { createSocket } from "node:dgram";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Pair } from "./certificates.ts";
import { programPath, startDaemon } from "./daemon.ts";
import { freePort } from "./ports.ts";

/** Undefined where Kamailio is not installed: then a test says so and is skipped. */
export const kamailio = programPath("kamailio");

export interface Kamailio {
  folder: string;
  said(): string;
  stop(): Promise<void>;
}

/** Any configuration: `kamailio.cfg` and what lies beside it. It counts as up once it answers OPTIONS at this UDP port of 127.0.0.1. */
export async function runKamailio(filesIn: (folder: string) => Record<string, string>, udpPort: number): Promise<Kamailio> {
  const folder = mkdtempSync(join(tmpdir(), "trunkline-kamailio-"));
  for (const [name, text] of Object.entries(filesIn(folder))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  }
  const options = [
    "-DD",
    "-E",
    "-m",
    "64",
    "-M",
    "8",
    "-f",
    join(folder, "kamailio.cfg"),
    "-P",
    join(folder, "pid"),
    "-w",
    folder,
    "-Y",
    folder,
  ];
  const daemon = await startDaemon(kamailio ?? "", options, folder, () => answersOptions(udpPort));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if (typeof daemon === "string") {
    remove();
    throw new Error(`kamailio does not start: ${daemon}`);
  }
  return { folder, said: daemon.said, stop: () => daemon.stop().finally(remove) };
}

/** Asked with bytes of the test's own, so that whether a peer is up never depends on what is being tested. */
export async function answersOptions(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once("message", () => resolve(true)).once("error", () => resolve(false));
      socket.connect(port, "127.0.0.1", () => {
        const id = `up-${process.pid}-${performance.now()}`;
        const lines = [
          `OPTIONS sip:127.0.0.1:${port} SIP/2.0`,
          `Via: SIP/2.0/UDP 127.0.0.1:${socket.address().port};rport;branch=z9hG4bK${id}`,
          "Max-Forwards: 70",
          `From: <sip:up@127.0.0.1>;tag=${id}`,
          `To: <sip:127.0.0.1:${port}>`,
          `Call-ID: ${id}`,
          "CSeq: 1 OPTIONS",
          "Content-Length: 0",
        ];
        socket.send(`${lines.join("\r\n")}\r\n\r\n`);
      });
      setTimeout(() => resolve(false), 200);
    });
  } finally {
    socket.close();
  }
}

/** How the peer treats an OPTIONS request, by the user part of its Request-URI; any other user gets 200. */
const behaviours = {
  silent: "exit;",
  trying: 'sl_send_reply("100", "Trying");',
  forbidden: 'append_to_reply("X-Exotel-ErrorCode: 4001\\r\\n"); sl_send_reply("403", "Forbidden"); exit;',
  notfound: 'sl_send_reply("404", "Not Found"); exit;',
  noopt: 'append_to_reply("Allow: INVITE, ACK, BYE, CANCEL\\r\\n"); sl_send_reply("405", "Method Not Allowed"); exit;',
  busy: 'append_to_reply("Retry-After: 30\\r\\n"); sl_send_reply("503", "Service Unavailable"); exit;',
  wwwauth: 'www_challenge("out.didww.com", "0"); exit;',
  proxyauth: 'proxy_challenge("out.didww.com", "0"); exit;',
} satisfies Record<string, string>;

interface TlsWanted {
  clientAuthority?: string;
  /** As Kamailio's tls.cfg has it. */
  method?: string;
}

export interface PeerWanted<Name extends string> {
  /** A TLS port for each. */
  tls?: Record<Name, Pair & TlsWanted>;
  /** Also at [::1], over UDP and TCP. */
  ipv6?: boolean;
}

export interface Peer<Name extends string> extends Kamailio {
  /** UDP and TCP on 127.0.0.1. */
  port: number;
  tlsPorts: Record<Name, number>;
}

/** A real SIP server on free ports of this machine that answers OPTIONS in every way a carrier does. */
export async function startKamailio<Name extends string = never>({ tls, ipv6 = false }: PeerWanted<Name> = {}): Promise<Peer<Name>> {
  for (let tries = 0; ; tries++) {
    const port = await freePort();
    const names = Object.keys(tls ?? {}) as Name[];
    const tlsPorts = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()]))) as Record<Name, number>;
    const listeners = [
      ...["udp", "tcp"].flatMap((way) => [`${way}:127.0.0.1:${port}`, ...(ipv6 ? [`${way}:[::1]:${port}`] : [])]),
      ...names.map((name) => `tls:127.0.0.1:${tlsPorts[name]}`),
    ];
    const filesIn = (folder: string) => {
      const section = (at: string, name: Name) => tlsSection(at, join(folder, name), tls?.[name] ?? {});
      // Without a default of its own it looks for files that are not there.
      const sections = [
        ...names.slice(0, 1).map((name) => section("default", name)),
        ...names.map((name) => section(`127.0.0.1:${tlsPorts[name]}`, name)),
      ];
      return {
        "kamailio.cfg": peerConfig(listeners, names.length > 0 ? join(folder, "tls.cfg") : undefined),
        "tls.cfg": sections.join("\n"),
        ...Object.assign({}, ...names.map((name) => pairFiles(name, tls?.[name]))),
      };
    };
    try {
      return { ...(await runKamailio(filesIn, port)), port, tlsPorts };
    } catch (error) {
      // Another process may have taken a port that was free a moment ago.
      if (tries === 4) throw error;
    }
  }
}

function pairFiles(name: string, pair?: Pair & TlsWanted): Record<string, string> {
  const { key = "", cert = "", clientAuthority } = pair ?? {};
  return { [`${name}.key`]: key, [`${name}.crt`]: cert, ...(clientAuthority ? { [`${name}.ca`]: clientAuthority } : {}) };
}

export function tlsSection(at: string, path: string, { clientAuthority, method = "TLSv1.2+" }: TlsWanted): string {
  const client = clientAuthority ? [`ca_list = ${path}.ca`, "verify_certificate = yes", "require_certificate = yes"] : [];
  return [`[server:${at}]`, `method = ${method}`, `private_key = ${path}.key`, `certificate = ${path}.crt`, ...client, ""].join("\n");
}

function peerConfig(listeners: string[], tlsConfig: string | undefined): string {
  const rules = Object.entries(behaviours).map(([user, actions]) => `  if ($rU == "${user}") { ${actions} }`);
  return [
    "#!KAMAILIO",
    "debug=1",
    "log_stderror=yes",
    "children=2",
    "tcp_children=2",
    "auto_aliases=no",
    ...(tlsConfig ? ["enable_tls=yes"] : []),
    ...listeners.map((at) => `listen=${at}`),
    ...["sl", "pv", "textops", "siputils", "auth", ...(tlsConfig ? ["tls"] : [])].map((name) => `loadmodule "${name}.so"`),
    ...(tlsConfig ? [`modparam("tls", "config", "${tlsConfig}")`] : []),
    "request_route {",
    '  if (!is_method("OPTIONS")) { sl_send_reply("501", "Not Implemented"); exit; }',
    ...rules,
    '  append_to_reply("Allow: INVITE, ACK, BYE, CANCEL, OPTIONS\\r\\n");',
    '  sl_send_reply("200", "OK");',
    "}",
    "",
  ].join("\n");
}
