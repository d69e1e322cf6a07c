import { Secret } from "../core/secret.ts";
import { cleanText } from "../core/text.ts";
import type { Scope } from "./scope.ts";

/** Lines that are longer than a name, and of no use cut short. */
export const placeLines = ["secret_command", "secret_url"];

/** The fields of a place, and the name under which a password is kept. */
const placeFields = [...placeLines, "secret_ref", "kept_as"];

type Fields = Record<string, unknown>;
type Places = Pick<Scope, "store" | "outside" | "policy" | "principal">;

/** A result in which each password is replaced by the place where a person finds it: a command, a page, or the carrier's console. */
export async function withPlaces(value: unknown, scope: Places): Promise<unknown> {
  if (!needsPlace(value)) return value;
  if (Array.isArray(value)) return await Promise.all(value.map((item) => withPlaces(item, scope)));
  // A place that was kept with a plan's step is out of date: a page is good for minutes.
  const { kept_as, secret_ref, secret_command: _, secret_url: __, ...fields } = value as Fields;
  const secrets = Object.entries(fields).filter((entry): entry is [string, Secret] => entry[1] instanceof Secret);
  const rest = Object.entries(fields).filter(([, item]) => !(item instanceof Secret));
  const shown = await Promise.all(rest.map(async ([key, item]) => [key, await withPlaces(item, scope)]));
  return { ...Object.fromEntries(shown), ...(await placeOf(secrets, { kept_as, secret_ref }, scope)) };
}

/** Most results hold no password, and are not taken apart: that costs a promise for each of their values. */
function needsPlace(value: unknown): value is object {
  if (value === null || typeof value !== "object") return false;
  return value instanceof Secret || placeFields.some((field) => field in value) || Object.values(value).some(needsPlace);
}

async function placeOf(secrets: readonly [string, Secret][], { kept_as, secret_ref }: Fields, scope: Places): Promise<Fields> {
  const [first] = secrets;
  if (first) {
    for (const [, secret] of secrets) await scope.store.secrets.keep(secret);
    return await show(first, scope);
  }
  if (typeof secret_ref === "string") return await whereIs(secret_ref.replace(/^secret:/, ""), scope);
  if (typeof kept_as !== "string") return {};
  // The result stands, also where its password cannot be read now.
  const kept = await scope.store.secrets.find(kept_as).catch(() => undefined);
  return kept ? await show(["password", kept], scope) : { secret_at: "the carrier's console" };
}

async function show([key, secret]: [string, Secret], scope: Places): Promise<Fields> {
  return {
    ...(scope.policy.revealSecrets ? { [key]: secret.reveal() } : {}),
    ...(secret.ref === undefined ? {} : await whereIs(secret.ref, scope)),
  };
}

async function whereIs(ref: string, { outside, principal }: Places): Promise<Fields> {
  // The carrier's text may be in it, and the person runs it as it is shown.
  const command = outside?.secretCommand(cleanText(ref));
  if (command !== undefined) return { secret_ref: `secret:${ref}`, secret_command: command };
  return { secret_ref: `secret:${ref}`, ...(outside ? { secret_url: await outside.revealUrl(ref, principal) } : {}) };
}
