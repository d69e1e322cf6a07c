import { type CallToolResult, type ReadResourceResult, ResourceNotFoundError } from "@modelcontextprotocol/server";
import { fits, say } from "../approval/sentences.ts";
import type { ShownTrunk } from "../core/carrier/shown-trunk.ts";
import type { ForViews } from "../core/picture/picture-of.ts";
import type { AnyTool, Effect } from "../core/tool.ts";
import type { CallResult } from "../pipeline/call.ts";
import type { ErrorReport } from "../pipeline/result.ts";
import type { Scope } from "../pipeline/scope.ts";

/** Some hosts show a view only if the server says that it has any. */
export const viewExtension = { "io.modelcontextprotocol/ui": {} };

const MIME_TYPE = "text/html;profile=mcp-app";
/** Another page has another address. */
const FOREVER = { ttlMs: 30 * 86_400_000, cacheScope: "public" } as const;

/** A host need not ask anybody before a view calls a tool, so a view may only read. */
export function viewMeta(uri: string, effect: Effect) {
  return { ui: { resourceUri: uri, ...(effect === "read" ? {} : { visibility: ["model"] }) } };
}

/** Tells whether an answer of the tool can be drawn. Of a write that is the approval for which it waits. */
export function hasView({ effect, pictured }: AnyTool & { pictured?: boolean }): boolean {
  return effect !== "read" || pictured === true;
}

export function isView(uri: string): boolean {
  return uri.startsWith("ui://");
}

/** The page itself, once a host asks for it. */
export async function readView(uri: string): Promise<ReadResourceResult> {
  const { view } = await import("./view-page.ts");
  if (view?.uri !== uri) throw new ResourceNotFoundError(uri);
  return { contents: [{ uri, mimeType: MIME_TYPE, text: view.page, _meta: { ui: { prefersBorder: true } } }], ...FOREVER };
}

/** For a view beside the answer itself; the model is not given it. */
export async function metaForViews(result: Exclude<CallResult, { kind: "ask" }>, scope: Scope): Promise<Pick<CallToolResult, "_meta">> {
  const forViews = result.kind === "failed" ? await waitingFor(result.error, scope) : await beside(result.result, scope);
  return forViews === undefined ? {} : { _meta: { trunkline: { ...forViews } } };
}

/** The decision as the approval page shows it. */
async function waitingFor(error: ErrorReport, scope: Scope): Promise<ForViews | undefined> {
  if (error.code !== "approval_required" || error.approval === undefined) return undefined;
  const approval = await scope.store.approvals.find(error.approval);
  if (approval === undefined) return undefined;
  const decision = say(approval, scope.clock.now());
  return { waiting: { decision, until: approval.expiresAt, command: error.approve_command } };
}

/** The effects of a plan that is not applied yet, trunk by trunk; of a trunk, its carrier's own words. */
async function beside(result: Record<string, unknown>, scope: Scope): Promise<ForViews | undefined> {
  const { plan_id, steps, state, trunk, before } = result;
  if (typeof plan_id === "string" && steps !== undefined && state === undefined) return await effectsOf(plan_id, scope);
  if (trunk === undefined || before !== undefined) return undefined;
  const shown = trunk as ShownTrunk;
  const picture = await scope.carriers.find(({ provider }) => provider.id === shown.provider)?.provider.picture?.();
  return picture && { fields: picture.fields, ...(picture.calls ? { calls: picture.calls(shown) } : {}) };
}

/** Nothing of a plan that no page could show whole: a person is not asked about it either. */
async function effectsOf(planId: string, scope: Scope): Promise<ForViews | undefined> {
  const decisions = await scope.plans.decisions(planId, scope);
  return decisions.every((one) => fits(one, "page")) ? { decisions } : undefined;
}
