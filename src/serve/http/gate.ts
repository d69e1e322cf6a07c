import { createHash, timingSafeEqual } from "node:crypto";
import type { Caller, Gate, Refusal } from "./caller.ts";
import type { StaticToken, TenantsFile } from "./tenants-file.ts";

/** Lets in whoever brings a token that the tenants file knows. */
export function createGate({ tokens }: TenantsFile): Gate {
  return { check: async (authorization) => staticCaller(authorization, tokens) };
}

function staticCaller(authorization: string | undefined, tokens: readonly StaticToken[]): Caller | Refusal {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
  if (token === undefined) return { description: "This server needs an access token: Authorization: Bearer …" };
  const hash = createHash("sha256").update(token).digest();
  // Every one is compared: how long it takes tells nothing.
  const [found] = tokens.filter(({ sha256 }) => timingSafeEqual(Buffer.from(sha256, "hex"), hash));
  if (!found) return { error: "invalid_token", description: "The access token is not known" };
  return { tenant: found.tenant, principal: `token|${found.name}`, scopes: found.scopes };
}
