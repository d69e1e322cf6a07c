import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log } from "../core/log.ts";

/** Logs who was not let in, and why. A token is never a part of the reason. */
export async function noteRefusal(refusal: Response, request: IncomingMessage, response: ServerResponse, log: Log): Promise<void> {
  const { status } = refusal;
  if (status !== 401 && status !== 403) return;
  const { error } = (await refusal
    .clone()
    .json()
    .catch(() => ({}))) as { error?: { message?: string } };
  const from = request.socket.remoteAddress;
  log.info({ request_id: response.getHeader("x-request-id"), status, reason: error?.message, from }, "request was not let in");
}
