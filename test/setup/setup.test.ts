import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editorOf } from "../../src/setup/change.ts";
import { clients } from "../../src/setup/clients.ts";
import { changeToSetUp } from "../../src/setup/set-up.ts";
import { runs } from "../support/runs.ts";
import { newPerson, type Person } from "./person.ts";
import { samples } from "./samples.ts";

const platforms = ["darwin", "linux", "win32"] as const;
const ids = Object.keys(clients);
const each = Object.entries(samples).map(([id, sample]) => ({ id, ...sample }));

function put({ home }: Person, file: string, text: string): string {
  const path = join(home, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const read = (path: string) => readFileSync(path, "utf8");

test("there is a sample for each client that setup knows", () => {
  expect(ids.length).toBe(9);
  expect(Object.keys(samples)).toEqual(ids);
});

describe.each(each)("setup $id", ({ id, files, text, parse, launch }) => {
  test.each(platforms)("writes a new file where the client has it on %s", async (platform) => {
    const person = newPerson(platform);
    const { code, out } = await person.setup(`${id} --yes`);
    expect(code).toBe(0);
    const file = join(person.home, files[platform]);
    expect(launch(parse(read(file)))).toMatchObject({ command: process.execPath, args: ["/opt/trunkline/dist/main.js"] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const line of ["This file is new.", "Written.", "on the sandbox", file, "If it does not, read the log: "])
      expect(out).toContain(line);
    expect((await person.setup(`${id} --yes --undo`)).out).toContain("The file goes, since nothing else is in it.");
    expect(existsSync(file)).toBe(false);
  });

  test("keeps everything else in the file, and undoes itself byte by byte", async () => {
    const person = newPerson();
    const file = put(person, files.linux, text);
    chmodSync(file, 0o664);
    const { code, out } = await person.setup(`${id} --yes --carrier exotel`);
    expect(code).toBe(0);
    const after = parse(read(file));
    const { inputs = [], ...others } = text === "" ? {} : parse(text);
    expect(after).toMatchObject(others);
    expect(after.inputs ?? []).toEqual(expect.arrayContaining(inputs));
    for (const comment of text.match(/(#|\/\/) .*/g) ?? []) expect(read(file)).toContain(comment.trim());
    expect(Object.keys(launch(after).env)).toEqual(["EXOTEL_ACCOUNT_SID", "EXOTEL_API_KEY", "EXOTEL_API_TOKEN"]);
    expect(out).not.toContain("their secret");
    expect(out).toMatch(/(Fill in the values of |asks you for )EXOTEL_ACCOUNT_SID, EXOTEL_API_KEY, EXOTEL_API_TOKEN/);
    expect([statSync(file).mode & 0o777, read(`${file}.trunkline-backup`)]).toEqual([0o664, text]);
    const again = await person.setup(`${id} --yes --carrier exotel`);
    expect(again.out).toContain("Nothing was changed.");
    expect(parse(read(file))).toEqual(after);
    await person.setup(`${id} --yes --carrier didww`);
    expect(Object.keys(launch(parse(read(file))).env)).toHaveLength(4);
    expect((await person.setup(`${id} --undo --yes`)).out).toContain("The file becomes what it was before setup, byte by byte.");
    expect(readFileSync(file).equals(Buffer.from(text))).toBe(true);
    expect([statSync(file).mode & 0o777, existsSync(`${file}.trunkline-backup`)]).toEqual([0o664, false]);
  });

  test("brings its entry up to date, and keeps the keys that were filled in", async () => {
    const person = newPerson();
    await person.setup(`${id} --yes --carrier didww`, { environment: { DIDWW_API_KEY: "older" } });
    const file = join(person.home, files.linux);
    writeFileSync(
      file,
      read(file)
        .replace(/("?DIDWW_API_KEY"?(?::| =) )"[^"]*"/, '$1"filled in"')
        .replace("/opt/", "/old/"),
    );
    const { out } = await person.setup(`${id} --yes`);
    expect(launch(parse(read(file)))).toMatchObject({ args: ["/opt/trunkline/dist/main.js"], env: { DIDWW_API_KEY: "filled in" } });
    expect(out).toMatch(/^- .*\/old\//m);
    expect(out).toMatch(/^\+ .*\/opt\//m);
    expect(out).not.toContain("filled in");
  });

  test("takes keys of the environment when told, into a file that nobody else reads, and shows none", async () => {
    const person = newPerson();
    const file = put(person, files.linux, text);
    const settings = { DIDWW_API_KEY: "a-real-key", DIDWW_ENVIRONMENT: "sandbox", TRUNKLINE_STORE: "postgres://u:a-real-key@h/d" };
    const environment = { ...settings, UNRELATED: "x" };
    const { out, errors } = await person.setup(`${id} --yes --from-environment --carrier didww`, { environment });
    expect(launch(parse(read(file))).env).toEqual(settings);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(out + errors).not.toContain("a-real-key");
    expect(out).toContain("[secret]");
    expect(out).not.toContain("Fill in");
    const printed = await person.setup(`${id} --print --from-environment`, { environment });
    expect(printed.out).not.toContain("a-real-key");
  });

  test("is undone in a file that the client wrote to meanwhile", async () => {
    const person = newPerson();
    const file = put(person, files.linux, text);
    await person.setup(`${id} --yes --carrier exotel`);
    const { command } = launch(parse(read(file)));
    const added = read(file).replace(command, "/elsewhere/node");
    writeFileSync(file, /yaml|toml/.test(file) ? `# by the client\n${added}` : added.replace("{", '{ "byTheClient": 1,'));
    await person.setup(`${id} --yes --undo`);
    expect(read(file)).not.toMatch(/EXOTEL|elsewhere/);
    expect(read(file)).toMatch(/by the client|byTheClient/);
    expect(() => parse(read(file))).not.toThrow();
  });
});

describe("a person", () => {
  test("is asked, and only yes changes the file", async () => {
    const person = newPerson();
    const file = put(person, ".cursor/mcp.json", "{}");
    const no = await person.setup("cursor", { answer: "no" });
    expect([no.code, no.errors, read(file)]).toEqual([1, "You did not agree. Nothing was changed.\n", "{}"]);
    expect((await person.setup("cursor", { answer: "yes" })).code).toBe(0);
    expect(read(file)).toContain("trunkline");
  });

  test("who cannot be asked is told so, and nothing is changed", async () => {
    const person = newPerson();
    const { code, errors } = await person.setup("cursor");
    expect([code, existsSync(join(person.home, ".cursor"))]).toEqual([1, false]);
    expect(errors).toBe("Nothing was changed: there is no terminal to ask you. Run it again with --yes to agree.\n");
  });

  test("may have the block printed, and nothing is changed", async () => {
    const person = newPerson();
    const { code, out } = await person.setup("zed --print");
    expect([code, existsSync(join(person.home, ".config"))]).toEqual([0, false]);
    expect(JSON.parse(out)).toMatchObject({ context_servers: { trunkline: { command: process.execPath } } });
  });

  test.each([
    ["cursor", ".cursor/mcp.json", "{ not json", "cannot be read (line 1)"],
    ["goose", ".config/goose/config.yaml", "a: 1\nb: [", "cannot be read (line 2)"],
    ["codex", ".codex/config.toml", "a = 1\nb", "cannot be read (line 2)"],
    ["codex", ".codex/config.toml", 'mcp_servers = { a = { command = "b" } }\n', "cannot be edited safely"],
    ["cursor", ".cursor/mcp.json", '{ "mcpServers": ["theirs"] }', "cannot be edited safely"],
    ["goose", ".config/goose/config.yaml", "extensions: [theirs]\n", "cannot be edited safely"],
    ["cursor", ".cursor/mcp.json", "\u0000\uD800", "is not written in UTF-8"],
  ])("keeps a file of %s that cannot be edited: %#", async (id, name, text, problem) => {
    const person = newPerson();
    const file = put(person, name, "");
    const bytes = text.startsWith("\u0000") ? Buffer.from([0xff, 0xfe, 0x7b, 0]) : Buffer.from(text);
    writeFileSync(file, bytes);
    const { code, errors } = await person.setup(`${id} --yes`);
    expect([code, readFileSync(file)]).toEqual([1, bytes]);
    expect(errors).toContain(problem);
    expect(errors).toContain("Nothing was changed.");
    expect(existsSync(`${file}.trunkline-backup`)).toBe(false);
  });

  test("is refused a file outside of the home folder, unless it is named", async () => {
    const [person, elsewhere] = [newPerson(), newPerson()];
    symlinkSync(elsewhere.home, join(person.home, ".cursor"));
    const { code, errors } = await person.setup("cursor --yes");
    expect([code, existsSync(join(elsewhere.home, "mcp.json"))]).toEqual([1, false]);
    expect(errors).toContain("is not in your home folder. Nothing was changed. If you mean that file, name it with --file.");
    const named = await person.setup(`cursor --yes --file ${join(elsewhere.home, "mcp.json")}`);
    expect([named.code, existsSync(join(elsewhere.home, "mcp.json"))]).toEqual([0, true]);
    const codex = await person.setup("codex --yes", { environment: { CODEX_HOME: elsewhere.home } });
    expect(codex.code).toBe(1);
  });

  test("keeps a link inside the home folder as a link", async () => {
    const person = newPerson();
    const file = put(person, "dotfiles/mcp.json", "{}");
    mkdirSync(join(person.home, ".cursor"));
    symlinkSync(file, join(person.home, ".cursor/mcp.json"));
    await person.setup("cursor --yes");
    expect(JSON.parse(read(file))).toHaveProperty("mcpServers.trunkline");
    expect(lstatSync(join(person.home, ".cursor/mcp.json")).isSymbolicLink()).toBe(true);
  });

  test("who takes long to agree does not undo what the client wrote meanwhile", async () => {
    const person = newPerson();
    const file = put(person, ".cursor/mcp.json", "{}");
    const server = { entry: { command: "node", args: [], env: {} }, inputs: [] };
    const change = await changeToSetUp(clients.cursor, file, () => server);
    writeFileSync(file, '{ "byTheClient": 1 }');
    await expect(change.make(false)).rejects.toThrow("has changed meanwhile. Nothing was done. Run this again.");
    expect([read(file), existsSync(`${file}.trunkline-backup`)]).toEqual(['{ "byTheClient": 1 }', false]);
  });

  test("on Windows with the packaged Claude Desktop has the file that the program reads", async () => {
    const person = newPerson("win32");
    const folder = "AppData/Local/Packages/Claude_pzs8sxrjxfjjc";
    mkdirSync(join(person.home, folder), { recursive: true });
    await person.setup("claude-desktop --yes");
    expect(existsSync(join(person.home, folder, "LocalCache/Roaming/Claude/claude_desktop_config.json"))).toBe(true);
  });

  test("who names no carrier that exists is told which do", async () => {
    const { code, errors } = await newPerson().setup("cursor --yes --carrier nonsense");
    expect(code).toBe(1);
    expect(errors).toMatch(/^"nonsense" is not a carrier\. The carriers are exotel, didww, vyom.*\. Nothing was done\.\n$/);
  });

  test("is asked by VS Code for each key, once", async () => {
    const person = newPerson();
    await person.setup("vscode --yes --carrier didww");
    await person.setup("vscode --yes --carrier exotel");
    const { inputs, servers } = JSON.parse(read(join(person.home, ".config/Code/User/mcp.json")));
    expect(inputs.map(({ id }: { id: string }) => id).sort()).toEqual([
      "trunkline-didww-api-key",
      "trunkline-exotel-account-sid",
      "trunkline-exotel-api-key",
      "trunkline-exotel-api-token",
    ]);
    expect(servers.trunkline.env.DIDWW_API_KEY).toBe("$" + "{input:trunkline-didww-api-key}");
    expect(inputs.find(({ id }: { id: string }) => id === "trunkline-didww-api-key")).toMatchObject({ password: true });
  });
});

describe("what npx fetched is started by npx", () => {
  const file = "/home/me/.npm/_npx/0123/node_modules/.bin/trunkline";

  test("with a PATH that has Node", async () => {
    const person = newPerson("darwin", { node: "/opt/node/bin/node", file });
    await person.setup("cursor --yes");
    const { trunkline } = JSON.parse(read(join(person.home, ".cursor/mcp.json"))).mcpServers;
    expect(trunkline).toEqual({
      command: "npx",
      args: ["-y", "trunkline-mcp"],
      env: { PATH: "/opt/node/bin:/usr/local/bin:/usr/bin:/bin" },
    });
  });

  test("through a shell on Windows", async () => {
    const person = newPerson("win32", { file: file.replaceAll("/", "\\") });
    await person.setup("cursor --yes");
    const { trunkline } = JSON.parse(read(join(person.home, ".cursor/mcp.json"))).mcpServers;
    expect(trunkline).toEqual({ command: "cmd", args: ["/c", "npx", "-y", "trunkline-mcp"], env: {} });
  });
});

test("a file with a key that objects treat as their own is left alone", async () => {
  const editor = await editorOf(clients.cursor, "mcp.json");
  const server = { entry: { command: "node", args: ["main.js"], env: {} }, inputs: [] };
  expect(() => editor.edit('{"__proto__":{}}', server)).toThrow("cannot be edited safely. Nothing was changed.");
});

test("whatever JSON a file holds and however it is laid out, an edit changes the entry alone, and is taken back", async () => {
  const editor = await editorOf(clients.cursor, "mcp.json");
  const server = { entry: { command: "node", args: ["main.js"], env: {} }, inputs: [] };
  // A file with a key of this name is refused whole, as one that cannot be edited safely.
  const key = fc.string().filter((name) => name !== "__proto__");
  const content = fc.dictionary(key, fc.oneof(fc.jsonValue(), fc.constant({})));
  const servers = fc.dictionary(key, fc.jsonValue());
  const property = fc.asyncProperty(content, servers, fc.constantFrom("", " ", "  ", "\t"), async (others, listed, indent) => {
    const { trunkline: _, ...mcpServers } = listed;
    const text = JSON.stringify({ ...others, mcpServers }, null, indent);
    const edited = editor.edit(text, server);
    expect(JSON.parse(edited)).toEqual({ ...JSON.parse(text), mcpServers: { ...JSON.parse(text).mcpServers, trunkline: server.entry } });
    expect(JSON.parse(editor.edit(edited, undefined))).toEqual(JSON.parse(text));
  });
  await fc.assert(property, { numRuns: runs(3) });
});
