import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { PbxFile } from "../../src/pbx/format.ts";
import { programPath } from "../support/daemon.ts";
import { type Kamailio, kamailio, runKamailio } from "../support/kamailio.ts";

/** Generated files in a folder of their own, which they name instead of /etc/kamailio. */
export async function install(files: PbxFile[]): Promise<{ folder: string; [Symbol.asyncDispose](): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "trunkline-kamailio-"));
  await Promise.all(files.map(({ name, text }) => writeFile(join(folder, name), text.replaceAll("/etc/kamailio", folder))));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** The program's own verdict on a file: its exit code, and all that it wrote. */
export async function check(folder: string): Promise<{ code: number; said: string }> {
  const run = promisify(execFile)(kamailio ?? "", ["-c", "-f", join(folder, "kamailio.cfg"), "-Y", folder]);
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, said: stdout + stderr }),
  );
}

/** The answer of its own command line tool. */
export async function kamcmd(folder: string, ...command: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(programPath("kamcmd") ?? "", ["-s", `unixs:${join(folder, "kamailio_ctl")}`, ...command]);
  return stdout;
}

export async function listening(): Promise<{ socket: Socket; port: number }> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { socket, port: socket.address().port };
}

/** The program with generated files, once it answers on its side towards the PBX. */
export function startGenerated(files: PbxFile[], port: number): Promise<Kamailio> {
  return runKamailio((folder) => Object.fromEntries(files.map(({ name, text }) => [name, text.replaceAll("/etc/kamailio", folder)])), port);
}

let calls = 0;

/** One request from the PBX's side, and the code of its final answer; undefined where none came in time. */
export async function call(
  { socket, port: from }: { socket: Socket; port: number },
  port: number,
  method: string,
  to: string,
  patienceMs = 10_000,
): Promise<number | undefined> {
  calls += 1;
  const id = `call-${process.pid}-${calls}`;
  const target = to.includes("@") ? `sip:${to}` : `sip:${to}:${port}`;
  const request = [
    `${method} ${target} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${from};branch=z9hG4bK${id};rport`,
    "Max-Forwards: 70",
    `From: <sip:phone@127.0.0.1>;tag=${id}`,
    `To: <${target}>`,
    `Call-ID: ${id}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:phone@127.0.0.1:${from}>`,
    "Content-Length: 0",
  ];
  return new Promise((resolve) => {
    const heard = (packet: Buffer) => {
      const [, code] = /^SIP\/2\.0 (\d{3})/.exec(packet.toString()) ?? [];
      if (headerOf(packet.toString(), "Call-ID") === id && Number(code) >= 200) done(Number(code));
    };
    const done = (code?: number) => {
      clearTimeout(timer);
      socket.off("message", heard);
      resolve(code);
    };
    const timer = setTimeout(done, patienceMs);
    socket.on("message", heard).send(`${request.join("\r\n")}\r\n\r\n`, port, "127.0.0.1");
  });
}

function headerOf(packet: string, name: string): string | undefined {
  return new RegExp(`^${name}:\\s*(.*?)\\r?$`, "im").exec(packet)?.[1];
}

/** A carrier that demands a login of every call and then knows no number; `seen` keeps the second INVITE of each call. */
export async function challengingCarrier(realm: string): Promise<{ port: number; seen: Map<string, string>; stop(): void }> {
  const { socket, port } = await listening();
  const seen = new Map<string, string>();
  socket.on("message", (packet, peer) => {
    const request = packet.toString();
    const [, method, user = ""] = /^(\w+) sip:([^@ ]*)/.exec(request) ?? [];
    if (method === "ACK") return;
    const authorized = headerOf(request, "Authorization") !== undefined;
    if (authorized) seen.set(user, request);
    const code = method === "INVITE" ? (authorized ? "404 Not Found" : "401 Unauthorized") : "200 OK";
    const copied = request.split("\r\n").filter((line) => /^(Via|From|Call-ID|CSeq):/i.test(line));
    const to = `To: ${headerOf(request, "To")};tag=carrier`;
    const challenge = code.startsWith("401") ? [`WWW-Authenticate: Digest realm="${realm}", nonce="0a4f113b"`] : [];
    socket.send([`SIP/2.0 ${code}`, ...copied, to, ...challenge, "Content-Length: 0", "", ""].join("\r\n"), peer.port, peer.address);
  });
  return { port, seen, stop: () => socket.close() };
}

/** The digest in a request, and what it would be with this password. */
export function digestOf(request: string, password: string): { sent: string | undefined; expected: string } {
  const header = headerOf(request, "Authorization") ?? "";
  const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1];
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  const login = md5(`${field("username")}:${field("realm")}:${password}`);
  return { sent: field("response"), expected: md5(`${login}:${field("nonce")}:${md5(`INVITE:${field("uri")}`)}`) };
}
