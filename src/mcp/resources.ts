import { type ReadResourceResult, ResourceNotFoundError, type Server } from "@modelcontextprotocol/server";
import { cleanValue } from "../core/text.ts";
import type { Scope } from "../pipeline/scope.ts";
import { askTool } from "./ask-tool.ts";
import { guideResources, guideTemplate, isGuide, readGuide } from "./guides.ts";
import { trunkPage } from "./listed-trunks.ts";
import type { ScopeOf } from "./request-scope.ts";
import { traced } from "./request-trace.ts";

export const TRUNK_TEMPLATE = "trunks://{provider}/{trunk_id}";
const JSON_TYPE = "application/json";

/** The trunks as resources: the same answers as `list_trunks` and `get_trunk`, through the same pipeline. */
export function installResources(server: Server, scopeOf: ScopeOf): void {
  server.setRequestHandler("resources/list", async (request, ctx) => {
    const scope = scopeOf(ctx);
    const cursor = request.params?.cursor;
    const { trunks, next_cursor } = await traced(ctx, () => trunkPage(scope, { cursor }, ctx.mcpReq.signal));
    const items = trunks.map((trunk) => ({
      uri: trunkUri(trunk.provider, trunk.trunk_id),
      name: trunk.trunk_name,
      title: `${trunk.trunk_name} (${trunk.provider})`,
      mimeType: JSON_TYPE,
    }));
    return {
      resources: cursor === undefined ? [...fixed(scope), ...items] : items,
      ...(next_cursor === undefined ? {} : { nextCursor: next_cursor }),
    };
  });
  server.setRequestHandler("resources/templates/list", () => ({
    resourceTemplates: [
      { name: "trunk", title: "One trunk", uriTemplate: TRUNK_TEMPLATE, description: "The answer of get_trunk", mimeType: JSON_TYPE },
      {
        name: "snapshot",
        title: "A trunk as it was before a removal",
        uriTemplate: "trunks://snapshots/{snapshot_id}",
        description: "Found under the snapshot_id of the removal's result",
        mimeType: JSON_TYPE,
      },
      {
        name: "plan",
        title: "How far a plan is",
        uriTemplate: "plans://{plan_id}",
        description: "The answer of get_plan",
        mimeType: JSON_TYPE,
      },
      guideTemplate,
    ],
  }));
  server.setRequestHandler("resources/read", (request, ctx) => {
    const scope = scopeOf(ctx);
    const { uri } = request.params;
    if (uri === "trunkline://providers") return json(uri, { providers: describeProviders(scope), sandbox: scope.sandbox });
    if (isGuide(uri)) return readGuide(uri);
    return traced(ctx, () => read(uri, scope, ctx.mcpReq.signal));
  });
}

function fixed(scope: Scope) {
  const carriers = scope.carriers.map(({ provider }) => ({
    uri: `trunks://${provider.id}`,
    name: `${provider.id}-trunks`,
    title: `Trunks on ${provider.title}`,
    mimeType: JSON_TYPE,
  }));
  return [
    { uri: "trunks://", name: "trunks", title: "All trunks", description: "The answer of list_trunks", mimeType: JSON_TYPE },
    ...carriers,
    { uri: "trunkline://providers", name: "providers", title: "Configured carriers", mimeType: JSON_TYPE },
    ...guideResources,
  ];
}

async function read(uri: string, scope: Scope, signal: AbortSignal): Promise<ReadResourceResult> {
  return json(uri, (await readStored(uri, scope, signal)) ?? (await readTrunks(uri, scope, signal)));
}

/** Snapshots and plans are in our own store, not at a carrier. */
async function readStored(uri: string, scope: Scope, signal: AbortSignal): Promise<unknown> {
  const snapshot = /^trunks:\/\/snapshots\/([\w-]{1,128})$/.exec(uri)?.[1];
  if (snapshot !== undefined) return await readSnapshot(snapshot, uri, scope);
  const plan = /^plans:\/\/([\w-]{1,64})$/.exec(uri)?.[1];
  if (plan === undefined) return undefined;
  return (await askTool("get_plan", { plan_id: plan }, scope, signal)) ?? missing(uri);
}

async function readTrunks(uri: string, scope: Scope, signal: AbortSignal): Promise<unknown> {
  const match = /^trunks:\/\/([^/?#]*)(?:\/([^/?#]+))?$/.exec(uri);
  const [provider = "", trunkId] = (match?.slice(1) ?? []).map((part) => (part === undefined ? undefined : decode(part)));
  if (!match || (provider !== "" && !scope.carriers.some((carrier) => carrier.provider.id === provider))) missing(uri);
  const tool = trunkId === undefined ? "list_trunks" : "get_trunk";
  const carrier = provider === "" ? {} : { provider };
  return (await askTool(tool, trunkId === undefined ? carrier : { ...carrier, trunk_id: trunkId }, scope, signal)) ?? missing(uri);
}

/** The trunk that a removal took away, as it was read before the person agreed. */
async function readSnapshot(id: string, uri: string, scope: Scope): Promise<unknown> {
  const state = await scope.store.snapshots.find(scope.principal, id);
  if (state === undefined) throw new ResourceNotFoundError(uri);
  return { snapshot_id: id, state: cleanValue(state) };
}

function missing(uri: string): never {
  throw new ResourceNotFoundError(uri);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function json(uri: string, value: unknown): ReadResourceResult {
  return { contents: [{ uri, mimeType: JSON_TYPE, text: JSON.stringify(value) }] };
}

function trunkUri(provider: string, trunkId: string): string {
  return `trunks://${provider}/${encodeURIComponent(trunkId)}`;
}

function describeProviders(scope: Scope) {
  return scope.carriers.map(({ provider }) => ({
    provider: provider.id,
    title: provider.title,
    docs: provider.docs,
    rate_limit: { calls: provider.limit.calls, per_seconds: provider.limit.perMs / 1000 },
  }));
}
