import * as z from "zod";
import { prompts } from "../../prompts/index.ts";
import { tools } from "../../tools/index.ts";
import { once } from "../core/once.ts";
import type { AnyPrompt } from "../core/prompt.ts";
import { type AnyTool, effectHints, inputSchema } from "../core/tool.ts";
import type { Listable } from "../pipeline/policy.ts";
import { hasView, viewMeta } from "./views.ts";

/** A tool as a client sees it, and what decides whether it is listed. */
export interface ListedTool extends Listable {
  listed: {
    name: string;
    title: string;
    description: string;
    inputSchema: JsonObjectSchema;
    outputSchema: JsonObjectSchema;
    annotations: (typeof effectHints)[keyof typeof effectHints];
    _meta?: ReturnType<typeof viewMeta>;
  };
}

export interface ListedPrompt {
  name: string;
  provider: string | undefined;
  listed: { name: string; title: string; description: string; arguments: { name: string; description: string; required: boolean }[] };
}

type JsonObjectSchema = { type: "object"; [keyword: string]: unknown };

export interface Surface {
  tools: ListedTool[];
  prompts: ListedPrompt[];
}

/** Put here by the build as JSON, which V8 reads faster than source; it saves each start from loading thirty tools and converting their schemas. */
declare const BUILT_SURFACE: string | undefined;

export async function loadSurface(): Promise<Surface> {
  return typeof BUILT_SURFACE === "undefined" ? await computed() : JSON.parse(BUILT_SURFACE);
}

/** From the sources, where tests start many servers in one process. */
const computed = once(() => computeSurface());

/** `viewUri`: the address of the built view; the sources have none. */
export async function computeSurface(viewUri?: string): Promise<Surface> {
  const loadedTools = await Promise.all(Object.values(tools).map(async (load) => (await load()).default));
  const loadedPrompts = await Promise.all(Object.values(prompts).map(async (load) => (await load()).default));
  return { tools: withSharedIds(loadedTools.map((tool) => listTool(tool, viewUri))), prompts: loadedPrompts.map(listPrompt) };
}

function listTool(tool: AnyTool, viewUri: string | undefined): ListedTool {
  const { name, title, description, effect, toolset, connects } = tool;
  return {
    name,
    effect,
    provider: tool.provider?.id,
    toolset,
    connects,
    listed: {
      name,
      title,
      description,
      inputSchema: withoutGuards(jsonSchema(inputSchema(tool), "input")),
      outputSchema: listedOutput(jsonSchema(tool.output, "output") as object),
      annotations: effectHints[effect],
      ...(viewUri !== undefined && hasView(tool) ? { _meta: viewMeta(viewUri, effect) } : {}),
    },
  };
}

function listPrompt(prompt: AnyPrompt): ListedPrompt {
  const { name, title, description } = prompt;
  const entries: [string, z.ZodType][] = Object.entries(prompt.arguments.shape);
  const args = entries.map(([key, field]) => ({
    name: key,
    description: field.description ?? "",
    required: !field.safeParse(undefined).success,
  }));
  return { name, provider: prompt.provider?.id, listed: { name, title, description, arguments: args } };
}

function jsonSchema(schema: z.ZodObject, io: "input" | "output"): JsonObjectSchema {
  // The dialect is the protocol's default; naming it in each schema would only cost tokens.
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, override: ({ jsonSchema }) => withoutTruisms(jsonSchema) });
  return { ...rest, type: "object" };
}

/** Removes keywords that allow everything: they say nothing, and some clients refuse them. */
function withoutTruisms(schema: { additionalProperties?: unknown; propertyNames?: unknown }): void {
  const { additionalProperties: others } = schema;
  if (typeof others === "object" && others !== null && Object.keys(others).length === 0) delete schema.additionalProperties;
  delete schema.propertyNames;
}

interface OutputField {
  type?: string | string[];
}

/**
 * The allow-list as a client needs it: the tool's own fields that always come, or all where none does, with their types. A
 * client compiles each listed schema at each start, and every keyword of it costs; few show one to a model. Nothing is closed
 * or required, so whatever the allow-list lets out passes, and so do the fields that the pipeline adds to any result.
 */
function listedOutput({ properties, required = [] }: { properties?: Record<string, OutputField>; required?: string[] }): JsonObjectSchema {
  const all = Object.entries(properties ?? {});
  const always = all.filter(([name]) => required.includes(name));
  // Clients that know one type for a field refuse several: such a field is not listed.
  const typed = (always.length > 0 ? always : all).flatMap(([name, { type }]) => (typeof type === "string" ? [[name, type] as const] : []));
  // The ids that a removal repeats are the caller's own.
  const fields = properties?.["removed"] ? typed.filter(([name]) => name === "removed") : typed;
  return { type: "object", properties: Object.fromEntries(fields.map(([name, type]) => [name, { type }])) };
}

/**
 * Many tools answer with one field, and alike. Clients of the SDK 1.x compile once for an id, which therefore says all that
 * the schema does.
 */
function withSharedIds(tools: ListedTool[]): ListedTool[] {
  const idOf = ({ listed: { outputSchema } }: ListedTool): string | undefined => {
    const [first, ...others] = Object.entries(outputSchema["properties"] as Record<string, { type: string }>);
    return first && others.length === 0 ? `tl:${first[0]}=${first[1].type}` : undefined;
  };
  const ids = tools.map(idOf);
  return tools.map((tool, index) => {
    const id = ids[index];
    if (id === undefined || ids.indexOf(id) === ids.lastIndexOf(id)) return tool;
    return { ...tool, listed: { ...tool.listed, outputSchema: { $id: id, ...tool.listed.outputSchema } } };
  });
}

/**
 * Bounds, patterns and closed objects are guards of ours; what the carrier asks for stands in the descriptions, and a refusal
 * names it, or the fields that there are. A default is what a model need not know. All of them cost it some thirty tokens a tool.
 */
const guards = [
  ...["minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"],
  ...["pattern", "format", "default", "additionalProperties"],
];

/** Also without the fields that are taken, but that nobody needs to know of: their `meta` says `unlisted`. */
function withoutGuards<Schema>(schema: Schema): Schema {
  if (Array.isArray(schema)) return schema.map(withoutGuards) as Schema;
  if (schema === null || typeof schema !== "object") return schema;
  // A property may be called as a guard is; then its value is a schema.
  const kept = Object.entries(schema).filter(([key, value]) =>
    typeof value === "object" ? value?.["unlisted"] !== true : !guards.includes(key),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutGuards(value)])) as Schema;
}
