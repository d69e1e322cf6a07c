import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";

const MEDIA_TYPE = "application/vnd.api+json";

export interface ErrorObject {
  title: string;
  detail: string;
  code: string;
  status: string;
  source?: { pointer: string };
}

/** A refusal of the emulator, as the errors that the answer carries. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly Partial<ErrorObject>[];

  constructor(status: number, errors: readonly Partial<ErrorObject>[]) {
    super(errors[0]?.title);
    this.status = status;
    this.errors = errors;
  }
}

/** Codes are those of the jsonapi-resources library, which the recorded ones (100, 102, 106) follow. */
export function refusal(status: number, code: string, title: string, detail: string): Refusal {
  return new Refusal(status, [{ title, detail, code, status: String(status) }]);
}

/** `path`: below `/data/attributes/` or, for a relationship, `/data/relationships/`. */
export function invalid(path: string, title: string, part: "attributes" | "relationships" = "attributes"): ErrorObject {
  return { title, detail: `${path} - ${title}`, code: "100", source: { pointer: `/data/${part}/${path}` }, status: "422" };
}

export function notFound(id: string): Refusal {
  return refusal(404, "404", "Record not found", `The record identified by ${id} could not be found.`);
}

export function answer(status: number, body?: unknown): EmulatorAnswer {
  return { status, headers: { "content-type": MEDIA_TYPE }, ...(body === undefined ? {} : { body }) };
}

/** JSON:API asks for its own media type both ways. */
export function checkMediaTypes(headers: Record<string, string | undefined>, hasBody: boolean): void {
  const sent = headers["content-type"]?.split(";")[0]?.trim();
  if (hasBody && sent !== MEDIA_TYPE) {
    throw refusal(
      415,
      "415",
      "Unsupported media type",
      `All requests that create or update must use the '${MEDIA_TYPE}' Content-Type. This request specified '${sent ?? ""}'.`,
    );
  }
  const accepted = headers["accept"] ?? "*/*";
  if (!accepted.includes(MEDIA_TYPE) && !accepted.includes("*/*")) {
    throw refusal(
      406,
      "406",
      "Not acceptable",
      `All requests must use the '${MEDIA_TYPE}' Accept without media type parameters. This request specified '${accepted}'.`,
    );
  }
}
