import { type ReadResourceResult, ResourceNotFoundError, type Server } from "@modelcontextprotocol/server";
import { tools } from "../../tools/index.ts";
import { currentTrace } from "../core/call-context.ts";
import type { Trunk, TrunkDetail } from "../core/carrier/trunk.ts";
import { newId } from "../core/id.ts";
import type { Known } from "../core/prompt.ts";
import { cleanValue } from "../core/text.ts";
import { callTool } from "../pipeline/call.ts";
import type { Scope } from "../pipeline/scope.ts";
import { guideResources, guideTemplate, isGuide, readGuide } from "./guides.ts";
import { traced } from "./request-trace.ts";

export const TRUNK_TEMPLATE = "trunks://{provider}/{trunk_id}";
const JSON_TYPE = "application/json";
const PAGE = 50;

/** The trunks as resources: the same answers as `list_trunks` and `get_trunk`, through the same pipeline. */
export function installResources(server: Server, scope: Scope): void {
  server.setRequestHandler("resources/list", async (request, ctx) => {
    const cursor = request.params?.cursor;
    const { trunks, next_cursor } = await traced(ctx, () => trunkRows(scope, { limit: PAGE, cursor }, ctx.mcpReq.signal));
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
      { name: "trunk", title: "One trunk", uriTemplate: TRUNK_TEMPLATE, description: "What get_trunk answers", mimeType: JSON_TYPE },
      {
        name: "snapshot",
        title: "What a removal took away",
        uriTemplate: "trunks://snapshots/{snapshot_id}",
        description: "The trunk as it was, under the snapshot_id of the removal's result",
        mimeType: JSON_TYPE,
      },
      {
        name: "plan",
        title: "How far a plan is",
        uriTemplate: "plans://{plan_id}",
        description: "What get_plan answers",
        mimeType: JSON_TYPE,
      },
      guideTemplate,
    ],
  }));
  server.setRequestHandler("resources/read", (request, ctx) => {
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
    { uri: "trunks://", name: "trunks", title: "All trunks", description: "What list_trunks answers", mimeType: JSON_TYPE },
    ...carriers,
    { uri: "trunkline://providers", name: "providers", title: "Configured carriers", mimeType: JSON_TYPE },
    ...guideResources,
  ];
}

async function read(uri: string, scope: Scope, signal: AbortSignal): Promise<ReadResourceResult> {
  return json(uri, (await readKept(uri, scope, signal)) ?? (await readTrunks(uri, scope, signal)));
}

/** What is kept here rather than at a carrier. */
async function readKept(uri: string, scope: Scope, signal: AbortSignal): Promise<unknown> {
  const snapshot = /^trunks:\/\/snapshots\/([\w-]{1,128})$/.exec(uri)?.[1];
  if (snapshot !== undefined) return await readSnapshot(snapshot, uri, scope);
  const plan = /^plans:\/\/([\w-]{1,64})$/.exec(uri)?.[1];
  if (plan === undefined) return undefined;
  return (await answer("get_plan", { plan_id: plan }, scope, signal)) ?? missing(uri);
}

async function readTrunks(uri: string, scope: Scope, signal: AbortSignal): Promise<unknown> {
  const match = /^trunks:\/\/([^/?#]*)(?:\/([^/?#]+))?$/.exec(uri);
  const [provider = "", trunkId] = (match?.slice(1) ?? []).map((part) => (part === undefined ? undefined : decode(part)));
  if (!match || (provider !== "" && !scope.carriers.some((carrier) => carrier.provider.id === provider))) missing(uri);
  const tool = trunkId === undefined ? "list_trunks" : "get_trunk";
  const carrier = provider === "" ? {} : { provider };
  return (await answer(tool, trunkId === undefined ? carrier : { ...carrier, trunk_id: trunkId }, scope, signal)) ?? missing(uri);
}

/** What a removal took away, as it was read before the person agreed. */
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

/** What a tool answers; undefined for a trunk that is not there. */
async function answer(
  name: "list_trunks" | "get_trunk" | "get_plan",
  args: unknown,
  scope: Scope,
  signal: AbortSignal,
): Promise<Record<string, unknown> | undefined> {
  const { default: tool } = await tools[name]();
  const requestId = currentTrace()?.requestId ?? newId();
  const result = await callTool({ tool, arguments: args, requestId, signal, person: { canAsk: false, answer: undefined } }, scope);
  if (result.kind === "done") return result.result;
  if (result.kind === "failed" && result.error.code === "not_found") return undefined;
  // The protocol passes this message on, so it must be a sentence of ours: it is the report's.
  throw new Error(result.kind === "failed" ? `${result.error.message} ${result.error.hint}` : "Reading asks nobody.");
}

/** A page of trunks. A carrier that fails leaves a gap, not an error. */
async function trunkRows(
  scope: Scope,
  args: { limit: number; cursor?: string | undefined; provider?: string | undefined },
  signal: AbortSignal,
): Promise<{ trunks: Trunk[]; next_cursor?: string }> {
  return (await answer("list_trunks", args, scope, signal)) as unknown as { trunks: Trunk[]; next_cursor?: string };
}

/** More than a person scrolls through; beyond it they type more of the name. */
const MAX_WALK = 1_000;

/** A completion is asked for at each key that a person types; the carrier need not be. */
const COMPLETION_TTL_MS = 10_000;

async function cached<T>({ cache }: Scope, key: string, read: () => Promise<T>): Promise<T> {
  const known = await cache.get(key);
  if (known !== undefined) return known as T;
  const value = await read();
  await cache.set(key, value, COMPLETION_TTL_MS);
  return value;
}

/** The trunks to choose from in completions. */
export function allTrunks(scope: Scope, provider: string | undefined, signal: AbortSignal): Promise<Trunk[]> {
  return cached(scope, `trunks:${provider ?? ""}`, () => walkTrunks(scope, provider, signal));
}

export async function walkTrunks(scope: Scope, provider: string | undefined, signal: AbortSignal): Promise<Trunk[]> {
  const found: Trunk[] = [];
  let cursor: string | undefined;
  do {
    const { trunks, next_cursor } = await trunkRows(scope, { limit: PAGE, cursor, provider }, signal);
    found.push(...trunks);
    cursor = next_cursor;
  } while (cursor !== undefined && found.length < MAX_WALK);
  return found;
}

export async function findTrunk(scope: Scope, provider: string, idOrName: string, signal: AbortSignal): Promise<TrunkDetail | undefined> {
  const found = await answer("get_trunk", { provider, trunk_id: idOrName }, scope, signal);
  return found?.["trunk"] as TrunkDetail | undefined;
}

/** Enough trunks to find what an account has in use, few enough to read while a person types. */
const KNOWN_FROM = 8;

export function known(scope: Scope, provider: string, signal: AbortSignal): Promise<Known> {
  return cached(scope, `known:${provider}`, () => readKnown(scope, provider, signal));
}

async function readKnown(scope: Scope, provider: string, signal: AbortSignal): Promise<Known> {
  const { trunks } = await trunkRows(scope, { limit: KNOWN_FROM, provider }, signal);
  const details = await Promise.all(trunks.map((trunk) => findTrunk(scope, provider, trunk.trunk_id, signal)));
  const unique = (values: (string | undefined)[]) => [...new Set(values.filter((value) => value !== undefined))];
  return {
    numbers: unique(details.flatMap((trunk) => trunk?.phone_numbers?.map((row) => row.phone_number))),
    ips: unique(details.flatMap((trunk) => trunk?.whitelisted_ips?.map((row) => row.ip))),
    destinations: unique(details.flatMap((trunk) => trunk?.destination_uris?.map((row) => row.destination))),
  };
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
