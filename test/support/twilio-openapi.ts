import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { withNull } from "./didww-openapi.ts";
import { needsFiles } from "./needs.ts";
import type { Exchange } from "./twilio-sdk.ts";

const folder = resolve(import.meta.dirname, "../../../shared/fixtures/twilio");

/** The carrier's OpenAPI documents by host, which are not part of this repository. */
const documents: Readonly<Record<string, string>> = {
  trunking: resolve(folder, "twilio-trunking-v1.slice.openapi.json"),
  api: resolve(folder, "twilio-api-v2010-sip.slice.openapi.json"),
  voice: resolve(folder, "twilio-voice-v1-geo.slice.openapi.json"),
};

/** Options of a test that reads them. */
export const needsTwilioDocuments = needsFiles(Object.values(documents));

type Node = { [key: string]: Node } & { properties?: Record<string, Node>; type?: string };

interface Operation {
  /** `GET /v1/Trunks/{Sid}` */
  name: string;
  pattern: RegExp;
  parameters: Set<string>;
  form: ValidateFunction | undefined;
  answers: Map<number, ValidateFunction | undefined>;
}

/** Every operation of the three documents, and what is wrong with an exchange by them. */
export function twilioDocuments(): { operations: string[]; problems(exchange: Exchange): string[]; nameOf(exchange: Exchange): string } {
  const byHost = new Map(
    Object.entries(documents).map(([host, file]) => [host, operationsOf(host, JSON.parse(readFileSync(file, "utf8")))]),
  );
  const operationOf = ({ host, method, path }: Exchange) =>
    byHost.get(host)?.find(({ name, pattern }) => name.startsWith(`${method} `) && pattern.test(path));
  return {
    operations: [...byHost.values()].flat().map(({ name }) => name),
    nameOf: (exchange) => operationOf(exchange)?.name ?? `unknown: ${exchange.method} ${exchange.path}`,
    problems(exchange) {
      const operation = operationOf(exchange);
      if (!operation) return [`${exchange.method} ${exchange.path} is not documented`];
      return [...requestProblems(operation, exchange), ...answerProblems(operation, exchange)].map((text) => `${operation.name}: ${text}`);
    },
  };
}

function requestProblems({ parameters, form }: Operation, { query, form: sent }: Exchange): string[] {
  const unknown = [...query.keys()].filter((name) => !parameters.has(name)).map((name) => `${name} is no parameter`);
  if (!form) return sent.size > 0 ? ["a body is not documented", ...unknown] : unknown;
  return form(Object.fromEntries(sent)) ? unknown : [...unknown, `request: ${JSON.stringify(form.errors)}`];
}

function answerProblems({ answers }: Operation, { status, answer }: Exchange): string[] {
  if (!answers.has(status)) return [`status ${status} is not documented`];
  const schema = answers.get(status);
  if (!schema) return answer === "" || answer === undefined ? [] : [`an answer with ${status} is not documented`];
  return schema(withoutBlankSids(answer)) ? [] : [`answer: ${JSON.stringify(schema.errors)}`];
}

/** The documents' own samples have a blank for an application that is absent, which their patterns refuse. */
function withoutBlankSids(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutBlankSids);
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, value === "" && key.endsWith("_application_sid") ? null : withoutBlankSids(value)]),
  );
}

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document, whatever it holds.
function operationsOf(host: string, document: any): Operation[] {
  const id = `twilio-${host}`;
  const ajv = new Ajv2020({ strict: false, allErrors: true, coerceTypes: false, formats });
  ajv.addSchema({ $id: id, components: { schemas: closed(withNull(document.components.schemas)) } });
  const compile = (schema: Node) => ajv.compile(closed(absolute(withNull(schema) as Node, id)));
  // Everything in a form is text.
  const forms = new Ajv2020({ strict: false, allErrors: true, coerceTypes: true, formats });
  forms.addSchema({ $id: id, components: { schemas: document.components.schemas } });
  return Object.entries(document.paths as Record<string, Record<string, Node>>).flatMap(([path, methods]) =>
    ["get", "post", "delete"].flatMap((method) => {
      const operation = methods[method] as Node | undefined;
      if (!operation) return [];
      const schema = operation["requestBody"]?.["content"]?.["application/x-www-form-urlencoded"]?.["schema"];
      const answers = Object.entries<Node>(operation["responses"] ?? {}).map(([status, response]) => {
        const answer = response["content"]?.["application/json"]?.["schema"];
        return [Number(status), answer ? compile(answer) : undefined] as const;
      });
      const parameters = ((operation["parameters"] ?? []) as unknown as { name: string; in: string }[]).filter((one) => one.in === "query");
      return [
        {
          name: `${method.toUpperCase()} ${path}`,
          pattern: new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[A-Za-z0-9]+")}$`),
          parameters: new Set(parameters.map(({ name }) => name)),
          form: schema ? forms.compile({ ...absolute(schema, id), additionalProperties: false }) : undefined,
          answers: new Map(answers),
        },
      ];
    }),
  );
}

const formats = {
  // The older API writes paths under the same format.
  uri: (value: string) => URL.canParse(value, "https://api.twilio.com"),
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  "date-time-rfc-2822": /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/,
  "phone-number": /^\+[1-9]\d{6,14}$/,
  "http-method": /^(GET|POST)$/,
  "iso-country-code": /^[A-Z]{2}$/,
  "uri-map": true,
  "phone-number-capabilities": true,
} as const;

function absolute(node: Node, id: string): Node {
  return JSON.parse(JSON.stringify(node).replaceAll('"#/components/', `"${id}#/components/`));
}

/** Every field that is documented must be there, and no other: the documents require none. */
function closed(node: unknown): Node {
  if (Array.isArray(node)) return node.map(closed) as unknown as Node;
  if (node === null || typeof node !== "object") return node as unknown as Node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)])) as Node;
  const { properties, type = "object" } = node as Node;
  const isSchema = typeof properties === "object" && type === "object";
  return isSchema ? ({ ...copy, required: Object.keys(properties), additionalProperties: false } as unknown as Node) : copy;
}
