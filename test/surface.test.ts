import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { inputSchema } from "../src/core/tool.ts";
import { computeSurface, type ListedTool, type Surface } from "../src/mcp/surface.ts";
import { tools } from "../tools/index.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const snaps = join(root, "test", "toolsnaps");
const updating = process.env["UPDATE"] === "1";

const surface: Surface = await computeSurface();
const names = Object.keys(tools);

/** Tokens that a model pays for a tool before it calls anything. */
function tokensOf({ listed }: ListedTool): number {
  return countTokens(listed.name) + countTokens(listed.description) + countTokens(JSON.stringify(listed.inputSchema));
}

describe("what a client receives", () => {
  beforeAll(() => mkdirSync(snaps, { recursive: true }));

  test.each(surface.tools.map((tool) => [tool.name, tool] as const))("%s is as its snapshot says", (name, { listed }) => {
    const file = join(snaps, `${name}.json`);
    const text = `${JSON.stringify(listed, null, 2)}\n`;
    if (updating) writeFileSync(file, text);
    expect(existsSync(file), `${name} has no snapshot: npm run update writes it`).toBe(true);
    expect(text, "the surface changed: read the difference, then npm run update").toBe(readFileSync(file, "utf8"));
  });

  test("no snapshot is left over from a tool that is gone", () => {
    expect(readdirSync(snaps).sort()).toEqual(names.map((name) => `${name}.json`).sort());
  });
});

/** Rules of the catalogue: each takes a tool and returns what is wrong with it. */
const rules: Record<string, (tool: ListedTool) => string | undefined> = {
  "is called as its index entry": ({ name }) => (names.includes(name) ? undefined : "rename the index entry or the tool"),
  "has a short name": ({ name }) => (/^[a-z][a-z0-9_]{2,47}$/.test(name) ? undefined : "use at most 48 characters, snake_case"),
  "carries its carrier's name": ({ name, provider }) =>
    provider === undefined || name.startsWith(`${provider}_`) ? undefined : `prefix it with ${provider}_`,
  "has a title": ({ listed }) =>
    listed.title.length > 3 && listed.title.length <= 60 ? undefined : "give it a title of up to 60 characters",
  "is described in at most three sentences": ({ listed }) => {
    const sentences = listed.description.split(/[.!?](?:\s|$)/).filter((part) => part.trim() !== "").length;
    return sentences >= 1 && sentences <= 3 ? undefined : `it has ${sentences}`;
  },
  // The instructions say so of every call: one that sends the agent to the person first makes two questions of one.
  "does not ask the person first, where its call asks by itself": ({ listed }) =>
    /\b(?:otherwise|before that|first),? (?:show|ask)\b|\b(?:show|ask) (?:it|them|the person) first\b/i.test(listed.description)
      ? "say that the call asks by itself"
      : undefined,
  "states all four hints": ({ listed }) => {
    const { annotations: hints } = listed;
    const all = [hints.readOnlyHint, hints.destructiveHint, hints.idempotentHint, hints.openWorldHint];
    return all.every((hint) => typeof hint === "boolean") ? undefined : "derive them from its effect";
  },
  "describes every parameter": ({ listed }) => undescribed(listed.inputSchema).find((what) => !saidElsewhere(what, listed.description)),
  "has a flat input without alternatives": ({ listed }) =>
    ["anyOf", "oneOf", "allOf", "$ref"].some((key) => JSON.stringify(listed.inputSchema).includes(`"${key}"`))
      ? "model APIs refuse unions and references"
      : undefined,
  "has an output schema with fields": ({ listed }) =>
    Object.keys((listed.outputSchema["properties"] as object | undefined) ?? {}).length > 0 ? undefined : "name what may leave",
  "costs at most 600 tokens": (tool) => (tokensOf(tool) <= 600 ? undefined : `it costs ${tokensOf(tool)}`),
};

type Schema = {
  type?: string;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: unknown;
  const?: unknown;
  maxLength?: number;
  maxItems?: number;
};

function undescribed(schema: Schema, path = ""): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    // An approval is given out with the sentence that says what to do with it.
    ...(field.description || name === "approval" ? [] : [`describe ${path}${name}`]),
    // In the setups beside the first, each description would cost a model the same words again; options have the carrier's own names.
    ...(["also", "options"].includes(name) && field.description ? [] : undescribed(field.items ?? field, `${path}${name}.`)),
  ]);
}

/** Near-duplicate schemas are described once: by a tool that the other's description names. */
function saidElsewhere(what: string, description: string): boolean {
  const others = surface.tools.filter(({ name }) => description.includes(name));
  return others.some(({ listed }) => {
    const { properties = {} } = listed.inputSchema as Schema;
    return properties[what.replace("describe ", "")] !== undefined && !undescribed(listed.inputSchema).includes(what);
  });
}

function unbounded(schema: Schema, path = ""): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const free = field.type === "string" && field.enum === undefined && field.const === undefined && field.maxLength === undefined;
    const pattern = "pattern" in field;
    const endless = field.type === "array" && field.maxItems === undefined;
    const item = field.items ? unbounded({ properties: { item: field.items } }, `${path}${name}.`) : [];
    return [...((free && !pattern) || endless ? [`bound ${path}${name}`] : []), ...item, ...unbounded(field, `${path}${name}.`)];
  });
}

describe("rules of the catalogue", () => {
  test.each(Object.entries(rules))("every tool %s", (_, rule) => {
    const wrong = surface.tools.flatMap((tool) => {
      const problem = rule(tool);
      return problem === undefined ? [] : [`${tool.name}: ${problem}`];
    });
    expect(surface.tools.length).toBe(names.length);
    expect(wrong).toEqual([]);
  });

  test("a tool that breaks the rules is caught by each of them", () => {
    const broken = {
      name: "X",
      effect: "read",
      provider: "exotel",
      toolset: undefined,
      listed: {
        name: "X",
        title: "",
        description: "One. Two. Three. Otherwise show it first.",
        inputSchema: {
          type: "object",
          anyOf: [],
          properties: { a: { type: "string" }, long: { description: "word ".repeat(700), enum: [] } },
        },
        outputSchema: { type: "object" },
        annotations: { readOnlyHint: true },
      },
    } as unknown as ListedTool;
    const silent = Object.entries(rules).filter(([, rule]) => rule(broken) === undefined);
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  test("every string and every list is bounded, whether the bound is listed or not", async () => {
    const loaded = await Promise.all(Object.values(tools).map(async (load) => (await load()).default));
    const free = loaded.flatMap((tool) => unbounded(z.toJSONSchema(inputSchema(tool), { io: "input" }) as Schema, `${tool.name}.`));
    expect(free).toEqual([]);
    expect(unbounded({ properties: { a: { type: "string" }, b: { type: "array", items: { type: "string" } } } })).toEqual([
      "bound a",
      "bound b",
      "bound b.item",
    ]);
  });

  test("every tool refuses a field that it does not know, whether the list says so or not", async () => {
    const loaded = await Promise.all(Object.values(tools).map(async (load) => (await load()).default));
    const refuses = (schema: z.ZodObject) =>
      schema.safeParse({ unknown_field: 1 }).error?.issues.some(({ code }) => code === "unrecognized_keys") === true;
    expect(loaded.filter((tool) => !refuses(inputSchema(tool))).map(({ name }) => name)).toEqual([]);
    expect(refuses(z.object({ a: z.string() }))).toBe(false);
  });

  test("a field that is taken but not listed is one that nobody asks for", async () => {
    const loaded = await Promise.all(Object.values(tools).map(async (load) => (await load()).default));
    const found = loaded.flatMap((tool) => {
      const { listed } = surface.tools.find(({ name }) => name === tool.name) as ListedTool;
      const names = Object.keys(inputSchema(tool).shape).filter((name) => !(name in (listed.inputSchema["properties"] as object)));
      return names.length === 0 ? [] : [[tool.name, ...names]];
    });
    const seldomHeaders = ["metadata", "headers", "headers_to_attributes", "attributes_to_headers", "include_headers"];
    const seldomInbound = ["codecs", "auth_realm", "krisp_enabled", "ringing_timeout", "max_call_duration", ...seldomHeaders];
    const seldomInRules = [
      "numbers",
      "inbound_numbers",
      "hide_phone_number",
      "metadata",
      "attributes",
      "krisp_enabled",
      "media_encryption",
    ];
    const seldomIn = [
      ...["allowed_rtp_ips", "resolve_ruri"],
      ...["ringing_timeout", "capacity_limit", "priority", "weight", "pop_id", "external_reference_id", "description"],
    ];
    expect(found).toEqual([
      ["exotel_create_trunk", "nso_code", "domain_name"],
      // Those of DIDWW's create that seldom change; the description names it.
      [
        "didww_update_voice_out_trunk",
        ...["tech_prefix", "allowed_rtp_ips", "callback_url", "force_symmetric_rtp", "rtp_ping", "rtp_timeout"],
        ...["emergency_enable_all", "external_reference_id"],
      ],
      ["didww_create_voice_in_trunk", "voice_in_trunk_group_id", ...seldomIn],
      [
        "didww_update_voice_in_trunk",
        ...["enabled_sip_registration", "voice_in_trunk_group_id", "codec_ids", ...seldomIn.slice(0, 2), "cli_format", "cli_prefix"],
        ...seldomIn.slice(2),
      ],
      // Found out by the server, so that a plan can hold its step to it.
      ["didww_route_did", "did_id", "now_at"],
      ["livekit_create_inbound_trunk", ...seldomInbound],
      ["livekit_update_inbound_trunk", ...seldomInbound],
      ["livekit_create_outbound_trunk", "codecs", "from_host", ...seldomHeaders],
      ["livekit_update_outbound_trunk", "codecs", "from_host", ...seldomHeaders],
      ["livekit_create_dispatch_rule", ...seldomInRules],
      ["livekit_update_dispatch_rule", ...seldomInRules],
      // Filled in from the number as it is, not by a caller.
      ["twilio_assign_phone_number", "loses"],
      ["twilio_remove_ip", "others"],
      // Settings that seldom change; the profile's limits are filled in by the server.
      ["telnyx_create_connection", "anchorsite_override", "dtmf_type", "sip_uri_calling_preference", "profile"],
      ["telnyx_update_connection", "anchorsite_override", "dtmf_type", "sip_uri_calling_preference", "profile"],
    ]);
  });

  test("every prompt and each of its arguments is described", () => {
    const described = surface.prompts.map(({ listed }) => [
      listed.title,
      listed.description,
      ...listed.arguments.map(({ description }) => description),
    ]);
    expect(described.length).toBeGreaterThan(0);
    expect(described.flat().filter((text) => text.length < 4)).toEqual([]);
  });

  test("what a client reads and compiles at each start is small", () => {
    const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
    const schemas = surface.tools.reduce((sum, { listed }) => sum + sizeOf(listed.outputSchema), 0);
    expect(schemas / surface.tools.length).toBeLessThanOrEqual(240);
    expect(sizeOf({ tools: surface.tools.map(({ listed }) => listed) }) / surface.tools.length).toBeLessThanOrEqual(890);
  });

  test("a tool costs at most 140 tokens on average", () => {
    const total = surface.tools.reduce((sum, tool) => sum + tokensOf(tool), 0);
    expect(total / surface.tools.length).toBeLessThanOrEqual(140);
  });
});
