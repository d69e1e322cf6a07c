import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { guides, guideText } from "../../guides/index.ts";
import type { GuideTopic } from "../../src/core/carrier/guides.ts";
import { inputSchema, outputSchema } from "../../src/core/tool.ts";
import { providers } from "../../src/providers/index.ts";
import { tools } from "../../tools/index.ts";
import { type Era, startTrunkline, type Trunkline } from "../support/trunkline.ts";

const topics = Object.keys(guides) as GuideTopic[];
/** A guide has a part of each carrier. */
const MAX_WORDS = 180 * providers.length;

/** Names of fields look like names of tools: `exotel_number`. */
async function fieldNames(): Promise<Set<string>> {
  const loaded = await Promise.all(Object.values(tools).map(async (load) => (await load()).default));
  const schemas = loaded.flatMap((tool) =>
    [inputSchema(tool), outputSchema(tool)].map((schema) => z.toJSONSchema(schema, { io: "input" })),
  );
  return new Set([...JSON.stringify(schemas).matchAll(/"([a-z_]+)":\{/g)].map(([, name = ""]) => name));
}
const fields = await fieldNames();

const verbs = ["trunkline", "list", "get", "create", "delete", "check", "plan", "apply", "find", "explain", "export", "run", "make"];
const TOOL_LIKE = new RegExp(`^(?:${[...providers.map(({ id }) => id), ...verbs].join("|")})_[a-z_]+$`);

function unknownTools(markdown: string): string[] {
  const names = [...markdown.matchAll(/`([^`\s]+)`/g)].map(([, name = ""]) => name);
  return names.filter((name) => TOOL_LIKE.test(name) && !fields.has(name) && !Object.hasOwn(tools, name));
}

describe.each<Era>(["v1", "v2"])("guides, client %s", (era) => {
  let trunkline: Trunkline;
  beforeAll(async () => {
    trunkline = await startTrunkline({ era });
  });
  afterAll(() => trunkline.close());
  const read = async (uri: string) => (await trunkline.client.readResource({ uri })).contents;

  test.each(topics)("%s is listed, and reads as Markdown", async (topic) => {
    const uri = `trunkline://guides/${topic}`;
    const { resources } = await trunkline.client.listResources();
    const listed = resources.filter((resource) => resource.uri === uri);
    expect(listed).toEqual([
      expect.objectContaining({ mimeType: "text/markdown", title: expect.any(String), description: expect.any(String) }),
    ]);
    expect(await read(uri)).toEqual([{ uri, mimeType: "text/markdown", text: expect.stringMatching(/^# \w/) }]);
  });

  test("the template is listed, and its topic completes", async () => {
    const { resourceTemplates } = await trunkline.client.listResourceTemplates();
    const uri = "trunkline://guides/{topic}";
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toContain(uri);
    const complete = async (value: string) =>
      (await trunkline.client.complete({ ref: { type: "ref/resource", uri }, argument: { name: "topic", value } })).completion.values;
    expect(await complete("")).toEqual(topics);
    expect(await complete("p")).toEqual(["pbx-settings"]);
  });

  test.each(["inbound2", "constructor", "__proto__", "%2e%2e", "outbound/more", ""])("there is no guide %j", async (topic) => {
    const reading = read(`trunkline://guides/${topic}`);
    await expect(reading).rejects.toMatchObject({ message: expect.stringMatching(/not found/i) });
  });
});

describe.each(topics)("the guide %s", (topic) => {
  const { title, description } = guides[topic];

  test("names only tools, guides and resources that exist", async () => {
    const text = await guideText(topic);
    expect(unknownTools(text)).toEqual([]);
    const linked = [...text.matchAll(/trunkline:\/\/guides\/([a-z-]+)/g)].map(([, name]) => name);
    expect(linked.filter((name) => !Object.hasOwn(guides, name ?? ""))).toEqual([]);
    expect(linked).not.toContain(topic);
  });

  test("is short, names its sources, and holds no mark of a template that was not filled", async () => {
    const text = await guideText(topic);
    const words = text.split(/\s+/).filter((word) => /\w/.test(word));
    expect(words.length).toBeGreaterThan(200);
    expect(words.length).toBeLessThanOrEqual(MAX_WORDS);
    expect(text).toMatch(/\b20(2[1-9])\b/);
    expect(text).not.toMatch(/undefined|\[object|TODO/);
    expect(title.length + description.length).toBeLessThan(140);
  });

  test("has tables whose rows are as wide as their heads", async () => {
    const text = await guideText(topic);
    const tables = text.split("\n\n").filter((block) => block.startsWith("|"));
    for (const table of tables) {
      const widths = table.split("\n").map((row) => row.replaceAll("\\|", "").split("|").length);
      expect(new Set(widths).size, table).toBe(1);
    }
  });
});

test("a guide that names what does not exist is caught", () => {
  const sentence =
    "Call `exotel_make_trunk`, then `check_line`; `exotel_number` is a field, `exotel_create_trunk` a tool, `res_pjsip` neither.";
  expect(unknownTools(sentence)).toEqual(["exotel_make_trunk", "check_line"]);
});

test("every file of the folder is a guide that is listed", () => {
  const files = readdirSync(join(import.meta.dirname, "../../guides")).filter((file) => file !== "index.ts");
  expect(files.sort()).toEqual(topics.map((topic) => `${topic}.ts`).sort());
});

test("each guide names at least one tool, or the settings that no tool has", async () => {
  const texts = await Promise.all(topics.map((topic) => guideText(topic)));
  const named = texts.map((text) => Object.keys(tools).filter((name) => text.includes(`\`${name}\``)).length);
  expect(Math.min(...named)).toBeGreaterThan(0);
});

test("pbx-settings gives both answers for Exotel's port, and says that neither was tried", async () => {
  const text = await guideText("pbx-settings");
  expect(text).toMatch(/\| A \|.*\| 5061 \| 5060 \|/);
  expect(text).toMatch(/\| B \|.*\| 443 \| 5070 \|/);
  expect(text).toContain("Neither was verified here.");
});
