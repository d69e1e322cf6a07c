import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { PageRequest } from "./page-server.ts";

/** Shows that a form came from a page that a holder of the key made, in the browser that got it. */
export interface FormTokens {
  tokenFor(path: string): string;
  /** A `set-cookie` value. */
  cookieFor(page: Pick<PageRequest, "path" | "port">): string;
  fits(page: Pick<PageRequest, "path" | "port" | "cookies">, token: string | undefined): boolean;
}

export interface FormKey {
  key: Uint8Array;
  /** The pages are reached by https: the cookie travels by nothing else. */
  secure: boolean;
}

/** For pages of one process, which end with it. */
export function processKey(): FormKey {
  return { key: randomBytes(32), secure: false };
}

/**
 * Both halves derive from the path and the key, so two open tabs do not void each other.
 * The cookie is SameSite=Strict: a form on another site cannot bring it, whatever it knows.
 */
export function createFormTokens({ key, secure }: FormKey): FormTokens {
  const derive = (purpose: string, path: string) => createHmac("sha256", key).update(`${purpose}\0${path}`).digest("base64url");
  // Browsers keep cookies per host, not per port: two processes must not overwrite each other's.
  const nameOf = (port: string) => `trunkline_${port}`;
  return {
    tokenFor: (path) => derive("token", path),
    cookieFor: ({ path, port }) =>
      `${nameOf(port)}=${derive("cookie", path)}; Path=${path}; HttpOnly; SameSite=Strict; Max-Age=900${secure ? "; Secure" : ""}`,
    fits: ({ path, port, cookies }, token) =>
      isEqual(token, derive("token", path)) && isEqual(cookieIn(cookies, nameOf(port)), derive("cookie", path)),
  };
}

export function isEqual(given: string | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(given ?? ""), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export function cookieIn(cookies: string | undefined, name: string): string | undefined {
  const pairs = cookies?.split(";").map((pair) => pair.trim()) ?? [];
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Exactly one value, as our form sends it. */
export function only(form: URLSearchParams, name: string): string | undefined {
  const values = form.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}
