import { createHmac, timingSafeEqual } from "node:crypto";
import { SANDBOX_KEY, SANDBOX_SECRET } from "../sandbox-key.ts";
import { plainRefusal, refusal } from "./answers.ts";

const LEEWAY_SECONDS = 60;

interface Claims {
  iss?: string;
  exp?: number;
  nbf?: number;
  sip?: { admin?: boolean };
}

/** The claims of a good token; undefined where there is none at all, which only the service itself refuses. */
export function checkToken(header: string | undefined, nowMs: number): Claims | undefined {
  if (header === undefined) return undefined;
  const token = /^Bearer (.*)$/.exec(header)?.[1];
  if (token === undefined) throw plainRefusal("invalid authorization header. Must start with Bearer ");
  const [head = "", payload = "", signature = ""] = token.split(".");
  const claims = decode(payload);
  if (decode(head)?.["alg"] !== "HS256" || !claims) throw plainRefusal("invalid authorization token: token is malformed");
  if (claims["iss"] !== SANDBOX_KEY) throw plainRefusal("invalid API key");
  const wanted = createHmac("sha256", SANDBOX_SECRET).update(`${head}.${payload}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw plainRefusal("invalid authorization token: token signature is invalid: signature is invalid");
  const seconds = nowMs / 1000;
  const { exp = 0, nbf = 0 } = claims as Claims;
  if (exp < seconds - LEEWAY_SECONDS) throw plainRefusal("invalid authorization token: validation failed, token is expired (exp)");
  if (nbf > seconds + LEEWAY_SECONDS) throw plainRefusal("invalid authorization token: validation failed, token not valid yet (nbf)");
  return claims as Claims;
}

export function checkGrant(claims: Claims | undefined): void {
  if (claims?.sip?.admin !== true) throw refusal("unauthenticated", "permissions denied");
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
