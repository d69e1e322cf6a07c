import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import owner from "../packaging/owner.json" with { type: "json" };
import { installButtons } from "../scripts/install-links.mjs";
import { serverSettings, settingRows } from "../src/core/config.ts";
import { mayNeedApproval } from "../src/core/tool.ts";
import { computeSurface } from "../src/mcp/surface.ts";
import { providers } from "../src/providers/index.ts";
import { tools } from "../tools/index.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const file = join(root, "README.md");

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

async function toolsTable(): Promise<string> {
  const loaded = await Promise.all(Object.values(tools).map(async (load) => (await load()).default));
  const star = (tool: (typeof loaded)[number]) => (tool.effect !== "destroy" && mayNeedApproval(tool) ? " \\*" : "");
  return table(
    ["Tool", "Effect", "What it does"],
    loaded.map((tool) => [`\`${tool.name}\``, `${tool.effect}${star(tool)}`, tool.description]),
  );
}

function settingsTable(): string {
  const known = [...providers, { settings: serverSettings, title: undefined, required: [] }];
  const rows = known.flatMap(({ settings, title, required }) => {
    const needed: readonly string[] = required;
    return settingRows(settings).map(({ name, meaning, choices, standard, secret }) => [
      `\`${name}\``,
      choices?.map((choice) => `\`${choice}\``).join(", ") ?? (secret ? "secret" : ""),
      standard === undefined ? "" : `\`${standard}\``,
      needed.includes(name) ? `for ${title}` : "",
      meaning,
    ]);
  });
  return table(["Variable", "Values", "Default", "Needed", "Meaning"], rows);
}

async function promptsTable(): Promise<string> {
  const { prompts } = await computeSurface();
  return table(
    ["Prompt", "What it does"],
    prompts.map(({ listed }) => [`\`${listed.name}\``, listed.description]),
  );
}

describe("README", () => {
  test.each(providers.map(({ title }) => [title]))("its first sentence and the package name %s", (title) => {
    const [, , first = ""] = readFileSync(file, "utf8").split("\n");
    expect([first, manifest.description].filter((text) => !text.includes(title))).toEqual([]);
  });

  test.each([
    ["tools", toolsTable],
    ["settings", async () => settingsTable()],
    ["prompts", promptsTable],
    ["buttons", async () => installButtons(owner)],
  ])("the part of %s is what the code says", async (name, make) => {
    const readme = readFileSync(file, "utf8");
    const [before = "", rest = ""] = readme.split(`<!-- ${name} -->\n`);
    const [written = "", after = ""] = rest.split(`<!-- /${name} -->`);
    const expected = `${await make()}\n`;
    if (process.env["UPDATE"] === "1") writeFileSync(file, `${before}<!-- ${name} -->\n${expected}<!-- /${name} -->${after}`);
    else expect(written, "npm run update rewrites it").toBe(expected);
  });

  test("every setting says what it means", () => {
    const rows = [...providers.map((provider) => provider.settings), serverSettings].flatMap(settingRows);
    expect(rows.filter(({ meaning }) => meaning === "")).toEqual([]);
  });

  test("each file that it, CONTRIBUTING and SECURITY name exists", () => {
    const texts = ["README.md", "CONTRIBUTING.md", "SECURITY.md"].map((name) => readFileSync(join(root, name), "utf8")).join("\n");
    const named = [...texts.matchAll(/`((?:src|tools|test|prompts)\/[\w./-]+)`/g)].map(([, target = ""]) => target);
    const targets = named.filter((target) => !target.startsWith("test/providers/contract"));
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.filter((target) => !existsSync(join(root, target)))).toEqual([]);
  });

  test("CONTRIBUTING names each file that every carrier's folder has", () => {
    const folders = providers.map(({ id }) => readdirSync(join(root, "src", "providers", id)));
    const shared = (folders[0] ?? []).filter((name) => name.includes(".") && folders.every((folder) => folder.includes(name)));
    expect(shared.length).toBeGreaterThan(10);
    const contributing = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
    expect(shared.filter((name) => !contributing.includes(`\`${name}\``))).toEqual([]);
  });
});
