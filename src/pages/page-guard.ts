import type { IncomingMessage } from "node:http";

/** The reason to refuse a request before it is read. */
export interface Objection {
  status: 403 | 405 | 415 | 421;
  why: string;
  headers?: Record<string, string>;
}

const ALLOWED = ["GET", "HEAD", "POST"];

/**
 * Any page that the person has open can send requests to loopback, and a name that an attacker owns can point at it. The
 * browser says what such a request is: by Host, Origin and the Sec-Fetch headers, which a script cannot set.
 */
export function objectionTo(request: IncomingMessage, origin: string): Objection | undefined {
  const hosts = request.headersDistinct["host"] ?? [];
  if (hosts.length !== 1 || hosts[0] !== new URL(origin).host) return { status: 421, why: "This server answers to its own address only." };
  const method = request.method ?? "";
  if (!ALLOWED.includes(method)) {
    return { status: 405, why: "This page takes GET, HEAD and POST only.", headers: { allow: ALLOWED.join(", ") } };
  }
  return method === "POST" ? objectionToForm(request, origin) : objectionToVisit(request);
}

/** A link from a chat in the browser is cross-site and welcome; anything that would load the page inside another is not. */
function objectionToVisit({ headers }: IncomingMessage): Objection | undefined {
  const destination = headers["sec-fetch-dest"] ?? "document";
  return destination === "document" ? undefined : { status: 403, why: "This page opens in a tab of its own only." };
}

/**
 * Our pages send no referrer, so browsers state their Origin as `null`; then Sec-Fetch-Site must vouch for it. No Origin at
 * all is no browser: the form's token decides.
 */
function objectionToForm({ headers }: IncomingMessage, origin: string): Objection | undefined {
  const site = headers["sec-fetch-site"];
  const vouched = site === "same-origin";
  const foreignOrigin = headers.origin !== undefined && headers.origin !== origin && !(headers.origin === "null" && vouched);
  if (foreignOrigin || (site !== undefined && !vouched))
    return { status: 403, why: "This form was sent by another page. Nothing was done." };
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  return type === "application/x-www-form-urlencoded" ? undefined : { status: 415, why: "This page takes only its own form." };
}
