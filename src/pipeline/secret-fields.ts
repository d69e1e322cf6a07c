import { readLoginReference } from "../core/carrier/login-reference.ts";
import { TrunkError } from "../core/errors.ts";
import { redactWords } from "../core/secret.ts";
import { quoteText } from "../core/text.ts";
import type { AnyTool } from "../core/tool.ts";

/** The arguments for a person to read later: what a tool's `secretFields` name is replaced, wherever it stands. */
export function redact(tool: AnyTool, input: Record<string, unknown>): Record<string, unknown> {
  return fieldsOf(tool).reduce((copy, field) => replaceAt(copy, field.split("."), () => "[secret]"), input);
}

/** The arguments for reading back: what was sent as a secret then is not what is given now. */
export function withoutSecrets(tool: AnyTool, input: Record<string, unknown>): Record<string, unknown> {
  return fieldsOf(tool).reduce((copy, field) => replaceAt(copy, field.split("."), () => undefined), input);
}

/** A refusal whose carrier repeated a secret that it was sent, without it. */
export function hushError(error: unknown, tool: AnyTool, input: Record<string, unknown>): unknown {
  if (!(error instanceof TrunkError) || error.details.carrier_message === undefined) return error;
  const secrets: string[] = [];
  for (const field of fieldsOf(tool)) {
    replaceAt(input, field.split("."), (value) => typeof value === "string" && secrets.push(value));
  }
  return error.with({ carrier_message: redactWords(error.details.carrier_message, secrets) });
}

/** How a call's secrets were given, by field. */
export interface GivenSecrets {
  /** As they are, in the conversation. */
  plain: string[];
  /** `ask`: a person types them where they approve. */
  typed: string[];
  /** `env:`: the variables that hold them. */
  named: string[];
}

const ASK = "ask";

export function givenSecrets(tool: AnyTool, input: Record<string, unknown>): GivenSecrets {
  const given = fieldsOf(tool).flatMap((field) => {
    const value = valueAt(input, field.split("."));
    return typeof value === "string" && value !== "" ? [{ field, value }] : [];
  });
  const of = (test: (value: string) => boolean) => given.filter(({ value }) => test(value)).map(({ field }) => field);
  const named = given.flatMap(({ value }) => fromEnvironment.exec(value)?.[1] ?? []);
  return { plain: of((value) => value !== ASK && !fromEnvironment.test(value)), typed: of((value) => value === ASK), named };
}

/** Satisfies every rule for passwords while nobody has typed one yet. */
const STANDS_IN = "Typed1Where2Approved3";

/** Puts in the values that a person typed where they approved. */
export async function withTyped(
  _tool: AnyTool,
  input: Record<string, unknown>,
  { typed }: GivenSecrets,
  find: (field: string) => Promise<string | undefined>,
): Promise<Record<string, unknown>> {
  let result = input;
  for (const field of typed) {
    const value = await find(field);
    if (value === undefined)
      throw new TrunkError("approval_refused", `The ${field} that was typed is not kept any more. Nothing was sent.`, {
        reason: "timed_out",
        applied: false,
      });
    result = replaceAt(result, field.split("."), () => value);
  }
  return result;
}

function valueAt(value: unknown, [key = "", ...rest]: readonly string[]): unknown {
  if (!isRecord(value)) return undefined;
  return rest.length === 0 ? value[key] : valueAt(value[key], rest);
}

const fromEnvironment = /^env:(.*)$/s;
/** Only these: an agent must not be able to send the carrier keys, or anything else of the environment, to a carrier. */
const mayBeNamed = /^TRUNKLINE_SECRET_[A-Z0-9_]{1,64}$/;

/** Puts in the value of each secret that is given as `env:NAME`: the agent passes a name, never the secret. */
export function resolveSecrets(
  tool: AnyTool,
  input: Record<string, unknown>,
  lookUp: (name: string) => string | undefined,
): Record<string, unknown> {
  return fieldsOf(tool).reduce((copy, field) => replaceAt(copy, field.split("."), (value) => resolve(field, value, lookUp)), input);
}

function resolve(field: string, value: unknown, lookUp: (name: string) => string | undefined): unknown {
  const name = typeof value === "string" ? fromEnvironment.exec(value)?.[1] : undefined;
  if (value === ASK) return STANDS_IN;
  // Only a step of a plan, which this server wrote, names the login of another trunk.
  if (readLoginReference(value))
    throw new TrunkError(
      "invalid_input",
      `${field} names the password of another trunk, which only a plan can pass on. Nothing was sent.`,
      {
        field,
        hint: "connect_trunk plans both ends of a connection.",
      },
    );
  if (name === undefined) return value;
  const named = mayBeNamed.test(name);
  const found = named ? lookUp(name) : undefined;
  if (found !== undefined && found !== "") return found;
  const hint = "Ask the operator to set a variable whose name begins with TRUNKLINE_SECRET_, and pass env: and that name.";
  // Any other value may be the secret itself.
  const what = named ? quoteText(name) : "something";
  throw new TrunkError("invalid_input", `${field} names ${what}, which is not a secret that is set here. Nothing was sent.`, {
    field,
    hint,
  });
}

function fieldsOf(tool: AnyTool): readonly string[] {
  return "secretFields" in tool ? (tool.secretFields ?? []) : [];
}

function replaceAt(
  value: Record<string, unknown>,
  [key = "", ...rest]: readonly string[],
  replace: (found: unknown) => unknown,
): Record<string, unknown> {
  const found = value[key];
  if (found === undefined) return value;
  if (rest.length === 0) return { ...value, [key]: replace(found) };
  return isRecord(found) ? { ...value, [key]: replaceAt(found, rest, replace) } : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Whether the value at a path is a secret, is a part of one, or has one inside: then it is not repeated. */
export function holdsSecret(tool: AnyTool, path: readonly PropertyKey[]): boolean {
  const shown = path.map(String);
  return fieldsOf(tool).some((field) => field.split(".").every((part, index) => shown[index] === undefined || shown[index] === part));
}
