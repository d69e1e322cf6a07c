import type { IncomingMessage } from "node:http";
import { readBody } from "../core/request-body.ts";
import { rpcError } from "./web-response.ts";

/** No call comes near it. Code that walks a value later would run out of stack on a hundred thousand brackets. */
const MAX_DEPTH = 64;

/** Reads the JSON of a POST; the value of other methods is undefined. */
export async function parseBody(request: IncomingMessage, maxBytes: number): Promise<Response | { value: unknown }> {
  if (request.method !== "POST") return { value: undefined };
  const text = await readBody(request, maxBytes);
  if (text === undefined) return rpcError(413, -32000, `The request is longer than ${maxBytes} bytes.`);
  try {
    const value: unknown = JSON.parse(text);
    return isDeeper(value, MAX_DEPTH) ? rpcError(400, -32600, `The request is nested deeper than ${MAX_DEPTH} levels.`) : { value };
  } catch {
    return rpcError(400, -32700, "The request is not JSON.");
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== "object") return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
