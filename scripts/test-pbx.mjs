// Loads generated files into a real Asterisk, from Debian's newest release in a folder of its own, and asks it whether the
// peer is reachable. By hand, as root, with a Debian mirror in reach: `npm run test:pbx`. PBX_ROOT=<folder> reuses a chroot.
import { execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { bundling } from "./bundle.mjs";
import { debianMirror } from "./debian-mirror.mjs";

const run = promisify(execFile);
const project = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (line) => process.stdout.write(`${line}\n`);
const MINUTES = 60_000;

/** Passwords from the tests of other formats, and those that Asterisk's own reader is known to misread. */
const passwords = [
  "a;b",
  'a"b\\c',
  "#include x",
  "p@ss:w/;?%41",
  "it's <&>",
  "$avp(x)",
  "a$$b%s%%",
  "s3 cret",
  "\\;x;--y\\",
  ">x=>y",
  "ä ☎",
];

const generator = `
  import { pbxFactsOf } from "./src/pbx/facts.ts";
  import { renderForDisk } from "./src/pbx/format.ts";
  import { asterisk } from "./src/pbx/formats/asterisk.ts";
  import { Secret } from "./src/core/secret.ts";
  import { exotelPbxFacts } from "./src/providers/exotel/pbx-facts.ts";
  export function generate(name, gateway, password) {
    const trunk = { provider: "exotel", trunk_id: "trmum1abc", trunk_name: name, domain_name: "acme1m.pstn.exotel.com",
      phone_numbers: [{ phone_number: "+918044319240" }], credentials: [{ user_name: "acme_pbx" }] };
    const options = { gateway, carrier: exotelPbxFacts(trunk), bindIp: "127.0.0.1", carrierSignalling: ["127.0.0.2"], directions: ["outbound", "inbound", "flow"] };
    return renderForDisk(asterisk, pbxFactsOf(trunk, options), new Secret(password));
  }`;

async function loadGenerator(folder) {
  const outfile = join(folder, "generator.mjs");
  const { banner: _, ...options } = bundling;
  await build({ ...options, stdin: { contents: generator, resolveDir: project, loader: "ts" }, outfile });
  return (await import(pathToFileURL(outfile).href)).generate;
}

/** Says in words what this machine lacks for it. */
function lacking(givenRoot) {
  const needed = ["chroot", "mount", "umount", ...(givenRoot === undefined ? ["debootstrap"] : [])];
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  const missing = needed.filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
  return [...(process.getuid?.() === 0 ? [] : ["root"]), ...missing];
}

/** A Debian with Asterisk; nothing in it starts by itself. */
async function makeRoot(root) {
  say("debootstrap of sid ...");
  await run("debootstrap", ["--variant=minbase", "--include=ca-certificates", "sid", root, await debianMirror()], {
    timeout: 10 * MINUTES,
  });
  await writeFile(join(root, "usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n");
  await chmod(join(root, "usr/sbin/policy-rc.d"), 0o755);
  say("installing asterisk ...");
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "asterisk"];
  await run("chroot", [root, ...install], { env: environment, timeout: 10 * MINUTES, maxBuffer: 1 << 26 });
}

/** Answers every OPTIONS with 200, over UDP and over TCP on one port. */
async function startPeer() {
  const asked = { udp: 0, tcp: 0 };
  const answer = (request, transport) => {
    if (!request.startsWith("OPTIONS ")) return "";
    asked[transport] += 1;
    const copied = request.split("\r\n").filter((line) => /^(Via|From|To|Call-ID|CSeq):/i.test(line));
    return ["SIP/2.0 200 OK", ...copied, "Content-Length: 0", "", ""].join("\r\n");
  };
  const tcp = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => socket.write(answer(data.toString(), "tcp")));
    socket.unref();
  });
  tcp.listen(0, "127.0.0.1");
  await once(tcp, "listening");
  const { port } = tcp.address();
  const udp = createSocket("udp4").bind(port, "127.0.0.1");
  udp.on("message", (data, from) => udp.send(answer(data.toString(), "udp"), from.port, from.address));
  const stop = () => {
    udp.close();
    tcp.close();
  };
  return { port, asked, stop };
}

async function install(root, generate, port) {
  const etc = join(root, "etc/asterisk");
  await mkdir(join(etc, "pjsip.d"), { recursive: true });
  await mkdir(join(etc, "extensions.d"), { recursive: true });
  await writeFile(join(etc, "pjsip.conf"), "#include pjsip.d/*.conf\n");
  await writeFile(join(etc, "extensions.conf"), "[general]\n[default]\n#include extensions.d/*.conf\n");
  const write = async (name, transport, password, ownPort) => {
    const [pjsip, extensions] = generate(name, { host: "127.0.0.1", port, transport }, password);
    const text = pjsip.text.replace(/^bind = .*$/m, `bind = 127.0.0.1:${ownPort}`);
    await writeFile(join(etc, "pjsip.d", pjsip.name), text);
    await writeFile(join(etc, "extensions.d", extensions.name), extensions.text);
  };
  for (const [index, password] of passwords.entries()) await write(`hostile${index}`, "udp", password, 45_100 + index);
  await write("peer_udp", "udp", "plain", 45_060);
  await write("peer_tcp", "tcp", "plain", 45_061);
}

async function command(root, text) {
  const { stdout } = await run("chroot", [root, "asterisk", "-rx", text], { timeout: MINUTES });
  return stdout;
}

async function until(what, check, forMs) {
  const end = Date.now() + forMs;
  for (;;) {
    const found = await check().catch((error) => `(${error.message})`);
    if (found === true) return;
    if (Date.now() > end) throw new Error(`${what}: not within ${forMs / 1000} s. Last seen:\n${found}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function reachable(root, name) {
  await command(root, `pjsip qualify exotel_${name}`);
  await until(
    `${name} is reachable`,
    async () => {
      const contacts = await command(root, "pjsip show contacts");
      return new RegExp(`exotel_${name}/sip:\\S+.* Avail `).test(contacts) || contacts;
    },
    MINUTES,
  );
  say(`ok: ${name} is Avail`);
}

async function examine(root, asked) {
  await until("Asterisk is up", async () => (await command(root, "core waitfullybooted")).includes("fully booted"), MINUTES);
  say((await command(root, "core show version")).trim());
  await reachable(root, "peer_udp");
  await reachable(root, "peer_tcp");
  if (asked.udp === 0 || asked.tcp === 0) throw new Error("the peer was not asked over both transports");
  for (const [index, password] of passwords.entries()) {
    const shown = await command(root, `pjsip show auth exotel_hostile${index}-auth`);
    const read = /^ password +: (.*)$/m.exec(shown)?.[1];
    if (read !== password) throw new Error(`Asterisk read ${JSON.stringify(read)} where ${JSON.stringify(password)} was written`);
  }
  say(`ok: ${passwords.length} hostile passwords were read literally`);
  const plan = await command(root, "dialplan show to-exotel_peer_udp");
  if (!plan.includes("PJSIP/") || !plan.includes("exotel_peer_udp-header^s^1")) throw new Error(`the dialplan was not loaded:\n${plan}`);
  const identify = await command(root, "pjsip show identify exotel_peer_udp-identify");
  if (!identify.includes("127.0.0.2")) throw new Error(`the carrier's address was not loaded:\n${identify}`);
  say("ok: the dialplan and the carrier's addresses are loaded");
}

async function withAsterisk(root, use) {
  if (!existsSync(join(root, "proc/self"))) await run("mount", ["-t", "proc", "proc", join(root, "proc")]);
  const child = spawn("chroot", [root, "asterisk", "-f", "-g"], { stdio: "ignore", detached: true });
  const gone = once(child, "exit");
  try {
    await use();
  } finally {
    if (child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    await gone;
    await run("umount", [join(root, "proc")]);
  }
}

const given = process.env["PBX_ROOT"];
const lacks = lacking(given);
if (lacks.length > 0) {
  process.stderr.write(
    `npm run test:pbx needs ${lacks.join(", ")}, which this machine or user lacks: run it as root on a Debian, after apt-get install debootstrap. Nothing was tried.\n`,
  );
  process.exit(1);
}
const folder = await mkdtemp(join(tmpdir(), "trunkline-pbx-"));
const root = given ?? join(folder, "root");
const peer = await startPeer();
try {
  if (given === undefined) await makeRoot(root);
  await install(root, await loadGenerator(folder), peer.port);
  await withAsterisk(root, () => examine(root, peer.asked));
} finally {
  peer.stop();
  // A mount that is still there would be emptied with the rest.
  if (!existsSync(join(folder, "root/proc/self"))) await rm(folder, { recursive: true, force: true });
}
