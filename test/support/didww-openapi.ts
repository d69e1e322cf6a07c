import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { needsFiles } from "./needs.ts";

const shared = resolve(import.meta.dirname, "../../../shared");

/** The carrier's documents, which are not part of this repository. */
export const didwwDocuments = {
  openapi: resolve(shared, "fixtures/didww/didww-voice-out-trunks-2026-04-16.slice.openapi.yaml"),
  recorded: resolve(shared, "fixtures/didww/ts-sdk/tests/fixtures"),
  create: resolve(shared, "user-docs/didww-create-voice-out-trunk.md"),
};

/** The same about calls in. */
export const inboundDocuments = {
  openapi: resolve(shared, "fixtures/didww-inbound/didww-inbound-2026-04-16.slice.openapi.yaml"),
  bounds: resolve(shared, "fixtures/didww-inbound/bounds.json"),
  recorded: resolve(shared, "fixtures/didww-inbound/ts-sdk/tests/fixtures"),
  refusals: resolve(shared, "fixtures/didww-inbound/ruby-sdk/spec/fixtures"),
};

/** Options of a test that reads them. */
export const needsDocuments = needsFiles(Object.values(didwwDocuments));
export const needsInboundDocuments = needsFiles([...Object.values(inboundDocuments), didwwDocuments.recorded]);

type Node = Record<string, unknown>;

/** Validators for the schemas of DIDWW's OpenAPI document, by name. `closed`: attributes that it does not know are refused. */
export function didwwSchemas(file = didwwDocuments.openapi): (name: string, closed?: boolean) => ValidateFunction {
  const document = parse(readFileSync(file, "utf8"));
  const open = compiler(document);
  const closed = compiler(withoutMore(document));
  return (name, isClosed = false) => (isClosed ? closed : open)(name);
}

function compiler(document: unknown): (name: string) => ValidateFunction {
  const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    formats: { uuid, uri: (value: string) => URL.canParse(value), "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ },
  });
  ajv.addSchema({ $id: "didww", ...(withNull(document) as Node) });
  return (name) => ajv.compile({ $ref: `didww#/components/schemas/${name}` });
}

/** `nullable` of OpenAPI 3.0 in the words of JSON Schema. */
export function withNull(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withNull);
  if (node === null || typeof node !== "object") return node;
  const { nullable, ...rest } = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withNull(value)]));
  return nullable === true ? { anyOf: [rest, { type: "null" }] } : rest;
}

/** Attributes that may be written, and nothing else. */
function withoutMore(document: { components: { schemas: Record<string, Node> } }): unknown {
  const copy = structuredClone(document);
  const { schemas } = copy.components;
  for (const name of ["TrunkWritableAttributes", "TrunkWritableRelationships"])
    Object.assign(schemas[name] ?? {}, { additionalProperties: false });
  const methods = (schemas["TrunkAuthWrite"]?.["anyOf"] ?? []) as { properties: { attributes: Node } }[];
  for (const { properties } of methods) properties.attributes["additionalProperties"] = false;
  return copy;
}
