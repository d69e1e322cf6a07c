import type { IncomingMessage, ServerResponse } from "node:http";
import { newId } from "../core/id.ts";

/** Safe as it is in a log line, a journal row and a carrier's log. Steps of plans have ids that nobody else may use. */
const requestId = /^(?!plan_)[A-Za-z0-9._-]{1,64}$/;

/** Gives a request its id, the client's or a new one; the client is told it, and every handler reads it. */
export function identify({ headers }: IncomingMessage, response: ServerResponse): string {
  const given = headers["x-request-id"];
  const id = typeof given === "string" && requestId.test(given) ? given : newId();
  headers["x-request-id"] = id;
  response.setHeader("x-request-id", id);
  return id;
}
