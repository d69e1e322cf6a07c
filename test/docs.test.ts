import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { guides, guideText } from "../guides/index.ts";
import { MCP_PATH } from "../src/auth/caller.ts";
import { parseTenantsFile } from "../src/auth/tenants-file.ts";
import type { Command, CommandTable, ProcessPorts } from "../src/commands/command.ts";
import { runCommand } from "../src/commands/run-command.ts";
import type { GuideTopic } from "../src/core/carrier/guides.ts";
import { serverSettings, settingRows } from "../src/core/config.ts";
import { createMetrics } from "../src/http/metrics.ts";
import { computeSurface } from "../src/mcp/surface.ts";
import { parseFile } from "../src/plans/planning/trunks-file.ts";
import { providers } from "../src/providers/index.ts";
import { type Block, blocksOf, brokenLinks, commandsOf, docPages, root } from "./support/doc-pages.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const pages = docPages();
const blocks = pages.flatMap((page) => page.blocks.map((block) => ({ page, block })));

/** The commands of main.ts; each is read by the program's own parser, and none runs. */
const names = [...read("src/main.ts").matchAll(/^ {2}"?([\w-]+)"?: \{/gm)].map(([, name = ""]) => name);
const load = async (name: string) => {
  const { default: command } = (await import(`../src/commands/${name}.ts`)) as { default: Command };
  return { default: { ...command, run: async () => 0 } };
};
const table: CommandTable = Object.fromEntries(names.map((name) => [name, { summary: "", load: () => load(name) }]));

/** The program's objection to a command line; nothing where it takes it. */
async function refusalOf(line: string): Promise<string> {
  const [, ...args] = line.split(/\s+(?:[>|]|&&).*$/)[0]?.match(/"[^"]*"|\S+/g) ?? [];
  const stderr = new PassThrough({ encoding: "utf8" });
  const ports = { environment: {}, program: "trunkline", folder: "/nonexistent", stdout: new PassThrough(), stderr, on: () => {} };
  await runCommand(args, table, "1.2.3", ports as unknown as ProcessPorts);
  return stderr.read() ?? "";
}

const ownCommands = (text: string) =>
  [...text.matchAll(/(?:^|[`;&|] ?|-- |^\w+=\S+ )(trunkline(?: [^`\n]*)?)(?=`|$)/gm)].map(([, line = ""]) => line);

describe("the documents", () => {
  test("are there, and hold blocks of every kind", () => {
    expect(pages.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        "README.md",
        "docs/approvals.md",
        "docs/hosting.md",
        "docs/pbx.md",
        "docs/plans.md",
        "docs/runbook.md",
        "docs/voice-bots.md",
      ]),
    );
    expect(blocks.length).toBeGreaterThan(15);
  });

  test("the README says all in 150 lines, before its tables", () => {
    const [before = ""] = read("README.md").split("## Reference");
    expect(before.split("\n").length).toBeLessThanOrEqual(150);
  });

  test.each(pages)("$path links to nothing that is not there", (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  test("a link that leads nowhere is found", () => {
    const page = {
      path: "README.md",
      blocks: [],
      text: "[a](docs/nowhere.md) [b](docs/pbx.md#nowhere) [c](#install) [d](https://x.example)",
    };
    expect(brokenLinks(page)).toEqual(["docs/nowhere.md", "docs/pbx.md#nowhere"]);
  });

  test("each command of ours that they name is one, with flags that it takes", async () => {
    const lines = pages.flatMap(({ text }) => ownCommands(text.replace(/^```[^\n]*$/gm, "")));
    const bare = ["trunkline", ...names.map((name) => `trunkline ${name}`)];
    const own = [...new Set(lines)].filter((line) => !bare.includes(line));
    expect(own.length).toBeGreaterThan(8);
    const refusals = await Promise.all(own.map(async (line) => ({ line, said: await refusalOf(line) })));
    expect(refusals.filter(({ said }) => said !== "")).toEqual([]);
    expect(await refusalOf("trunkline plan trunks.yaml --nonsense")).toContain("--nonsense");
    expect(await refusalOf("trunkline nonsense")).toContain("not a command");
  });

  test("each npm script that they name exists", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = pages.flatMap(({ text }) =>
      [...text.matchAll(/(?<=^|`|&& )npm (?:run )?([\w:]+)(?=[`\s])/gm)].map(([, name = ""]) => name),
    );
    const own = named.filter((name) => !["ci", "install"].includes(name));
    expect(own.length).toBeGreaterThan(2);
    expect(own.filter((name) => !(name in scripts))).toEqual([]);
  });

  test("each tool and prompt that they name is one", async () => {
    const { tools, prompts } = await computeSurface();
    const known = [...tools, ...prompts].map(({ listed }) => listed.name);
    const begin = [...providers.map(({ id }) => id), "setup", "plan", "apply", "get", "check", "find", "explain", "export", "list"].join(
      "|",
    );
    const named = pages.flatMap(({ text }) =>
      [...text.matchAll(new RegExp(`\`((?:${begin})_[a-z_]+)\``, "g"))].map(([, name = ""]) => name),
    );
    expect(named.length).toBeGreaterThan(20);
    expect([...new Set(named)].filter((name) => !known.includes(name))).toEqual([]);
  });

  test("each setting that they name is one", () => {
    const known = [...providers.map(({ settings }) => settings), serverSettings].flatMap(settingRows).map(({ name }) => name);
    const carriers = providers.map(({ id }) => id.toUpperCase()).join("|");
    const named = pages.flatMap(({ text }) =>
      [...text.matchAll(new RegExp(`\\b(?:TRUNKLINE|${carriers})_[A-Z_]+\\b`, "g"))].map(([name]) => name),
    );
    expect(named.length).toBeGreaterThan(20);
    const ours = (name: string) => known.includes(name) || /^TRUNKLINE_(SECRET_|CLIENT_SECRET$)/.test(name);
    expect([...new Set(named)].filter((name) => !ours(name))).toEqual([]);
  });
});

describe("each block", () => {
  const kinds: Record<string, (block: Block) => unknown> = {
    sh: (block) => expect(block.note).toMatch(/^(|serves|exit-[1-9]|elsewhere)$/),
    json: (block) => {
      if (block.note === "client") return clientBlock(block.text);
      expect(block.note).toBe("tenants.json");
      return parseTenantsFile(filledIn(block.text), { environment: hostedEnvironment, providers, readFile: () => "" });
    },
    yaml: async (block) => {
      expect(block.note).toBe("trunks.yaml");
      expect((await parseFile(block.text)).length).toBeGreaterThan(0);
    },
    caddyfile: (block) => expect(block.text).toContain(`reverse_proxy ${serverSettings.shape.TRUNKLINE_LISTEN.parse(undefined)}`),
    text: (block) => expect(block.text).not.toBe(""),
  };
  const hostedEnvironment = { TRUNKLINE_CLIENT_SECRET: "s", ACME_EXOTEL_KEY: "k", ACME_EXOTEL_TOKEN: "t", ACME_SIP_PASSWORD: "p" };
  const filledIn = (text: string) =>
    text.replace("SHA256_OF_THE_TOKEN", "a".repeat(64)).replace("SHA256_OF_THE_PASSPHRASE", "b".repeat(64));

  /** A client starts the program with variables that exist, or reaches the server's path with a token. */
  function clientBlock(text: string): void {
    const content = JSON.parse(text) as Record<string, Record<string, { command?: string; url?: string; env?: object; headers?: object }>>;
    const { trunkline } = content["mcpServers"] ?? content["servers"] ?? {};
    if (trunkline?.url === undefined) expect(trunkline?.command).toBe("trunkline");
    else {
      expect(new URL(trunkline.url).pathname).toBe(MCP_PATH);
      expect(JSON.stringify(trunkline.headers)).toMatch(/^\{"Authorization":"Bearer \$\{\w+:[\w-]+\}"\}$/);
    }
  }

  test.each(blocks.map(({ page, block }, at) => ({ name: `${page.path}, block ${at + 1}: ${block.language} ${block.note}`, block })))(
    "$name is of a kind that is run or compared",
    async ({ block }) => {
      const check = kinds[block.language];
      expect(check, "say here how such a block is held").toBeDefined();
      await check?.(block);
    },
  );

  test("that runs elsewhere names only programs, services and files that are there", () => {
    const compose = parseYaml(read("compose.yaml")) as { services: Record<string, unknown> };
    const lines = blocks.filter(({ block }) => block.note === "elsewhere").flatMap(({ block }) => commandsOf(block));
    expect(lines.length).toBeGreaterThan(6);
    const known = /^(docker compose (up|logs|exec|stop|start|kill|pull|run|--profile)|claude mcp add|git clone|npm ci|sh deploy\/[\w.]+$)/;
    expect(lines.filter((line) => !known.test(line))).toEqual([]);
    const exec = lines.map((line) => /^docker compose (?:exec -T|logs|stop|start|kill -s HUP) ([\w-]+)/.exec(line)?.[1]);
    expect(exec.filter((name) => name !== undefined && !(name in compose.services))).toEqual([]);
    const files = lines.map((line) => /^sh (\S+)$/.exec(line)?.[1]).filter((file) => file !== undefined);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(lines.find((line) => line.includes("--transport http"))).toMatch(/https:\/\/\S+\/mcp --header "Authorization: Bearer \$TOKEN"$/);
  });

  test("is found, with its language and what is noted of it", () => {
    expect(blocksOf("a\n```sh exit-2\nx\n```\nb\n```json\n{}\n```\n")).toEqual([
      { language: "sh", note: "exit-2", text: "x\n" },
      { language: "json", note: "", text: "{}\n" },
    ]);
  });
});

describe("the guides as pages", () => {
  const folder = join(root, "docs", "guides");

  test.each(Object.keys(guides))("docs/guides/%s.md is what an agent reads", async (topic) => {
    const text = await guideText(topic as GuideTopic);
    const linked = text.replace(/`?trunkline:\/\/guides\/([a-z-]+)`?/g, "[$1]($1.md)");
    const expected = `${linked}\n`;
    const path = join(folder, `${topic}.md`);
    if (process.env["UPDATE"] === "1") {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, expected);
    } else expect(readFileSync(path, "utf8"), "npm run update rewrites it").toBe(expected);
  });

  test("are no more than these", () => {
    expect(readdirSync(folder).sort()).toEqual(
      Object.keys(guides)
        .map((topic) => `${topic}.md`)
        .sort(),
    );
  });
});

describe("the runbook", () => {
  const runbook = read("docs/runbook.md");
  const section = (title: string) => runbook.split(`## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = (text: string) =>
    [...text.matchAll(/^\| (.+?) \| .+\|$/gm)].map(([, first = ""]) => first).filter((cell) => !/^(-+|`message`|Alert)$/.test(cell));

  test("explains every line of the log, and none that is gone", () => {
    const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    const said = sources.flatMap((name) =>
      [...read(join("src", name)).matchAll(/\blog\.(?:debug|info|warn|error)\(\s*(?:\{[^}]*\}|[\w.()]+),\s*"([^"]+)",?\s*\)/gi)].map(
        ([, message = ""]) => message,
      ),
    );
    expect(said.length).toBeGreaterThan(25);
    const explained = rows(section("What a log line means"));
    expect(
      [...new Set(said)].filter((message) => !explained.includes(message)),
      "docs/runbook.md, What a log line means",
    ).toEqual([]);
    const everything = sources.map((name) => read(join("src", name))).join("\n");
    expect(explained.filter((message) => !everything.includes(`"${message}"`))).toEqual([]);
  });

  interface Rules {
    groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
  }
  const rules = (parseYaml(read("deploy/monitoring/alerts.yaml")) as Rules).groups.flatMap((group) => group.rules);

  test("runs in a container what its image runs", () => {
    const [, program = "gone"] = /^CMD \["node", "([^"]+)"/m.exec(read("Dockerfile")) ?? [];
    expect(runbook).toContain(`\`docker compose exec trunkline node ${program}\``);
  });

  test("says of every alert what it means and what to do", () => {
    const table = section("Alerts and a dashboard");
    expect(rows(table)).toEqual(rules.map(({ alert }) => `\`${alert}\``));
    for (const { alert, annotations } of rules) expect(table).toContain(`| \`${alert}\` | ${annotations.summary} |`);
    const jobs = rules.flatMap(({ expr }) => /job="([^"]+)"/.exec(expr)?.[1] ?? []);
    expect(jobs.length).toBeGreaterThan(0);
    for (const job of jobs) expect(table).toContain(`\`job_name: ${job}\``);
  });

  test("alerts and dashboard ask for metrics and labels that there are", async () => {
    const metrics = createMetrics(async () => {});
    metrics.ofTenant("acme").call({ tool: "t", outcome: "done", ms: 1 });
    metrics.ofTenant("acme").approval("asked");
    metrics.carriers.carrierCall({ carrier: "c", operation: "o", outcome: "2xx", ms: 1 });
    metrics.carriers.waited("c", 1);
    metrics.carriers.retried("c");
    metrics.gaugeLoad(() => ({ sessions: 0, streams: 0, inFlight: 0 }));
    const samples = (await metrics.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    interface Dashboard {
      panels: { targets: { expr: string; legendFormat: string }[] }[];
    }
    const { panels } = JSON.parse(read("deploy/monitoring/dashboard.json")) as Dashboard;
    const asked = [...rules.map(({ expr }) => expr), ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))];
    expect(asked.length).toBeGreaterThan(12);
    const unknown = asked.filter((expr) => {
      const [metric = ""] = /\b(trunkline|process|nodejs)_\w+|\bup\b/.exec(expr) ?? [];
      const labels = [...expr.matchAll(/by \(([^)]+)\)/g)].flatMap(([, list = ""]) => list.split(", ")).filter((label) => label !== "le");
      const sample = metric === "up" ? "up" : samples.find((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
      return sample === undefined || labels.some((label) => !sample.includes(`${label}="`));
    });
    expect(unknown).toEqual([]);
  });
});
