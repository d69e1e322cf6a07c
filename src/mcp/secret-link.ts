import { type InputRequiredResult, inputRequired, inputResponse, type ServerContext } from "@modelcontextprotocol/server";
import type { AnyTool } from "../core/tool.ts";
import type { Scope } from "../pipeline/scope.ts";

const KEY = "reveal";

/** A link to a page on which the person, and nobody else in the conversation, sees a password that the result names. */
export async function offerSecret(
  tool: AnyTool,
  result: Record<string, unknown>,
  clientShowsLinks: boolean,
  scope: Scope,
  ctx: ServerContext,
): Promise<InputRequiredResult | undefined> {
  const [ref] = tool.effect === "read" && tool.offersSecrets ? secretRefs(result) : [];
  const answered = inputResponse(ctx.mcpReq.inputResponses, KEY).kind === "elicit";
  if (ref === undefined || answered || !clientShowsLinks || !scope.outside) return undefined;
  const url = await scope.outside.revealUrl(ref, scope.principal);
  const message = "This page shows the password, once, and outside the conversation. Declining leaves the result as it is.";
  return inputRequired({ inputRequests: { [KEY]: inputRequired.elicitUrl({ message, url }) } });
}

function secretRefs(value: unknown): string[] {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === "secret_ref" && typeof item === "string" ? [item.replace(/^secret:/, "")] : secretRefs(item),
  );
}
