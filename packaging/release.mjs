// npm run release [-- --tag v1.2.3]: makes everything that a maintainer uploads, into release/. It uploads nothing. With a tag
// it checks that the tag is this version's.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../scripts/bundle.mjs";
import { bundleManifest } from "./manifest.mjs";
import { registryEntry } from "./server-json.mjs";
import { readSources } from "./sources.mjs";

const release = join(root, "release");
const tool = (name) => join(root, "packaging", "node_modules", ".bin", name);
const run = (command, args, options = {}) => execFileSync(command, args, { cwd: root, encoding: "utf8", ...options });
const writeJson = (path, value) => writeFile(path, `${JSON.stringify(value, null, 2)}\n`);

const { tag } = parseArgs({ options: { tag: { type: "string" } } }).values;
run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], { cwd: join(root, "packaging") });
await rm(release, { recursive: true, force: true });
await mkdir(release);
const scratch = await mkdtemp(join(tmpdir(), "trunkline-release-"));
try {
  const sources = await readSources();
  if (tag !== undefined && tag !== `v${sources.version}`) throw new Error(`The tag is ${tag}, and package.json says ${sources.version}.`);
  const metafile = join(scratch, "meta.json");
  const packed = await packPackage(sources, metafile);
  await packBundle(sources);
  await makeImageContext(sources, packed);
  await writeJson(join(release, "server.json"), registryEntry(sources, await sha256("trunkline.mcpb")));
  await listComponents(metafile);
  await writeChecksums([packed, "trunkline.mcpb", "server.json", "installed.cdx.json", "bundled.cdx.json"]);
  if (sources.owner.account === "OWNER") {
    console.log("packaging/owner.json still has its placeholder. What is in release/ works; none of it can be published under that name.");
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}

/** The npm package, with what names its owner. */
async function packPackage({ owner, registryName }, metafile) {
  const staged = join(scratch, "package");
  run("node", ["scripts/build.mjs", join(staged, "dist")], { env: { ...process.env, METAFILE: metafile } });
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  for (const file of ["README.md", "LICENSE", ...manifest.files.filter((name) => name !== "dist")]) {
    await cp(join(root, file), join(staged, file), { recursive: true });
  }
  // The tarball holds built files only: nothing is made when it is installed.
  const { scripts: _, devDependencies: __, ...published } = manifest;
  const repository = { type: "git", url: `git+${owner.repository}.git` };
  const ours = {
    mcpName: registryName,
    author: owner.author,
    repository,
    homepage: `${owner.repository}#readme`,
    bugs: `${owner.repository}/issues`,
  };
  await writeJson(join(staged, "package.json"), { ...published, ...ours });
  return run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", release], { cwd: staged }).trim();
}

/** The desktop bundle: one entry without arguments, and no native module. */
async function packBundle(sources) {
  const staged = join(scratch, "bundle");
  run("node", ["scripts/build.mjs", join(staged, "server"), "desktop"]);
  await cp(join(root, "packaging", "icon.png"), join(staged, "icon.png"));
  await cp(join(root, "LICENSE"), join(staged, "LICENSE"));
  await writeJson(join(staged, "package.json"), { name: "trunkline", version: sources.version, type: "module", private: true });
  await writeJson(join(staged, "manifest.json"), bundleManifest(sources));
  run(tool("mcpb"), ["pack", staged, join(release, "trunkline.mcpb")]);
}

/** A folder from which an engine builds the image without this repository. */
async function makeImageContext(sources, packed) {
  const context = join(release, "image");
  await mkdir(context);
  await cp(join(release, packed), join(context, packed));
  for (const file of ["package.json", "package-lock.json"]) await cp(join(root, "packaging", "image", file), join(context, file));
  await writeFile(join(context, "Dockerfile"), await imageFile(sources, packed));
}

/** The last stage of the Dockerfile, over a package that is packed already. */
async function imageFile({ version, license, owner, registryName }, packed) {
  const dockerfile = await readFile(join(root, "Dockerfile"), "utf8");
  const [, base] = /^ARG NODE=(\S+)$/m.exec(dockerfile) ?? [];
  const last = dockerfile.slice(dockerfile.lastIndexOf("FROM ")).split("\n").slice(1).join("\n");
  if (base === undefined || !last.includes("COPY --from=build")) throw new Error("The Dockerfile is not as release.mjs reads it.");
  const labels = {
    "io.modelcontextprotocol.server.name": registryName,
    "org.opencontainers.image.source": owner.repository,
    "org.opencontainers.image.version": version,
    "org.opencontainers.image.licenses": license,
  };
  return [
    `FROM node:${base} AS build`,
    "WORKDIR /app",
    `COPY ${packed} /packed/`,
    "COPY package.json package-lock.json ./",
    'RUN ["npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]',
    `RUN mkdir node_modules/trunkline-mcp && tar -xzf /packed/${packed} --strip-components=1 -C node_modules/trunkline-mcp`,
    "",
    `FROM node:${base}`,
    ...Object.entries(labels).map(([label, value]) => `LABEL ${label}="${value}"`),
    last,
  ].join("\n");
}

/** Two lists, since npm does not see what is bundled, and esbuild not what is installed beside it. */
async function listComponents(metafile) {
  const installed = run("npm", ["sbom", "--omit=dev", "--sbom-format=cyclonedx", "--package-lock-only"]);
  await writeFile(join(release, "installed.cdx.json"), installed);
  const bundled = join(release, "bundled.cdx.json");
  run(tool("cyclonedx-esbuild"), ["--bwd", root, "--mc-type", "application", "--output-reproducible", "-o", bundled, metafile], {
    stdio: "pipe",
  });
}

async function sha256(name) {
  return createHash("sha256")
    .update(await readFile(join(release, name)))
    .digest("hex");
}

async function writeChecksums(names) {
  const lines = await Promise.all(names.map(async (name) => `${await sha256(name)}  ${name}\n`));
  await writeFile(join(release, "SHA256SUMS"), lines.join(""));
}
