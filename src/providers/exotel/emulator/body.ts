import type { EmulatorRequest } from "../../../core/carrier/emulator.ts";
import { Refusal } from "./dialect.ts";

/** The fields of one JSON object, read as the carrier's Go server does: null is absent, a wrong type refuses the body. */
export interface Fields {
  text(name: string): string | undefined;
  /** `goType` with its bounds, because the carrier's message names it. */
  integer(name: string, goType: "uint8" | "uint16"): number | undefined;
  list(name: string, itemStruct: string): Fields[] | undefined;
}

const LARGEST = { uint8: 255, uint16: 65_535 };

/** `struct`: the Go type, which the carrier's message names. Only CreateWhitelistipsRequest has been seen. */
export function readBody(request: EmulatorRequest, struct: string): Fields {
  const contentType = request.headers["content-type"]?.split(";")[0]?.trim() ?? "";
  if (contentType.toLowerCase() !== "application/json") {
    throw new Refusal("wrong_content_type", contentType, "Content-Type must be application/json");
  }
  return fieldsOf(parse(request.body), struct, `value of type ${struct}`);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw unreadable("unexpected EOF");
  }
}

function fieldsOf(value: unknown, struct: string, place: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw unreadable(`json: cannot unmarshal ${goName(value)} into Go ${place}`);
  }
  const found = new Map<string, unknown>(Object.entries(value));
  const mismatch = (name: string, got: string, type: string) =>
    unreadable(`json: cannot unmarshal ${got} into Go struct field ${struct}.${name} of type ${type}`);

  return {
    text(name) {
      const field = found.get(name) ?? undefined;
      if (field === undefined || typeof field === "string") return field;
      throw mismatch(name, goName(field), "string");
    },
    integer(name, goType) {
      const field = found.get(name) ?? undefined;
      if (field === undefined) return undefined;
      if (typeof field !== "number") throw mismatch(name, goName(field), goType);
      if (Number.isInteger(field) && field >= 0 && field <= LARGEST[goType]) return field;
      throw mismatch(name, `number ${field}`, goType);
    },
    list(name, itemStruct) {
      const field = found.get(name) ?? undefined;
      if (field === undefined) return undefined;
      if (!Array.isArray(field)) throw mismatch(name, goName(field), `[]${itemStruct}`);
      return field.map((item) => fieldsOf(item, itemStruct, `struct field ${struct}.${name} of type ${itemStruct}`));
    },
  };
}

function goName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function unreadable(description: string): Refusal {
  return new Refusal("unreadable_body", description, "The request body is not valid JSON of the documented types");
}
