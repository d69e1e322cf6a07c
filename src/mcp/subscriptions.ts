import { ResourceNotFoundError, type Server } from "@modelcontextprotocol/server";
import type { Change } from "../core/store/changes.ts";
import type { Scope } from "../pipeline/scope.ts";
import type { ScopeOf } from "./request-scope.ts";
import { canBeWatched, spelled } from "./resources.ts";

/** Passes changes on: to those who subscribed in the 2025 era, to the SDK's subscription router in the 2026 era. */
export function relayChanges(server: Server, scope: Scope, isModern: boolean, scopeOf: ScopeOf): void {
  /** As the client wrote it, by its usual spelling. */
  const subscribed = new Map<string, string>();
  if (!isModern) {
    server.setRequestHandler("resources/subscribe", async ({ params: { uri } }, ctx) => {
      if (!(await canBeWatched(uri, scopeOf(ctx), ctx.mcpReq.signal))) throw new ResourceNotFoundError(uri);
      subscribed.set(spelled(uri), uri);
      return {};
    });
    server.setRequestHandler("resources/unsubscribe", ({ params: { uri } }) => {
      subscribed.delete(spelled(uri));
      return {};
    });
  }
  // A client that has gone away is told nothing; the call that made the change is not concerned.
  const ignore = () => {};
  server.onclose = scope.changes.subscribe(({ list, uris }: Change) => {
    if (list) server.sendResourceListChanged().catch(ignore);
    for (const changed of uris) {
      const uri = isModern ? changed : subscribed.get(changed);
      if (uri !== undefined) server.sendResourceUpdated({ uri }).catch(ignore);
    }
  });
}

/** Of one subscription: each address may cost a look at its carrier. */
const MOST_WATCHED = 50;

interface Listen {
  method: "subscriptions/listen";
  params: { notifications: { resourceSubscriptions: unknown[] } };
}

function isListen(message: unknown): message is Listen {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { notifications?: { resourceSubscriptions?: unknown } } };
  return method === "subscriptions/listen" && Array.isArray(params?.notifications?.resourceSubscriptions);
}

/**
 * In the 2026 era the SDK answers `subscriptions/listen` by itself, and grants whatever is asked for. Without what is not there,
 * its answer tells the client what it will be told of.
 */
export async function withoutUnknown<T>(message: T, scope: Scope, signal: AbortSignal): Promise<T> {
  if (!isListen(message)) return message;
  const { notifications } = message.params;
  const asked = notifications.resourceSubscriptions.slice(0, MOST_WATCHED);
  const resourceSubscriptions: unknown[] = [];
  // One after the other: the first reads the list in which the others are looked up.
  for (const uri of asked) if (typeof uri !== "string" || (await canBeWatched(uri, scope, signal))) resourceSubscriptions.push(uri);
  return { ...message, params: { ...message.params, notifications: { ...notifications, resourceSubscriptions } } };
}

type Receive = (message: unknown, ...more: unknown[]) => void;

/** The same for a connection that carries one message after the other. Called once the SDK listens to it. */
export function refuseUnknown(transport: { onmessage?: unknown }, scope: Scope): void {
  const receive = transport.onmessage as Receive;
  const waiting = new Map<unknown, AbortController>();
  transport.onmessage = ((message, ...more) => {
    const { id, method, params } = message as { id?: unknown; method?: unknown; params?: { requestId?: unknown } };
    if (!isListen(message)) {
      // Cancelled before it was let through: it never comes.
      if (method === "notifications/cancelled") waiting.get(params?.requestId)?.abort();
      return receive(message, ...more);
    }
    const cancelled = new AbortController();
    waiting.set(id, cancelled);
    const screened = withoutUnknown(message, scope, cancelled.signal).catch(() => message);
    void screened.then((known) => {
      waiting.delete(id);
      if (!cancelled.signal.aborted) receive(known, ...more);
    });
  }) satisfies Receive;
}
