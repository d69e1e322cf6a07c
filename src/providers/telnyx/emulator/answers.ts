import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";

/** A part of a refusal. `pointer` leads to a field of the body, `parameter` names one of the query. */
export interface Fault {
  code: keyof typeof titles;
  detail: string;
  pointer?: string | undefined;
  parameter?: string | undefined;
}

const titles = {
  "10004": "Missing required parameter",
  "10005": "Resource not found",
  "10009": "Authentication failed",
  "10011": "Too many requests",
  "10012": "Duplicate resource",
  "10015": "Bad Request",
  "10017": "Associated resource does not exist",
  "10021": "Resource in use",
  "10025": "String length out of range",
  "10026": "Invalid parameter type",
  "10032": "Invalid enumerated value",
  "10033": "Value outside of range",
};

/** A refusal of the emulator, as the errors that the answer carries. */
export class Refusal extends Error {
  readonly status: number;
  readonly faults: readonly Fault[];

  constructor(status: number, ...faults: readonly Fault[]) {
    super(faults[0]?.detail);
    this.status = status;
    this.faults = faults;
  }
}

export function refused({ status, faults }: Refusal): EmulatorAnswer {
  const errors = faults.map(({ code, detail, pointer, parameter }) => ({
    code,
    title: titles[code],
    detail,
    ...(pointer === undefined ? {} : { source: { pointer } }),
    ...(parameter === undefined ? {} : { source: { parameter } }),
    meta: { url: `https://developers.telnyx.com/docs/overview/errors/${code}` },
  }));
  return { status, body: { errors } };
}

export function notFound(): Refusal {
  return new Refusal(404, { code: "10005", detail: "The requested resource or URL could not be found." });
}
