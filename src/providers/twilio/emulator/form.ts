import type { Dialect } from "./dialect.ts";
import { invalid } from "./refusal.ts";
import type { Call, Row } from "./state.ts";

type Value = string | number | boolean | null;
/** The value as it is kept. Throws a Refusal. */
type Rule = (text: string, name: string, dialect: Dialect) => Value;

/** By the parameter's name: the field that it writes, and what it takes. */
export type Parameters = Readonly<Record<string, { field: string; rule: Rule; required?: true }>>;

/**
 * The known parameters of a form, under the names of their fields. Others are ignored, as the carrier does; so is a body that
 * is no form, which leaves every parameter out.
 */
export function readForm(call: Call, parameters: Parameters, { creates }: { creates: boolean }): Row["values"] {
  const form = formOf(call);
  const values: Row["values"] = {};
  for (const [name, { field, rule, required }] of Object.entries(parameters)) {
    const text = form.get(name);
    if (text !== null) values[field] = rule(text, name, call.dialect);
    else if (creates && required) throw invalid(`Missing required parameter ${name} in the post body`);
  }
  return values;
}

function formOf({ request }: Call): URLSearchParams {
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  return new URLSearchParams(type === "application/x-www-form-urlencoded" ? request.body : "");
}

/** An empty value clears the field. */
export function orNull(rule: Rule): Rule {
  return (text, name, dialect) => (text === "" ? null : rule(text, name, dialect));
}

export function oneOf(...words: string[]): Rule {
  return (text, name) => {
    if (!words.includes(text)) throw invalid(`Invalid ${name}: ${text}`);
    return text;
  };
}

export const flag: Rule = (text, name) => {
  if (text !== "true" && text !== "false") throw invalid(`Invalid ${name}: ${text}`);
  return text === "true";
};

/** As long as the dialect lets a name be. */
export const trunkName: Rule = (text, name, { longestName }) => {
  if (text.length > longestName) throw invalid(`${name} is longer than ${longestName} characters`);
  return text;
};

export function integer(smallest: (dialect: Dialect) => number, largest: number): Rule {
  return (text, name, dialect) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    if (value < smallest(dialect) || value > largest) throw invalid(`Invalid ${name}: ${text}`);
    return value;
  };
}

export const httpUrl: Rule = (text, name) => {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) throw invalid(`Invalid ${name}: ${text}`);
  return text;
};

const SIP_URL = /^(sips?):(?:\/\/)?(?:[^@\s;?]+@)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?:;\S*)?$/i;

export const sipUrl: Rule = (text, name, { acceptsSips }) => {
  const [, scheme = ""] = SIP_URL.exec(text) ?? [];
  if (scheme === "" || (scheme.toLowerCase() === "sips" && !acceptsSips)) throw invalid(`Invalid ${name}: ${text}`);
  return text;
};
