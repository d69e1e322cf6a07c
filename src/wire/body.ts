import type { BodyEncoding } from "../core/carrier/wire.ts";

export interface EncodedBody {
  text: string;
  type: string;
}

/** A body as the carrier takes it; undefined where there is none. */
export function encodeBody(body: unknown, encoding: BodyEncoding): EncodedBody | undefined {
  if (body === undefined) return undefined;
  if (encoding === "json") return { text: JSON.stringify(body), type: "application/json" };
  return { text: toForm(body as object).toString(), type: "application/x-www-form-urlencoded" };
}

/** A list is its key once for each item; what is undefined is not sent, and an empty string is. */
function toForm(body: object): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, given] of Object.entries(body)) {
    const values: unknown[] = Array.isArray(given) ? given : [given];
    for (const value of values) if (value !== undefined) form.append(name, fieldOf(name, value));
  }
  return form;
}

function fieldOf(name: string, value: unknown): string {
  if (["string", "number", "boolean"].includes(typeof value)) return String(value);
  // As text it would be "null" or "[object Object]", and a carrier might take it.
  throw new TypeError(`a form has no way to write the field ${name}`);
}
