import { type ReadResourceResult, ResourceNotFoundError, type Server } from "@modelcontextprotocol/server";
import type { Trunk } from "../core/carrier/trunk.ts";
import { trunkUri } from "../core/carrier/trunk-uris.ts";
import type { RateLimit } from "../core/carrier/wire.ts";
import { cleanValue } from "../core/text.ts";
import type { Scope } from "../pipeline/scope.ts";
import { askTool } from "./ask-tool.ts";
import { guideResources, guideTemplate, isGuide, readGuide } from "./guides.ts";
import { allTrunks, findTrunk, trunkPage } from "./listed-trunks.ts";
import type { ScopeOf } from "./request-scope.ts";
import { traced } from "./request-trace.ts";
import { isView, readView } from "./views.ts";

export const TRUNK_TEMPLATE = "trunks://{provider}/{trunk_id}";
const PROVIDERS = "trunkline://providers";
const JSON_TYPE = "application/json";

/** The trunks as resources: the same answers as `list_trunks` and `get_trunk`, through the same pipeline. */
export function installResources(server: Server, scopeOf: ScopeOf): void {
  server.setRequestHandler("resources/list", async (request, ctx) => {
    const scope = scopeOf(ctx);
    const cursor = request.params?.cursor;
    const { trunks, next_cursor } = await traced(ctx, () => trunkPage(scope, { cursor }, ctx.mcpReq.signal));
    const items = trunks.map(({ provider, trunk_id, trunk_name, name_suspicious }) => {
      // A host shows titles as its own words.
      const name = name_suspicious ? trunk_id : trunk_name;
      return { uri: trunkUri(provider, trunk_id), name, title: `${name} (${provider})`, mimeType: JSON_TYPE };
    });
    return {
      resources: cursor === undefined ? [...fixed(scope), ...items] : items,
      ...(next_cursor === null ? {} : { nextCursor: next_cursor }),
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
    if (uri === PROVIDERS) return json(uri, { providers: describeProviders(scope), sandbox: scope.sandbox });
    if (isGuide(uri)) return readGuide(uri);
    if (isView(uri)) return readView(uri);
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
    { uri: PROVIDERS, name: "providers", title: "Configured carriers", mimeType: JSON_TYPE },
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
  const { provider, trunkId } = trunksIn(uri) ?? missing(uri);
  if (!isOffered(provider, scope)) missing(uri);
  const tool = trunkId === undefined ? "list_trunks" : "get_trunk";
  const carrier = provider === "" ? {} : { provider };
  return (await askTool(tool, trunkId === undefined ? carrier : { ...carrier, trunk_id: trunkId }, scope, signal)) ?? missing(uri);
}

/** The parts of a resource's address. */
interface TrunksIn {
  /** Empty for all carriers. */
  provider: string;
  /** Its name too; absent for all trunks. */
  trunkId: string | undefined;
}

function trunksIn(uri: string): TrunksIn | undefined {
  const [found, provider = "", trunkId] = /^trunks:\/\/([^/?#]*)(?:\/([^/?#]+))?$/.exec(uri) ?? [];
  return found === undefined ? undefined : { provider: decode(provider), trunkId: trunkId && decode(trunkId) };
}

/** The address as changes name it: a client may escape a name more, or less, than it needs to be. */
export function spelled(uri: string): string {
  const { provider = "", trunkId } = trunksIn(uri) ?? {};
  return trunkId === undefined ? uri : trunkUri(provider, trunkId);
}

function isOffered(provider: string, { carriers }: Scope): boolean {
  return provider === "" || carriers.some((carrier) => carrier.provider.id === provider);
}

/** Whether subscribers of an address are told of its changes. What cannot be looked up just now counts as there. */
export async function canBeWatched(uri: string, scope: Scope, signal: AbortSignal): Promise<boolean> {
  const trunks = trunksIn(uri);
  try {
    if (trunks && trunks.provider !== "snapshots") return await areThere(trunks, scope, signal);
    if (isGuide(uri)) await readGuide(uri);
    return isGuide(uri) || uri === PROVIDERS || (await readStored(uri, scope, signal)) !== undefined;
  } catch (error) {
    signal.throwIfAborted();
    return !(error instanceof ResourceNotFoundError);
  }
}

/** A number finds its trunk too, but nobody is told under it. */
async function areThere({ provider, trunkId }: TrunksIn, scope: Scope, signal: AbortSignal): Promise<boolean> {
  if (trunkId === undefined || provider === "") return trunkId === undefined && isOffered(provider, scope);
  const isMeant = (trunk: Trunk | undefined) => trunk?.trunk_id === trunkId || trunk?.trunk_name === trunkId;
  if (!isOffered(provider, scope)) return false;
  return (await allTrunks(scope, provider, signal)).some(isMeant) || isMeant(await findTrunk(scope, provider, trunkId, signal));
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

function describeProviders(scope: Scope) {
  return scope.carriers.map(({ provider, account }) => ({
    provider: provider.id,
    ...(account === undefined ? {} : { account }),
    title: provider.title,
    docs: provider.docs,
    rate_limit: rateLimit(provider.limit),
  }));
}

function rateLimit({ calls, perMs, atOnce }: RateLimit) {
  return { calls, per_seconds: perMs / 1000, ...(atOnce === undefined ? {} : { at_once: atOnce }) };
}
