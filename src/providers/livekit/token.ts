import { createHmac } from "node:crypto";

const LIFE_SECONDS = 60;

/** The least that the trunk calls need. `call`, which places calls, is granted to nobody. */
const GRANT = { admin: true };

/** A token for one request: it opens SIP administration only, and only for a minute. */
export function mintToken(key: string, secret: string, now: number = Date.now()): string {
  const seconds = Math.floor(now / 1000);
  const claims = { iss: key, nbf: seconds, exp: seconds + LIFE_SECONDS, sip: GRANT };
  const signed = [{ alg: "HS256", typ: "JWT" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
