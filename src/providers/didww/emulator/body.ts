import { type Refusal, refusal } from "./answers.ts";
import type { Call } from "./state.ts";

export type Json = Record<string, unknown>;

export interface Body {
  id: unknown;
  attributes: Json;
  relationships: Json;
}

export function readBody({ request }: Call, type: string): Body {
  const body = parse(request.body);
  const data = body["data"];
  if (!isObject(data)) throw missing("data");
  if (data["type"] === undefined) throw missing("type");
  if (data["type"] !== type) throw refusal(400, "101", "Invalid resource", `${String(data["type"])} is not a valid resource.`);
  const part = (name: string) => (isObject(data[name]) ? data[name] : {});
  return { id: data["id"], attributes: part("attributes"), relationships: part("relationships") };
}

/** The body of a change says its id too. */
export function readChange(call: Call, type: string, id: string): Body {
  const body = readBody(call, type);
  if (body.id === undefined) throw missing("id");
  if (body.id !== id) throw refusal(400, "110", "Key is not included in URL", `The URL does not support the key ${String(body.id)}`);
  return body;
}

function parse(text: string): Json {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : {};
  } catch {
    throw refusal(400, "400", "Bad Request", "The request body is not valid JSON.");
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function idOf(relationship: unknown): string | undefined {
  const data = isObject(relationship) ? relationship["data"] : undefined;
  return isObject(data) && typeof data["id"] === "string" ? data["id"] : undefined;
}

export function missing(name: string): Refusal {
  return refusal(400, "106", "Missing Parameter", `The required parameter, ${name}, is missing.`);
}

/** The identifiers of a relationship to several. */
export function idsOf(relationship: unknown): string[] {
  const data = isObject(relationship) ? relationship["data"] : undefined;
  return Array.isArray(data) ? data.map((item) => String((item as { id?: unknown }).id)) : [];
}
