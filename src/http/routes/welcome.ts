import type { IncomingMessage } from "node:http";
import type { PageHandler } from "../../pages/page-server.ts";
import { type Welcome, welcomePage } from "../../pages/parts/welcome.ts";
import type { Handler } from "../listener.ts";

export function createWelcome(welcome: () => Welcome): PageHandler {
  return async () => ({ status: 200, page: welcomePage(welcome()) });
}

/** A person who opens the address of the endpoint gets the page; a client there asks for a stream, or names its session. */
export function forBrowsers(page: Handler, mcp: Handler): Handler {
  return async (request, response) => await (isBrowser(request) ? page : mcp)(request, response);
}

function isBrowser({ method, headers: { accept = "", "mcp-session-id": session } }: IncomingMessage): boolean {
  return method === "GET" && session === undefined && accept.includes("text/html") && !accept.includes("text/event-stream");
}
