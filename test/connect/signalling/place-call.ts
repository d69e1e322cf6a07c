import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectTcp, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { programPath } from "../../support/daemon.ts";
import { freePort } from "../../support/ports.ts";
import { type Call, onLoopback } from "./calls.ts";
import { authorityCert, type RunningHost } from "./host.ts";

export const sipp = programPath("sipp");

export interface Outcome {
  /** Of the last answer to INVITE; absent: there was none. */
  status: number | undefined;
  phrase: string;
  /** The host's own reason, or how the way to it ended. */
  why: string;
  /** All X- headers of that answer. */
  headers: Record<string, string>;
  /** sipp finished the call: INVITE, the challenge if there is one, ACK, BYE. */
  finished: boolean;
}

/**
 * One call by sipp. It has no TLS, and no address but its own: a relay carries its bytes over the call's transport, from
 * the call's address, to the port that stands for the call's.
 */
export async function placeCall(call: Call, host: RunningHost): Promise<Outcome> {
  const upstream = await dial(call, host.portFor(call.target.port));
  if (typeof upstream === "string") return { status: undefined, phrase: "", why: upstream, headers: {}, finished: false };
  const heard: Buffer[] = [];
  upstream.on("data", (bytes: Buffer) => heard.push(bytes));
  const server = await relayTo(upstream);
  try {
    const { finished, isOver } = await runSipp(call, portOf(server), upstream);
    return outcome(Buffer.concat(heard).toString(), finished, isOver);
  } finally {
    upstream.destroy();
    server.close();
  }
}

/** The connection of a call, or why there is none. */
async function dial({ target, source }: Call, port: number): Promise<Socket | string> {
  const to = { host: "127.0.0.1", port, localAddress: onLoopback(source) };
  const isTls = target.transport === "tls";
  const socket = isTls ? connectTls({ ...to, servername: target.host, ca: authorityCert }) : connectTcp(to);
  try {
    await once(socket, isTls ? "secureConnect" : "connect");
    // A later break shows as an end.
    return socket.on("error", () => {});
  } catch (error) {
    socket.on("error", () => {}).destroy();
    const { code = "" } = error as NodeJS.ErrnoException;
    return code === "ECONNREFUSED" ? "nobody listens" : isTls ? "no TLS" : code;
  }
}

async function relayTo(upstream: Socket): Promise<Server> {
  const server = createServer((near) => {
    // sipp closes its side while it still counts: the end of the host's side alone is the host's word.
    near.on("error", () => {}).pipe(upstream, { end: false });
    upstream.pipe(near);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

/** No answer within this time is a silence. */
const PATIENCE_MS = 4_000;

async function runSipp(call: Call, port: number, upstream: Socket): Promise<{ finished: boolean; isOver: boolean }> {
  const folder = mkdtempSync(join(tmpdir(), "trunkline-sipp-"));
  writeFileSync(join(folder, "call.xml"), scenario(call));
  const { user = "", password = "" } = call.login ?? {};
  const login = call.login ? ["-au", user, "-ap", password] : [];
  const own = ["-i", "127.0.0.1", "-p", String(await freePort()), "-t", "t1", "-nostdin"];
  const bounds = ["-m", "1", "-recv_timeout", String(PATIENCE_MS), "-timeout", "20s"];
  const child = spawn(sipp ?? "", ["-sf", "call.xml", ...own, ...bounds, ...login, `127.0.0.1:${port}`], { cwd: folder, stdio: "ignore" });
  let isOver = false;
  upstream.once("close", () => {
    isOver = true;
    // It would go on and try to connect again.
    child.kill("SIGKILL");
  });
  try {
    const [code] = (await once(child, "exit")) as [number | null];
    return { finished: code === 0, isOver };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outcome(heard: string, finished: boolean, isOver: boolean): Outcome {
  const answers = heard.split(/(?=^SIP\/2\.0 )/m).filter((answer) => /^CSeq: *\d+ INVITE\r$/m.test(answer));
  const last = answers.at(-1) ?? "";
  const [, status, phrase = ""] = /^SIP\/2\.0 (\d{3}) (.*)\r$/m.exec(last) ?? [];
  const headers = Object.fromEntries([...last.matchAll(/^(X-[\w-]+): (.*)\r$/gm)].map(([, name = "", value = ""]) => [name, value]));
  const why = status === undefined ? (isOver ? "the connection was closed" : "silence") : (headers["X-Why"] ?? "");
  return { status: status === undefined ? undefined : Number(status), phrase, why, headers, finished };
}

/** A challenge is answered where the end has a login; without one it ends the call. */
function scenario(call: Call): string {
  const { target, to, login } = call;
  const request = `sip:${to}@${target.host}${target.transport === "tls" ? ";transport=tls" : ";transport=tcp"}`;
  const again = 'auth="true" optional="true" next="again"';
  return [
    '<?xml version="1.0" encoding="ISO-8859-1" ?>',
    '<scenario name="call">',
    invite(call, request, 1),
    '<recv response="100" optional="true" />',
    ...(login ? [`<recv response="401" ${again} />`, `<recv response="407" ${again} />`] : []),
    '<recv response="200" next="answered" />',
    ...(login
      ? [
          '<label id="again" />',
          message(call, "ACK", request, 1),
          invite(call, request, 2),
          '<recv response="100" optional="true" />',
          '<recv response="200" />',
        ]
      : []),
    '<label id="answered" />',
    message(call, "ACK", request, 2),
    message(call, "BYE", request, 3),
    '<recv response="200" />',
    "</scenario>",
    "",
  ].join("\n");
}

function invite(call: Call, request: string, serial: number): string {
  const key = "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";
  const body = [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "c=IN IP4 127.0.0.1",
    "t=0 0",
    `m=audio 40000 RTP/${call.srtp ? "SAVP" : "AVP"} 0`,
    ...(call.srtp ? [`a=crypto:1 AES_CM_128_HMAC_SHA1_80 ${key}`] : []),
  ];
  const more = Object.entries(call.headers).map(([name, value]) => `${name}: ${value}`);
  const login = serial > 1 ? ["[authentication]"] : [];
  return message(call, "INVITE", request, serial, [...more, ...login, "Content-Type: application/sdp"], body);
}

function message(
  { target, to, from, source }: Call,
  method: string,
  request: string,
  serial: number,
  more: string[] = [],
  body: string[] = [],
): string {
  const lines = [
    `${method} ${request} SIP/2.0`,
    `Via: SIP/2.0/${target.transport.toUpperCase()} [local_ip]:[local_port];branch=[branch]`,
    "Max-Forwards: 70",
    `From: <sip:${from}@${source}>;tag=[call_number]`,
    `To: <sip:${to}@${target.host}>[peer_tag_param]`,
    "Call-ID: [call_id]",
    `CSeq: ${serial} ${method}`,
    `Contact: <sip:${from}@[local_ip]:[local_port];transport=tcp>`,
    ...more,
    "Content-Length: [len]",
    "",
    ...body,
    "",
  ];
  return `<send><![CDATA[\n${lines.join("\n")}\n]]></send>`;
}
