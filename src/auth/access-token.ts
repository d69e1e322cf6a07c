import { decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import type { Refusal } from "./caller.ts";
import type { Issuers } from "./issuers.ts";
import type { Issuer } from "./tenants-schema.ts";

/** Only algorithms by which the issuer alone can sign; by HS256 anybody could who knows a public key. */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];
/** Tolerance for clocks that differ. */
export const SKEW_SECONDS = 30;
/** OpenID Connect allows no longer one. The journal keeps it with each of its holder's writes. */
const MAX_SUBJECT = 255;

export interface TokenPorts {
  issuers: Issuers;
  clock: Clock;
  log: Log;
}

export interface VerifiedToken {
  principal: string;
  claims: JWTPayload;
}

/** A token of one of these issuers, good here and now; else why not. */
export async function verifyAccessToken(
  token: string,
  trusted: readonly Issuer[],
  audience: string,
  ports: TokenPorts,
): Promise<(VerifiedToken & { issuer: Issuer }) | Refusal> {
  const named = issuerIn(token);
  const issuer = trusted.find((known) => known.issuer === named);
  if (!issuer) return invalid("The access token is not known");
  const verified = await verifyJwt(token, issuer, issuer.audience ?? audience, ports);
  return "description" in verified ? verified : { ...verified, issuer };
}

/** Checks signature, issuer, audience, times and subject. */
export async function verifyJwt(token: string, issuer: Issuer, audience: string, ports: TokenPorts): Promise<VerifiedToken | Refusal> {
  try {
    const { payload } = await jwtVerify(token, ports.issuers.of(issuer).keys, {
      algorithms,
      issuer: issuer.issuer,
      audience,
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(ports.clock.now()),
      requiredClaims: ["exp", "sub"],
    });
    const { sub } = payload;
    if (typeof sub !== "string" || sub === "" || sub.length > MAX_SUBJECT) return invalid("The access token names nobody");
    return { principal: `${issuer.issuer}|${sub}`, claims: payload };
  } catch (error) {
    return refusalOf(error, issuer, ports.log);
  }
}

/** Not verified yet: it only says whose keys to ask. */
function issuerIn(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

const tokenErrors = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

function refusalOf(error: unknown, { issuer }: Issuer, log: Log): Refusal {
  if (tokenErrors.some((known) => error instanceof known)) return invalid(descriptionOf(error));
  // Told 401, a client would throw a good token away and send its person to an issuer that is down.
  log.warn({ error, issuer }, "the issuer's keys could not be read");
  return { status: 503, description: "The access token could not be checked, because its issuer does not answer. Try again." };
}

function descriptionOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "The access token has expired";
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud") return "The access token is meant for another server";
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "nbf") return "The access token is not valid yet";
  return "The access token is not acceptable";
}

export function invalid(description: string): Refusal {
  return { status: 401, error: "invalid_token", description };
}
