import { readLoginReference } from "../../core/carrier/login-reference.ts";
import type { Question, Step } from "../../core/carrier/planner.ts";
import type { Credential } from "../../core/carrier/trunk.ts";
import { quoteText } from "../../core/text.ts";
import type { Scope } from "../../pipeline/scope.ts";
import type { Live } from "../planning/observe.ts";

/** A login that is there already, and whose password nobody here knows, can be passed to no other side. */
export async function unknownLogins(steps: readonly Step[], live: Live, { store }: Pick<Scope, "store">): Promise<Question[]> {
  const questions: Question[] = [];
  for (const { trunk_name, login } of steps.flatMap((step) => passedOn(step, live))) {
    if (login.password || (login.kept_as !== undefined && (await store.secrets.find(login.kept_as)))) continue;
    const question = `The login ${quoteText(login.user_name)} of ${quoteText(trunk_name)} is there, and its password is not kept here. Shall it be removed first, so that a new one is made?`;
    questions.push({ field: "trunk", question });
  }
  return questions;
}

/** The login of a live trunk that a step takes: the one that it names, or the only one where it leaves the name to the trunk. */
function passedOn({ arguments: given, login_of }: Step, live: Live): { trunk_name: string; login: Credential }[] {
  if (!login_of) return [];
  const said = new Set(Object.values(given));
  const references = Object.values(given).flatMap((value) => readLoginReference(value) ?? []);
  const isLeftOpen = references.some(({ part }) => part === "login");
  return references
    .filter(({ part }) => part === "secret")
    .flatMap(({ provider, trunk: name }) => {
      const trunk = live.get(provider)?.details.find(({ trunk_id, trunk_name }) => [trunk_id, trunk_name].includes(name));
      const login = trunk?.credentials?.find(({ user_name }) => isLeftOpen || said.has(user_name));
      return trunk && login ? [{ trunk_name: trunk.trunk_name, login }] : [];
    });
}
