import { createHash, timingSafeEqual } from "node:crypto";
import { holderOf } from "../../auth/gate.ts";
import type { StaticToken } from "../../auth/tenants-schema.ts";
import { newId } from "../../core/id.ts";
import { LOCKED_MS, WRONG_TRIES, WRONG_TRIES_IN_ALL } from "../../core/person-limits.ts";
import type { Claims } from "../../core/store/store.ts";
import type { SignInProblem } from "../parts/sign-in.ts";
import type { Person } from "./signed-in.ts";

export interface Typed {
  token: string;
  passphrase: string;
  address: string;
  /** The person who signed in from this browser before. */
  known: Person | undefined;
}

/** An access token says which principal, the passphrase that a person is here: the agent has the token as well. */
export async function signInWithToken(
  typed: Typed,
  tokens: readonly StaticToken[],
  claimsOf: (tenant: string) => Claims | undefined,
): Promise<Person | SignInProblem> {
  const holder = holderOf(digest(typed.token), tokens);
  const claims = holder && claimsOf(holder.tenant);
  if (!holder || !claims) return "sign_in_wrong";
  const { approval_sha256: expected, name, tenant } = holder;
  if (expected === undefined) return "passphrase_unset";
  const person = { tenant, principal: `token|${name}` };
  const isRight = timingSafeEqual(digest(typed.passphrase), Buffer.from(expected, "hex"));
  return (await problemOf(typed, isRight, `sign-in:${name}`, person, claims)) ?? person;
}

/** An agent that guesses must not lock its person out, who may sit at the same address. */
async function problemOf(
  { address, known }: Typed,
  isRight: boolean,
  key: string,
  person: Person,
  claims: Claims,
): Promise<SignInProblem | undefined> {
  const isKnown = known?.tenant === person.tenant && known.principal === person.principal;
  const inAll = isKnown ? nothingToCount : await countTry(key, WRONG_TRIES_IN_ALL, claims);
  if (!inAll) return "sign_in_locked";
  const tried = await countTry(`${key}:${isKnown ? "known" : digest(address).toString("base64url")}`, WRONG_TRIES, claims);
  if (!isRight) return tried ? "sign_in_wrong" : "sign_in_locked";
  await inAll.takeBack();
  await tried?.takeBack();
  // Once, and this browser is known from then on.
  const passes = tried !== undefined || (await claims.claim(`${key}:once`, newId(), LOCKED_MS));
  return passes ? undefined : "sign_in_locked";
}

interface Counted {
  takeBack(): Promise<void>;
}

const nothingToCount: Counted = { takeBack: async () => {} };

/** Counts a try before anything is said of it, in the store that replicas share: a wrong one keeps one of so many slots. */
async function countTry(name: string, slots: number, claims: Claims): Promise<Counted | undefined> {
  const owner = newId();
  for (let slot = 0; slot < slots; slot++) {
    const key = `${name}:${slot}`;
    if (await claims.claim(key, owner, LOCKED_MS)) return { takeBack: () => claims.release(key, owner) };
  }
  return undefined;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
