// Builds the image from the Dockerfile, and runs it, by a real engine without a daemon: `npm run test:image`. As root, by
// hand, with buildah and debootstrap. No registry of images is asked: a minimal Debian with npm's Node stands in for the
// base image, so what is not tested is the base image itself. IMAGE_ROOT=<folder> keeps and reuses that Debian.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { debianMirror } from "./debian-mirror.mjs";
import { installNode } from "./other-node.mjs";

const run = promisify(execFile);
const project = dirname(dirname(fileURLToPath(import.meta.url)));
const work = await mkdtemp(join(tmpdir(), "trunkline-image-"));
const storage = ["--storage-driver", "vfs", "--root", join(work, "images"), "--runroot", join(work, "run")];
const options = { cwd: project, timeout: 600_000, maxBuffer: 1 << 26 };
const say = (line) => process.stdout.write(`${line}\n`);
const buildah = async (...words) => (await run("buildah", [...storage, ...words], options)).stdout.trim();
const isThere = (path) =>
  access(path).then(
    () => true,
    () => false,
  );
const npmConfig = async (name) => (await run("npm", ["config", "get", name])).stdout.trim();

/** A root file system like that of the base image: Debian, Node, npm, and the user node. */
async function makeBase(root, [, major, suite]) {
  if (await isThere(join(root, "home", "node"))) return;
  say(`debootstrap of ${suite} ...`);
  await run("debootstrap", ["--variant=minbase", suite, root, await debianMirror()], options);
  const installed = join(work, "node");
  await mkdir(installed);
  await writeFile(join(installed, "package.json"), "{}");
  const { node, missing } = await installNode(major, installed);
  if (missing) throw new Error(missing);
  await cp(node, join(root, "usr/local/bin/node"));
  const modules = join(root, "usr/local/lib/node_modules");
  await mkdir(modules, { recursive: true });
  await cp(join((await run("npm", ["root", "--global"])).stdout.trim(), "npm"), join(modules, "npm"), { recursive: true });
  await symlink("../lib/node_modules/npm/bin/npm-cli.js", join(root, "usr/local/bin/npm"));
  await run("chroot", [root, "useradd", "--uid", "1000", "--user-group", "--create-home", "node"]);
}

async function importBase(root, name) {
  const container = await buildah("from", "scratch");
  await buildah("copy", "--quiet", container, root, "/");
  await buildah("config", "--env", "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", container);
  await buildah("commit", "--quiet", container, name);
  await buildah("rm", container);
}

/** npm inside asks the registry that npm outside asks. */
async function npmOfThisMachine() {
  const files = [
    [await npmConfig("userconfig"), "/root/.npmrc"],
    [await npmConfig("globalconfig"), "/usr/local/etc/npmrc"],
  ];
  const authority = await npmConfig("cafile");
  const all = authority === "null" ? files : [...files, [authority, authority]];
  const found = await Promise.all(all.map(async ([from, to]) => ((await isThere(from)) ? ["--volume", `${from}:${to}:ro`] : [])));
  return found.flat();
}

/** Runs the image's own command, as its own user, until `check` has seen what it wants. */
async function started(container, environment, check) {
  const words = [...storage, "run", "--isolation", "chroot", ...environment.flatMap((pair) => ["--env", pair]), container, "--"];
  const { OCIv1: image } = JSON.parse(await buildah("inspect", "--type", "container", container));
  const child = spawn("buildah", [...words, ...image.config.Cmd], { detached: true });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const ended = once(child, "exit");
  try {
    await check(() => output, ended);
  } finally {
    if (child.exitCode === null) process.kill(-child.pid, "SIGTERM");
    await ended;
  }
}

async function answer(port) {
  for (let tries = 0; tries < 60; tries++) {
    const found = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    if (found?.ok) return await found.text();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error("The server in the image did not answer /healthz within 30 s.");
}

const lacking = [];
for (const program of ["buildah", "debootstrap"]) await run("which", [program]).catch(() => lacking.push(program));
if (process.getuid?.() !== 0) lacking.push("root");
if (lacking.length > 0) {
  say(`The image cannot be built here: ${lacking.join(" and ")} missing.`);
  process.exit(2);
}
try {
  const dockerfile = await readFile(join(project, "Dockerfile"), "utf8");
  const base = /^ARG NODE=((\d+)-(\w+)-slim)/m.exec(dockerfile);
  const root = process.env.IMAGE_ROOT ?? join(work, "base");
  await makeBase(root, [base[1], base[2], base[3]]);
  await importBase(root, `node:${base[1]}`);
  // The first line asks a registry for another reader of the rest.
  await writeFile(join(work, "Dockerfile"), dockerfile.replace(/^# syntax=.*\n/, ""));
  say("building ...");
  const local = ["--isolation", "chroot", "--network", "host", "--pull-never", ...(await npmOfThisMachine())];
  await buildah("bud", ...local, "--format", "docker", "-f", join(work, "Dockerfile"), "-t", "trunkline:test", ".");
  const container = await buildah("from", "--pull-never", "trunkline:test");
  const inside = async (...words) => await buildah("run", "--isolation", "chroot", container, "--", ...words);
  const user = await inside("node", "-p", "process.getuid()");
  if (user !== "1000") throw new Error(`It runs as user ${user}, not as node.`);
  const { version } = JSON.parse(await readFile(join(project, "package.json"), "utf8"));
  const told = await inside("node", "/app/node_modules/trunkline-mcp/dist/main.js", "--version");
  if (told !== version) throw new Error(`--version says ${told}, not ${version}.`);
  await inside("node", "--input-type=module", "-e", "await import('/app/node_modules/pg/lib/index.js')");
  say(`built: version ${told}, user ${user}, the driver of Postgres loads`);
  await started(container, [], async (output, ended) => {
    const [code] = await ended;
    if (code === 0 || !output().includes("TRUNKLINE_TENANTS")) throw new Error(`Without a tenants file it did not refuse: ${output()}`);
  });
  say("without a tenants file it does not start");
  await started(container, ["TRUNKLINE_LISTEN=127.0.0.1:13977"], async () => say(`on loopback it answers: ${await answer(13_977)}`));
} finally {
  await rm(work, { recursive: true, force: true });
}
