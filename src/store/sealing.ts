import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { TrunkError } from "../core/errors.ts";
import { readMasterKey } from "../core/master-key.ts";
import type { Secret } from "../core/secret.ts";

/** How a secret lies in the database. */
export interface Sealing {
  seal(tenant: string, ref: string, secret: string): string;
  open(tenant: string, ref: string, content: string): string;
}

/** A file that only its owner can read needs no second lock whose key would lie beside it. */
export const unsealed: Sealing = { seal: (_tenant, _ref, secret) => secret, open: (_tenant, _ref, content) => content };

const VERSION = "v1";

/** AES-256-GCM. A sealed secret opens only for the tenant and under the ref that it was kept for. */
export function sealedWith(masterKey: Secret | undefined): Sealing {
  const key = readMasterKey(masterKey);
  return {
    seal(tenant, ref, secret) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(boundTo(tenant, ref));
      const content = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
      return [VERSION, ...[nonce, cipher.getAuthTag(), content].map((part) => part.toString("base64url"))].join(".");
    },
    open(tenant, ref, sealed) {
      const [version, ...parts] = sealed.split(".");
      const [nonce = Buffer.of(), tag = Buffer.of(), content = Buffer.of()] = parts.map((part) => Buffer.from(part, "base64url"));
      if (version !== VERSION || nonce.length !== 12 || tag.length !== 16) throw cannotOpen();
      const decipher = createDecipheriv("aes-256-gcm", key, nonce).setAAD(boundTo(tenant, ref)).setAuthTag(tag);
      try {
        return Buffer.concat([decipher.update(content), decipher.final()]).toString("utf8");
      } catch {
        throw cannotOpen();
      }
    },
  };
}

function boundTo(tenant: string, ref: string): Buffer {
  return Buffer.from(JSON.stringify([tenant, ref]));
}

function cannotOpen(): TrunkError {
  return new TrunkError(
    "not_configured",
    "A kept secret does not open with this TRUNKLINE_MASTER_KEY: it was sealed with another, or changed.",
  );
}
