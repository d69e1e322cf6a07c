import type { AnyTool, AnyWriteTool } from "../core/tool.ts";

/** The arguments for a person to read later: what a tool's `secretFields` name is replaced, wherever it stands. */
export function redact(tool: AnyWriteTool, input: Record<string, unknown>): Record<string, unknown> {
  return (tool.secretFields ?? []).reduce((copy, field) => replaceAt(copy, field.split(".")), input);
}

function replaceAt(value: Record<string, unknown>, [key = "", ...rest]: readonly string[]): Record<string, unknown> {
  const found = value[key];
  if (found === undefined) return value;
  if (rest.length === 0) return { ...value, [key]: "[secret]" };
  return isRecord(found) ? { ...value, [key]: replaceAt(found, rest) } : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Whether the value at a path is a secret, is a part of one, or has one inside: then it is not repeated. */
export function holdsSecret(tool: AnyTool, path: readonly PropertyKey[]): boolean {
  const fields: readonly string[] = "secretFields" in tool ? (tool.secretFields ?? []) : [];
  const shown = path.map(String);
  return fields.some((field) => field.split(".").every((part, index) => shown[index] === undefined || shown[index] === part));
}
