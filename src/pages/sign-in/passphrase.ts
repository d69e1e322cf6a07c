import { createHash, timingSafeEqual } from "node:crypto";
import { holderOf } from "../../auth/gate.ts";
import type { StaticToken } from "../../auth/tenants-schema.ts";
import { newId } from "../../core/id.ts";
import { LOCKED_MS, WRONG_TRIES } from "../../core/person-limits.ts";
import type { Claims } from "../../core/store/store.ts";
import type { SignInProblem } from "../parts/sign-in.ts";
import type { Person } from "./signed-in.ts";

export interface Typed {
  token: string;
  passphrase: string;
}

/** An access token says which principal, the passphrase that a person is here: the agent has the token as well. */
export async function signInWithToken(
  { token, passphrase }: Typed,
  tokens: readonly StaticToken[],
  claimsOf: (tenant: string) => Claims | undefined,
): Promise<Person | SignInProblem> {
  const holder = holderOf(digest(token), tokens);
  const claims = holder && claimsOf(holder.tenant);
  if (!holder || !claims) return "sign_in_wrong";
  const { approval_sha256: expected, name, tenant } = holder;
  if (expected === undefined) return "passphrase_unset";
  const tried = await countTry(`sign-in:${name}`, claims);
  if (!tried) return "sign_in_locked";
  if (!timingSafeEqual(digest(passphrase), Buffer.from(expected, "hex"))) return "sign_in_wrong";
  await tried.takeBack();
  return { tenant, principal: `token|${name}` };
}

/**
 * A try is counted before it is looked at, in the store that replicas share: each wrong one takes one of five slots for
 * 15 minutes, and without a free slot there is no try.
 */
async function countTry(name: string, claims: Claims): Promise<{ takeBack(): Promise<void> } | undefined> {
  const owner = newId();
  for (let slot = 0; slot < WRONG_TRIES; slot++) {
    const key = `${name}:${slot}`;
    if (await claims.claim(key, owner, LOCKED_MS)) return { takeBack: () => claims.release(key, owner) };
  }
  return undefined;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
