import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { defineCommand, type ProcessPorts } from "../../src/commands/command.ts";
import { type CommandTable, runCommand } from "../../src/commands/run-command.ts";

const table: CommandTable = {
  stdio: { summary: "serve", load: async () => ({ default: defineCommand({ flags: {}, run: async () => 0 }) }) },
  config: { summary: "show what was configured", load: () => import("../../src/commands/config.ts") },
  http: { summary: "serve over HTTP", load: () => import("../../src/commands/http.ts") },
  plan: { summary: "compare", load: () => import("../../src/commands/plan.ts") },
  audit: { summary: "print the journal", load: () => import("../../src/commands/audit.ts") },
  approve: { summary: "decide", load: () => import("../../src/commands/approve.ts") },
  sandbox: { summary: "serve the emulators", load: () => import("../../src/commands/sandbox.ts") },
};

/** A process in which nothing is real; a command that touched more than its words would fail here. */
function portsOf(): { ports: ProcessPorts; printed: () => string } {
  const stdout = new PassThrough();
  let text = "";
  stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const ports = {
    environment: {},
    program: "trunkline",
    folder: "/nonexistent",
    stdout,
    stderr: new PassThrough(),
    on: () => {},
    exit: () => {},
  };
  return { ports: ports as unknown as ProcessPorts, printed: () => text };
}

async function printed(...args: string[]): Promise<string> {
  const { ports, printed: text } = portsOf();
  expect(await runCommand(args, table, "1.2.3", ports)).toBe(0);
  return text();
}

const refusal = (...args: string[]) =>
  runCommand(args, table, "1.2.3", portsOf().ports).then(
    () => "ran",
    (error: Error) => error.message,
  );

describe("what is typed", () => {
  test.each([[["version"]], [["--version"]]])("%j tells the version", async (args) => {
    expect(await printed(...args)).toBe("1.2.3\n");
  });

  test.each([[["help"]], [["--help"]], [["-h"]]])("%j lists every command", async (args) => {
    const text = await printed(...args);
    for (const name of Object.keys(table)) expect(text).toMatch(new RegExp(`^  ${name} `, "m"));
  });

  test.each([[["help", "audit"]], [["audit", "--help"]], [["audit", "-h"]]])("%j tells its flags, and does not run it", async (args) => {
    const text = await printed(...args);
    expect(text).toMatch(/^trunkline audit \[flags\]\n\nPrint the journal\./);
    for (const flag of ["--tenant NAME", "--verify", "--expect SEQ:HASH", "--json", "--sandbox"]) expect(text).toContain(flag);
    expect(text).not.toContain("--port");
  });

  test.each<[string[], string]>([
    [["config", "--prune"], "trunkline config: it has no flag --prune. It has no flags. Nothing was done."],
    [["config", "--verify", "--set-pin"], "trunkline config: it has no flag --verify. It has no flags. Nothing was done."],
    [["--port", "1"], "trunkline stdio: it has no flag --port. It has no flags. Nothing was done."],
    [["plan", "a.yaml", "--refuse"], "trunkline plan: it has no flag --refuse. Its flags are --prune, --json. Nothing was done."],
    [["plan"], "trunkline plan: it needs file. Its flags are --prune, --json. Nothing was done."],
    [["plan", "a.yaml", "b.yaml"], 'trunkline plan: "b.yaml" is one word too many. Its flags are --prune, --json. Nothing was done.'],
    [["plan", "a.yaml", "--json=yes"], "trunkline plan: --json takes no value. Its flags are --prune, --json. Nothing was done."],
    [["audit", "--tenant"], "trunkline audit: --tenant needs a value."],
    [["http", "--port", "abc"], "trunkline http: --port needs a number from 0 to 65535. Nothing was started."],
    [["http", "--port", "65536"], "trunkline http: --port needs a number from 0 to 65535. Nothing was started."],
    [["sandbox", "--port", "-1"], "trunkline sandbox:"],
    [["sandbox", "--dialect", "nonsense"], 'trunkline sandbox: there is no dialect "nonsense". The dialects are observed, documented'],
    [["aprove"], '"aprove" is not a command of trunkline. trunkline --help lists them. Nothing was done.'],
    [["help", "aprove"], '"aprove" is not a command of trunkline.'],
    [["constructor"], '"constructor" is not a command of trunkline.'],
  ])("%j is refused", async (args, sentence) => {
    expect(await refusal(...args)).toContain(sentence);
  });
});
