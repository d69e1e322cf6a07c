import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { needsFiles } from "./needs.ts";

const slice = resolve(import.meta.dirname, "../../../shared/fixtures/telnyx/telnyx-sip.2025-08-14.slice.openapi.json");

/** Options of a test that reads the carrier's OpenAPI document, which is not part of this repository. */
export const needsTelnyxDocument = needsFiles([slice]);

type Node = Record<string, unknown>;
interface Operation {
  requestBody?: { content: Record<string, { schema: Node }> };
  responses: Record<string, Node>;
}

export interface Documented {
  /** Such as `PATCH /ips/{id}`; undefined where the document has no such operation. */
  operationOf(method: string, path: string): string | undefined;
  /** Complaints about a body that was sent, fields that the document does not know among them. */
  ofRequest(operation: string, body: unknown): unknown[];
  ofAnswer(operation: string, status: number, body: unknown): unknown[];
}

/** `nulls`: a field without a value may be null, though the document says so of few. */
export function telnyxDocument({ nulls }: { nulls: boolean }): Documented {
  const document = JSON.parse(readFileSync(slice, "utf8")) as { paths: Record<string, Record<string, Operation>>; components: Node };
  const operations = Object.keys(document.paths).flatMap((path) =>
    Object.keys(document.paths[path] ?? {}).map((method) => ({
      name: `${method.toUpperCase()} ${path}`,
      // A path of words before one with an id.
      pattern: new RegExp(`^${method.toUpperCase()} ${path.replace(/\{\w+\}/g, "[^/]+")}$`),
    })),
  );
  const find = (name: string): Operation => {
    const [method = "", path = ""] = name.split(" ");
    const found = document.paths[path]?.[method.toLowerCase()];
    if (!found) throw new Error(`${name} is not in the document`);
    return found;
  };
  const [answers, requests] = [compiler(document, { nulls, closed: false }), compiler(document, { nulls: false, closed: true })];
  return {
    operationOf: (method, path) => operations.find(({ pattern }) => pattern.test(`${method} ${path}`))?.name,
    ofRequest: (operation, body) => complaints(requests(bodySchema(find(operation).requestBody)), body),
    ofAnswer(operation, status, body) {
      const { responses } = find(operation);
      const found = responses[status] ?? responses["default"];
      if (!found) return [`${status} is no answer to ${operation}`];
      const schema = status < 400 ? bodySchema(found) : undefined;
      // Most refusals have no schema of their own: all have the same envelope.
      return complaints(answers(schema ?? { $ref: "#/components/schemas/Errors", required: ["errors"] }), body);
    },
  };

  function bodySchema(node: Node | undefined): Node {
    const { $ref } = node as { $ref?: string };
    const target = $ref === undefined ? node : (document.components["responses"] as Record<string, Node>)[$ref.split("/").at(-1) ?? ""];
    const { content } = target as { content: Record<string, { schema: Node }> };
    return content["application/json"]?.schema ?? {};
  }
}

function complaints(validate: ValidateFunction, body: unknown): unknown[] {
  return validate(body) ? [] : (validate.errors ?? []);
}

function compiler(document: object, { nulls, closed }: { nulls: boolean; closed: boolean }): (schema: Node) => ValidateFunction {
  const words = (value: string) => value !== "";
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    // The document's own example of an int64 is a uuid.
    formats: {
      int64: words,
      uuid: words,
      uri: (value: string) => value === "" || URL.canParse(value),
      "E.164": /^(\+?\d+)?$/,
      "date-time": words,
    },
  });
  ajv.addSchema({ $id: "telnyx", ...(inJsonSchema(document, nulls, closed) as Node) });
  const compiled = new Map<string, ValidateFunction>();
  return (schema) => {
    const key = JSON.stringify(schema);
    const validate = compiled.get(key) ?? ajv.compile(inJsonSchema(absolute(schema), nulls, closed) as Node);
    compiled.set(key, validate);
    return validate;
  };
}

/** References of a part of the document, from outside of it. */
function absolute(schema: Node): Node {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"telnyx#/')) as Node;
}

/** `nullable` of OpenAPI 3.0 in the words of JSON Schema; a default of null says it too. */
function inJsonSchema(node: unknown, nulls: boolean, closed: boolean): unknown {
  if (Array.isArray(node)) return node.map((item) => inJsonSchema(item, nulls, closed));
  if (node === null || typeof node !== "object") return node;
  const { nullable, example: _, examples: __, ...rest } = node as Node;
  const entries = Object.entries(rest).map(([key, value]) => [key, inJsonSchema(value, nulls, closed)]);
  const plain = Object.fromEntries(entries) as Node;
  const isObject = plain["type"] === "object" && typeof plain["properties"] === "object";
  if (isObject && nulls) plain["properties"] = withNulls(plain["properties"] as Node);
  const whole = isObject && closed ? { ...plain, additionalProperties: false } : plain;
  return nullable === true || rest["default"] === null ? { anyOf: [whole, { type: "null" }] } : whole;
}

function withNulls(properties: Node): Node {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, { anyOf: [schema, { type: "null" }] }]));
}
