import { TrunkError } from "./errors.ts";
import type { Secret } from "./secret.ts";

/** The 32 bytes of TRUNKLINE_MASTER_KEY. */
export function readMasterKey(masterKey: Secret | undefined): Uint8Array {
  const text = masterKey?.reveal() ?? "";
  const key = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? "hex" : "base64");
  if (key.length === 32) return key;
  throw new TrunkError(
    "not_configured",
    "TRUNKLINE_MASTER_KEY, which a Postgres store needs, is 32 bytes in base64 or hex: make one with `openssl rand -base64 32`, and give every process of a store the same.",
  );
}
