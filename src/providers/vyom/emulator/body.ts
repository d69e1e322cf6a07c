import type { EmulatorRequest } from "../../../core/carrier/emulator.ts";
import { type Problem, Refusal } from "./dialect.ts";

export interface CreateBody {
  trunk_name: string;
  trunk_type: "twilio" | "exotel";
  trunk_config: Record<string, unknown>;
}

/** Judges a field's value; `undefined` is a field that was left out. */
type Check = (value: unknown) => Pick<Problem, "type" | "msg"> | undefined;
type Model = Record<string, { required: boolean; check: Check }>;

export function parseBody({ headers, body }: EmulatorRequest): unknown {
  // Without this type the framework does not parse, and the model is given text.
  if (headers["content-type"]?.split(";")[0]?.trim().toLowerCase() !== "application/json") return body;
  try {
    return JSON.parse(body);
  } catch {
    throw invalid([{ type: "json_invalid", loc: ["body", 0], msg: "JSON decode error", input: {} }]);
  }
}

function invalid(problems: readonly Problem[]): Refusal {
  return new Refusal("invalid", 422, "invalid", problems);
}

const text =
  (max = Number.POSITIVE_INFINITY, strip = false): Check =>
  (value) => {
    if (typeof value !== "string") return { type: "string_type", msg: "Input should be a valid string" };
    const { length } = strip ? value.trim() : value;
    if (length < 1 && max < Number.POSITIVE_INFINITY) return { type: "string_too_short", msg: "String should have at least 1 character" };
    return length > max ? { type: "string_too_long", msg: `String should have at most ${max} characters` } : undefined;
  };

const trunkType: Check = (value) =>
  value === "twilio" || value === "exotel" ? undefined : { type: "literal_error", msg: "Input should be 'twilio' or 'exotel'" };

/** Pydantic reads what looks like one. */
const wholeNumber: Check = (value) =>
  Number.isInteger(value) || (typeof value === "string" && /^[+-]?\d+$/.test(value))
    ? undefined
    : { type: "int_parsing", msg: "Input should be a valid integer, unable to parse string as an integer" };

const truth: Check = (value) =>
  /^(true|false|yes|no|on|off|1|0)$/i.test(String(value))
    ? undefined
    : { type: "bool_parsing", msg: "Input should be a valid boolean, unable to interpret input" };

const texts: Check = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === "string")
    ? undefined
    : { type: "list_type", msg: "Input should be a valid list" };

const required = (check: Check) => ({ required: true, check });
const optional = (check: Check) => ({ required: false, check });
const orNull = (check: Check) => optional((value) => (value === null ? undefined : check(value)));

const models: Record<"twilio" | "exotel", { name: string; model: Model }> = {
  twilio: {
    name: "TwilioTrunkConfig",
    model: { address: required(text(100)), numbers: required(texts), username: required(text(100)), password: required(text(100)) },
  },
  exotel: {
    name: "ExotelTrunkConfig",
    model: {
      exotel_number: required(text(20)),
      sip_host: orNull(text()),
      sip_port: orNull(wholeNumber),
      sip_domain: orNull(text()),
    },
  },
};

const createModel: Model = {
  trunk_name: required(text(100, true)),
  trunk_type: required(trunkType),
  trunk_config: required(() => undefined),
  passthrough_mode: optional(truth),
  passthrough_webhook_url: orNull(text()),
};

/** The body of a create as the service's models take it: unknown keys are ignored. */
export function readCreate(body: unknown): CreateBody {
  const problems = problemsOf(body, createModel, ["body"]);
  const fields = (problems.some(({ loc }) => loc.length === 1) ? {} : body) as Record<string, unknown>;
  const config = "trunk_config" in fields ? readConfig(fields["trunk_config"]) : { problems: [] };
  const all = [...problems, ...config.problems];
  if (all.length > 0) throw invalid(all);
  const type = fields["trunk_type"] as CreateBody["trunk_type"];
  if (config.fits !== type) {
    throw invalid([{ type: "value_error", loc: ["body"], msg: `Value error, trunk_config must match trunk_type '${type}'`, input: body }]);
  }
  return {
    trunk_name: String(fields["trunk_name"]).trim(),
    trunk_type: type,
    trunk_config: fields["trunk_config"] as Record<string, unknown>,
  };
}

/** Tells the type of a configuration; where both fit, the one that more of its fields belong to. */
function readConfig(config: unknown): { fits?: string; problems: Problem[] } {
  const tried = Object.entries(models).map(([type, { name, model }]) => ({
    type,
    problems: problemsOf(config, model, ["body", "trunk_config", name]),
    known: Object.keys(model).filter((field) => Object.hasOwn(Object(config), field)).length,
  }));
  const [best] = tried.filter(({ problems }) => problems.length === 0).sort((a, b) => b.known - a.known);
  return best ? { fits: best.type, problems: [] } : { problems: tried.flatMap(({ problems }) => problems) };
}

function problemsOf(value: unknown, model: Model, loc: Problem["loc"]): Problem[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const msg = "Input should be a valid dictionary or object to extract fields from";
    return [{ type: "model_attributes_type", loc, msg, input: value }];
  }
  const given = new Map<string, unknown>(Object.entries(value));
  return Object.entries(model).flatMap(([name, field]): Problem[] => {
    if (!given.has(name)) return field.required ? [{ type: "missing", loc: [...loc, name], msg: "Field required", input: value }] : [];
    const problem = field.check(given.get(name));
    return problem ? [{ ...problem, loc: [...loc, name], input: given.get(name) }] : [];
  });
}
