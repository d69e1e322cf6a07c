import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pair } from "./certificates.ts";
import { type Daemon, programPath, startDaemon } from "./daemon.ts";
import { freePort } from "./ports.ts";

/** Undefined where Kamailio is not installed: then a test says so and is skipped. */
export const kamailio = programPath("kamailio");

export interface Kamailio {
  folder: string;
  said(): string;
  stop(): Promise<void>;
}

/** Any configuration: `files` are written beside `kamailio.cfg`, and it counts as up once it answers OPTIONS at this UDP port. */
export async function runKamailio(files: Record<string, string>, udpPort: number, folder = newFolder()): Promise<Kamailio> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  const options = ["-DD", "-E", "-m", "64", "-M", "8", "-f", join(folder, "kamailio.cfg"), "-P", join(folder, "pid"), "-w", folder];
  const daemon = await startDaemon(kamailio ?? "", options, folder, () => answersOptions(udpPort));
  if (typeof daemon === "string") throw new NotStarted(`kamailio does not start: ${daemon}`, folder);
  return { folder, said: daemon.said, stop: () => ended(daemon, folder) };
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "trunkline-kamailio-"));
}

class NotStarted extends Error {
  constructor(message: string, folder: string) {
    super(message);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ended(daemon: Daemon, folder: string): Promise<void> {
  await daemon.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Asked with bytes of the test's own, so that whether a peer is up never depends on what is being tested. */
async function answersOptions(port: number): Promise<boolean> {
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
export const behaviours = {
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
    const folder = newFolder();
    const port = await freePort();
    const names = Object.keys(tls ?? {}) as Name[];
    const tlsPorts = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()]))) as Record<Name, number>;
    const listeners = [
      ...["udp", "tcp"].flatMap((way) => [`${way}:127.0.0.1:${port}`, ...(ipv6 ? [`${way}:[::1]:${port}`] : [])]),
      ...names.map((name) => `tls:127.0.0.1:${tlsPorts[name]}`),
    ];
    const section = (name: Name) => tlsSection(`127.0.0.1:${tlsPorts[name]}`, join(folder, name), tls?.[name] ?? {});
    const files: Record<string, string> = {
      "kamailio.cfg": peerConfig(listeners, names.length > 0 ? join(folder, "tls.cfg") : undefined),
      // Without a default of its own it looks for files that are not there.
      "tls.cfg": [...names.slice(0, 1).map((name) => tlsSection("default", join(folder, name), {})), ...names.map(section)].join("\n"),
    };
    for (const name of names) Object.assign(files, pairFiles(name, tls?.[name]));
    try {
      return { ...(await runKamailio(files, port, folder)), port, tlsPorts };
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

function tlsSection(at: string, path: string, { clientAuthority, method = "TLSv1.2+" }: TlsWanted): string {
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
