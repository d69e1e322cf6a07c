import type * as z from "zod";

/**
 * Arguments as models in strict modes send them. What such a mode leaves out is `null` or `""`, and numbers come as text: they
 * are taken for what they stand for. The listed schema says nothing of it, so no model learns it there.
 */
export function lenient(schema: z.ZodType | undefined, value: unknown): unknown {
  const def = schema && (schema.def as Def);
  if (def?.innerType) return lenient(def.innerType, value);
  if (def?.type === "number" && typeof value === "string" && NUMBER.test(value)) return Number(value);
  if (def?.type === "boolean" && (value === "true" || value === "false")) return value === "true";
  if (def?.type === "array" && Array.isArray(value)) return value.map((item) => lenient(def.element, item));
  if (def?.type === "object" && def.shape && isRecord(value)) return lenientFields(def.shape, value);
  return value;
}

/** The fields of zod's definitions that are read above. */
interface Def {
  type: string;
  innerType?: z.ZodType;
  element?: z.ZodType;
  shape?: Record<string, z.ZodType>;
}

const NUMBER = /^-?\d+(\.\d+)?$/;

function lenientFields(shape: Record<string, z.ZodType>, value: Record<string, unknown>): Record<string, unknown> {
  const fieldOf = (key: string) => (Object.hasOwn(shape, key) ? shape[key] : undefined);
  const given = Object.entries(value).filter(([key, item]) => !isLeftOut(fieldOf(key), item));
  return Object.fromEntries(given.map(([key, item]) => [key, lenient(fieldOf(key), item)]));
}

/** A field that must be there keeps its `null` or `""`, and is refused. */
function isLeftOut(field: z.ZodType | undefined, item: unknown): boolean {
  if (field?._zod.optin === undefined) return false;
  return item === "" || (item === null && !field.safeParse(null).success);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
