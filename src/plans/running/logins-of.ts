import { readLoginReference } from "../../core/carrier/login-reference.ts";
import type { Step } from "../../core/carrier/planner.ts";
import type { LoginOf } from "../../core/carrier/setup.ts";
import { TrunkError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import { quoteText } from "../../core/text.ts";
import type { AnyWriteTool } from "../../core/tool.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { resolveTrunkName } from "../../pipeline/trunk-name.ts";

interface Login {
  user: string;
  password: string;
}

/**
 * A step's arguments with the login of another trunk put in. It is read when the step runs, from the trunk and from the store
 * of passwords, so that it goes from one carrier to the other inside this server alone.
 */
export async function withLogins(
  { arguments: given, login_of }: Pick<Step, "arguments" | "login_of">,
  tool: AnyWriteTool,
  scope: Scope,
  known: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const said = new Set(Object.values(given).filter((value) => typeof value === "string"));
  const found: Record<string, unknown> = { ...given };
  for (const [field, value] of Object.entries(given)) {
    const reference = readLoginReference(value);
    if (!reference || reference.provider !== login_of?.provider || reference.trunk !== login_of.trunk) continue;
    // A password goes nowhere but where one belongs: every other field is shown.
    if (reference.part === "secret" && !tool.secretFields?.includes(field)) continue;
    const { user, password } = await loginOf(reference, said, scope, known, signal);
    found[field] = reference.part === "login" ? user : password;
  }
  return found;
}

async function loginOf(
  from: LoginOf,
  said: ReadonlySet<string>,
  scope: Scope,
  known: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Login> {
  const carrier = scope.carriers.find(({ provider }) => provider.id === from.provider);
  if (!carrier) throw new TrunkError("not_configured", `${from.provider} is not configured here. Nothing was sent.`);
  const connected = await carrier.connected();
  const id =
    known.get(`${from.provider} ${from.trunk}`) ?? (await resolveTrunkName(connected, "trunk", { trunk: from.trunk }, signal))["trunk"];
  const { trunk } = await connected.trunks.get(connected.client, String(id), signal);
  const { credentials = [] } = trunk;
  // The user name that the step itself says tells several logins apart.
  const [only, ...others] = credentials.length > 1 ? credentials.filter(({ user_name }) => said.has(user_name)) : credentials;
  const password = only && others.length === 0 ? await passwordOf(only, scope) : undefined;
  if (only && password !== undefined) return { user: only.user_name, password };
  throw new TrunkError("not_found", `The password of the login of ${quoteText(trunk.trunk_name)} is not kept here. Nothing was sent.`, {
    hint: "Take that login off the trunk, and plan the connection again: a new one is made.",
    applied: false,
  });
}

/** A carrier tells it, or it is kept since this server made it. */
async function passwordOf(login: { password?: unknown; kept_as?: string }, { store }: Scope): Promise<string | undefined> {
  const told = login.password instanceof Secret ? login.password : undefined;
  const kept = told ?? (login.kept_as === undefined ? undefined : await store.secrets.find(login.kept_as));
  return kept?.reveal();
}
