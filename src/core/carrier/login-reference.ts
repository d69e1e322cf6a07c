import { quoteText } from "../text.ts";
import type { LoginOf } from "./setup.ts";

/** The parts of a login that a step may take from another trunk: `login:` stands for its user name, `secret:` for its password. */
export type LoginPart = "login" | "secret";

/** Stands in a step's arguments until the step runs: the login may not be made yet, and a password is in no plan. */
export function loginReference(part: LoginPart, { provider, trunk }: LoginOf): string {
  return `${part}:${provider}/${trunk}`;
}

const form = /^(login|secret):([a-z][a-z0-9]*)\/(.+)$/s;

export function readLoginReference(value: unknown): (LoginOf & { part: LoginPart }) | undefined {
  const [, part, provider, trunk] = (typeof value === "string" && form.exec(value)) || [];
  if (part === undefined || provider === undefined || trunk === undefined) return undefined;
  return { part: part as LoginPart, provider, trunk };
}

/** A step's arguments for a reader. */
export function sayReferences(given: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).map(([field, value]) => [field, said(value)]));
}

function said(value: unknown): unknown {
  const reference = readLoginReference(value);
  return reference ? `[${reference.part === "secret" ? "password" : "user name"} of ${quoteText(reference.trunk)}]` : value;
}
