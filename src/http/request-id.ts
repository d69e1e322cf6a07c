import type { IncomingMessage, ServerResponse } from "node:http";
import { newId } from "../core/id.ts";

/** What may stand in a log line, a journal row and a carrier's log as it is. Steps of plans have ids that nobody else may use. */
const requestId = /^(?!plan_)[A-Za-z0-9._-]{1,64}$/;

/** Each request has an id, its own or a new one, which the client is told and every handler reads. */
export function identify({ headers }: IncomingMessage, response: ServerResponse): string {
  const given = headers["x-request-id"];
  const id = typeof given === "string" && requestId.test(given) ? given : newId();
  headers["x-request-id"] = id;
  response.setHeader("x-request-id", id);
  return id;
}
