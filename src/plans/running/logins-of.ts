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
  const takesUser = Object.values(given).some((value) => readLoginReference(value)?.part === "login");
  const said = takesUser ? undefined : Object.values(given).filter((value) => typeof value === "string");
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

/** `said`: the step's own values, of which one is the user name; undefined where it takes the user name too. */
async function loginOf(
  from: LoginOf,
  said: readonly string[] | undefined,
  scope: Scope,
  known: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Login> {
  const carrier = scope.carriers.find(({ provider }) => provider.id === from.provider);
  if (!carrier) throw new TrunkError("not_configured", `${from.provider} is not configured here. Nothing was sent.`);
  const made = await loginMade(from, said ?? [], scope, known);
  if (made) return made;
  const connected = await carrier.connected();
  const id =
    known.get(`${from.provider} ${from.trunk}`) ?? (await resolveTrunkName(connected, "trunk", { trunk: from.trunk }, signal))["trunk"];
  const { trunk } = await connected.trunks.get(connected.client, String(id), signal);
  const { credentials = [] } = trunk;
  const [only, ...others] = said ? credentials.filter(({ user_name }) => said.includes(user_name)) : credentials;
  const password = only && others.length === 0 ? await passwordOf(only, scope) : undefined;
  if (only && password !== undefined) return { user: only.user_name, password };
  throw new TrunkError("not_found", `The password of the login of ${quoteText(trunk.trunk_name)} is not kept here. Nothing was sent.`, {
    hint: "Take that login off the trunk, and plan the connection again: a new one is made.",
    applied: false,
  });
}

/** The place of the password of a login that a step of this plan made. */
export function noteLogin({ provider, trunk }: LoginOf, result: Record<string, unknown>, known: Map<string, string>): void {
  const { user_name, secret_ref } = (result["credentials"] ?? {}) as { user_name?: unknown; secret_ref?: unknown };
  if (typeof user_name !== "string" || typeof secret_ref !== "string") return;
  known.set(keyOf({ provider, trunk }, user_name), secret_ref.replace(/^secret:/, ""));
}

function keyOf({ provider, trunk }: LoginOf, user: string): string {
  return JSON.stringify([provider, trunk, user]);
}

/** A carrier may list other logins than the one that the plan made. */
async function loginMade(
  from: LoginOf,
  said: readonly string[],
  { store }: Scope,
  known: ReadonlyMap<string, string>,
): Promise<Login | undefined> {
  const user = said.find((value) => known.has(keyOf(from, value)));
  const kept = user === undefined ? undefined : await store.secrets.find(known.get(keyOf(from, user)) ?? "");
  return user !== undefined && kept ? { user, password: kept.reveal() } : undefined;
}

/** A carrier tells it, or it is kept since this server made it. */
async function passwordOf(login: { password?: unknown; kept_as?: string }, { store }: Scope): Promise<string | undefined> {
  const told = login.password instanceof Secret ? login.password : undefined;
  const kept = told ?? (login.kept_as === undefined ? undefined : await store.secrets.find(login.kept_as));
  return kept?.reveal();
}
