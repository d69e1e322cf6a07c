import { hkdfSync } from "node:crypto";
import { EncryptJWT, jwtDecrypt } from "jose";
import type * as z from "zod";
import type { Clock } from "../core/clock.ts";

/** A few facts in a form that only a holder of the key can make or read, and that end by themselves. */
export interface Seal<Facts> {
  close(facts: Facts, untilMs: number): Promise<string>;
  open(sealed: string | undefined): Promise<(Facts & { untilMs: number }) | undefined>;
}

/** A seal for one purpose does not open for another. */
export function createSeal<Schema extends z.ZodObject>(
  schema: Schema,
  purpose: string,
  { stateKey, clock }: { stateKey: Uint8Array; clock: Clock },
): Seal<z.infer<Schema>> {
  const key = keyFor(purpose, stateKey);
  return {
    close: async (facts, untilMs) =>
      await new EncryptJWT({ facts })
        .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
        .setExpirationTime(Math.floor(untilMs / 1_000))
        .encrypt(key),
    open: async (sealed) => {
      const opened = await decrypted(sealed ?? "", key, clock);
      const parsed = schema.safeParse(opened?.["facts"]);
      return opened && parsed.success ? { ...parsed.data, untilMs: (opened.exp ?? 0) * 1_000 } : undefined;
    },
  };
}

export function keyFor(purpose: string, stateKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", stateKey, "", `trunkline ${purpose}`, 32));
}

async function decrypted(sealed: string, key: Uint8Array, clock: Clock) {
  try {
    const { payload } = await jwtDecrypt(sealed, key, {
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
      requiredClaims: ["exp"],
      currentDate: new Date(clock.now()),
    });
    return payload;
  } catch {
    // Another's, an old one and nonsense look the same to who brings it.
    return undefined;
  }
}
