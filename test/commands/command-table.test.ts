import { readdirSync, readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import type { Command, CommandTable, ProcessPorts } from "../../src/commands/command.ts";
import { runCommand } from "../../src/commands/run-command.ts";

const source = new URL("../../src/", import.meta.url);
/** The commands of main.ts, which would run if it were imported. */
const names = [...readFileSync(new URL("main.ts", source), "utf8").matchAll(/^ {2}(\w+): \{/gm)].map(([, name = ""]) => name);
const load = async (name: string) => (await import(`../../src/commands/${name}.ts`)) as { default: Command };
const table: CommandTable = Object.fromEntries(names.map((name) => [name, { summary: `do ${name}`, load: () => load(name) }]));

/** Runs in a process in which nothing is real; a command that touched more than its words would fail here. */
async function run(...args: string[]): Promise<{ code: number; out: string; errors: string }> {
  const [stdout, stderr] = [new PassThrough({ encoding: "utf8" }), new PassThrough({ encoding: "utf8" })];
  const ports = { environment: {}, program: "trunkline", folder: "/nonexistent", stdout, stderr, on: () => {}, exit: () => {} };
  const code = await runCommand(args, table, "1.2.3", ports as unknown as ProcessPorts);
  return { code, out: stdout.read() ?? "", errors: stderr.read() ?? "" };
}

describe("a command line", () => {
  test.each([[["version"]], [["--version"]]])("%j tells the version", async (args) => {
    expect(await run(...args)).toEqual({ code: 0, out: "1.2.3\n", errors: "" });
  });

  test.each([[["help"]], [["--help"]], [["-h"]]])("%j lists every command", async (args) => {
    const { code, out } = await run(...args);
    expect(code).toBe(0);
    expect(names.length).toBeGreaterThan(8);
    for (const name of names) expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
  });

  test.each([[["help", "audit"]], [["audit", "--help"]], [["audit", "-h"]]])("%j tells its flags, and does not run it", async (args) => {
    const { code, out } = await run(...args);
    expect(code).toBe(0);
    expect(out).toMatch(/^trunkline audit \[flags\]\n\nDo audit\.\n\nFlags\n/);
    expect(out).toMatch(/\n\nExamples\n {2}trunkline audit /);
    for (const flag of ["--tenant NAME", "--verify", "--expect SEQ:HASH", "--json", "--sandbox"]) expect(out).toContain(flag);
    expect(out).not.toContain("--port");
  });

  test("the word that a command takes is in its help", async () => {
    const { out } = await run("help", "plan");
    expect(out).toMatch(/^trunkline plan <file> \[flags\]\n/);
    expect(out).toMatch(/^ {2}<file> +your trunks/m);
    expect((await run("help", "approve")).out).toMatch(/^trunkline approve \[id\] \[flags\]\n/);
  });

  test.each<[string[], string]>([
    [["config", "--prune"], "trunkline config has no flag --prune. It takes no flags. Nothing was done."],
    [["config", "--verify", "--set-pin"], "trunkline config has no flag --verify. It takes no flags. Nothing was done."],
    [["--port", "1"], "trunkline stdio has no flag --port. It takes no flags. Nothing was done."],
    [["plan", "a.yaml", "--refuse"], "trunkline plan has no flag --refuse. It takes --prune, --json. Nothing was done."],
    [["plan", "a.yaml", "--constructor"], "trunkline plan has no flag --constructor."],
    [["audit", "-j"], "trunkline audit has no flag -j."],
    [["plan"], "trunkline plan needs <file>: your trunks, as trunkline export prints them. It takes --prune, --json. Nothing was done."],
    [["plan", ""], "trunkline plan needs <file>"],
    [["plan", "a.yaml", "b.yaml"], 'trunkline plan: "b.yaml" is one word too many. It takes --prune, --json. Nothing was done.'],
    [["config", "all"], 'trunkline config: "all" is one word too many.'],
    [["plan", "a.yaml", "--json=yes"], "trunkline plan: --json takes no value. Nothing was done."],
    [["audit", "--tenant"], "trunkline audit: --tenant needs a value, as in --tenant NAME. Nothing was done."],
    [["audit", "--tenant", "--verify"], "trunkline audit: --tenant needs a value, as in --tenant NAME. Nothing was done."],
    [["http", "--port", "abc"], "trunkline http: --port needs a number from 0 to 65535. Nothing was done."],
    [["http", "--port", "65536"], "trunkline http: --port needs a number from 0 to 65535. Nothing was done."],
    [["sandbox", "--port", "-1"], "trunkline sandbox: --port needs a number from 0 to 65535. Nothing was done."],
    [["sandbox", "--dialect", "nonsense"], 'trunkline sandbox: "nonsense" is not a dialect. The dialects are observed, documented, '],
    [["aprove"], '"aprove" is not a command of trunkline. trunkline --help lists them. Nothing was done.'],
    [["help", "aprove"], '"aprove" is not a command of trunkline.'],
    [["constructor"], '"constructor" is not a command of trunkline.'],
    [["version", "--json"], "trunkline version takes nothing else. Nothing was done."],
    [["help", "plan", "apply"], "trunkline help takes one command. Nothing was done."],
  ])("%j is refused in one line", async (args, sentence) => {
    const { code, out, errors } = await run(...args);
    expect([code, out]).toEqual([1, ""]);
    expect(errors).toContain(sentence);
    expect(errors.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("the help", () => {
  const pages = [["help"], ...names.map((name) => ["help", name]), ["completion", "--help"], ["help", "completion"]];

  test.each(pages)("of %s %s fits into 80 columns, and is coloured only where a terminal asks for it", async (...args) => {
    const { out } = await run(...args);
    expect(out.split("\n").length).toBeGreaterThan(3);
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(out).not.toContain("\u001b");
  });

  test.each(names)("of %s has examples, which it takes itself", async (name) => {
    const { default: command } = await load(name);
    for (const example of command.examples) {
      const [words = ""] = example.replace(/^(\w+=\S+ )*trunkline ?/, "").split(" > ");
      let ran = 0;
      const run = async () => {
        ran += 1;
        return 0;
      };
      const counting = { ...command, run };
      const stubbed = { ...table, [name]: { summary: "", load: async () => ({ default: counting }) } };
      const stderr = new PassThrough({ encoding: "utf8" });
      await runCommand(words.split(" ").filter(Boolean), stubbed, "1.2.3", { stderr } as unknown as ProcessPorts);
      expect([example, ran, stderr.read()]).toEqual([example, 1, null]);
    }
  });
});

describe("the table of commands", () => {
  test("has every command of the folder", async () => {
    const files = readdirSync(new URL("commands/", source)).map((file) => file.replace(".ts", ""));
    const commands = await Promise.all(files.map(async (file) => ("default" in (await load(file)) ? [file] : [])));
    expect([...names].sort()).toEqual(commands.flat().sort());
  });

  test.each(names)("%s explains each of its flags", async (name) => {
    const { flags } = (await load(name)).default;
    for (const { help, type, takes } of Object.values(flags)) {
      expect(help).toMatch(/^[a-z].*[^.]$/);
      expect(takes === undefined).toBe(type === "boolean");
    }
  });
});
