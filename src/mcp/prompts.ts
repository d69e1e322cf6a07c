import { type CompleteResult, type GetPromptResult, ProtocolError, ProtocolErrorCode, type Server } from "@modelcontextprotocol/server";
import { type PromptName, prompts } from "../../prompts/index.ts";
import { brokenRule } from "../core/broken-rule.ts";
import { lenient } from "../core/lenient.ts";
import type { AnyPrompt, PromptContext, PromptMessage } from "../core/prompt.ts";
import { cleanText } from "../core/text.ts";
import type { Scope } from "../pipeline/scope.ts";
import { guideTemplate, guideTopics } from "./guides.ts";
import { allTrunks, audit, findTrunk, known, walkTrunks } from "./listed-trunks.ts";
import type { ScopeOf } from "./request-scope.ts";
import { traced } from "./request-trace.ts";
import { TRUNK_TEMPLATE } from "./resources.ts";
import type { ListedPrompt, Surface } from "./surface.ts";

const MAX_COMPLETIONS = 100;

export function installPrompts(server: Server, surface: Surface, scopeOf: ScopeOf): void {
  const offeredIn = (scope: Scope) => surface.prompts.filter((prompt) => isOffered(prompt, scope));
  server.setRequestHandler("prompts/list", (_, ctx) => ({ prompts: offeredIn(scopeOf(ctx)).map(({ listed }) => listed) }));
  server.setRequestHandler("prompts/get", async (request, ctx) => {
    const scope = scopeOf(ctx);
    const prompt = await load(request.params.name, offeredIn(scope));
    const given = prompt.arguments.safeParse(lenient(prompt.arguments, request.params.arguments ?? {}));
    if (!given.success) {
      const [issue] = given.error.issues;
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `${issue?.path.join(".")}: ${brokenRule(issue?.message ?? "")}`);
    }
    const messages = await traced(ctx, () => prompt.write(given.data, contextOf(scope, ctx.mcpReq.signal, walkTrunks)));
    return { description: prompt.title, messages: messages.flatMap(toMessages) };
  });
  server.setRequestHandler("completion/complete", async (request, ctx) => {
    const { ref, argument, context } = request.params;
    const given = context?.arguments ?? {};
    const scope = scopeOf(ctx);
    const values = await traced(ctx, () => (ref.type === "ref/prompt" ? promptValues(ref.name) : templateValues(ref.uri)));
    return completion(values, argument.value);

    async function promptValues(name: string): Promise<string[]> {
      const prompt = await load(name, offeredIn(scope));
      return (await prompt.complete[argument.name]?.(contextOf(scope, ctx.mcpReq.signal, allTrunks), given)) ?? [];
    }

    async function templateValues(uri: string): Promise<string[]> {
      if (uri === guideTemplate.uriTemplate) return guideTopics;
      if (uri !== TRUNK_TEMPLATE) return [];
      if (argument.name === "provider") return scope.carriers.map(({ provider }) => provider.id);
      return (await allTrunks(scope, given["provider"], ctx.mcpReq.signal)).map((trunk) => trunk.trunk_id);
    }
  });
}

function isOffered(prompt: ListedPrompt, scope: Scope): boolean {
  return prompt.provider === undefined || scope.carriers.some((carrier) => carrier.provider.id === prompt.provider);
}

async function load(name: string, offered: ListedPrompt[]) {
  if (!offered.some((prompt) => prompt.name === name))
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no prompt ${cleanText(name, 64)}`);
  const { default: prompt } = await prompts[name as PromptName]();
  return prompt as AnyPrompt;
}

/** `list` is live where a prompt is written, and from the cache where an argument is completed. */
function contextOf(scope: Scope, signal: AbortSignal, list: typeof allTrunks): PromptContext {
  return {
    providers: scope.carriers.map(({ provider }) => provider),
    sandbox: scope.sandbox,
    listTrunks: (provider) => list(scope, provider, signal),
    findTrunk: (provider, idOrName) => findTrunk(scope, provider, idOrName, signal),
    audit: (provider) => audit(scope, provider, signal),
    known: (provider) => known(scope, provider, signal),
  };
}

function toMessages(message: PromptMessage): GetPromptResult["messages"] {
  const text = { role: "user" as const, content: { type: "text" as const, text: message.text } };
  if (!message.resource) return [text];
  const { uri, json } = message.resource;
  return [
    text,
    { role: "user", content: { type: "resource", resource: { uri, mimeType: "application/json", text: JSON.stringify(json) } } },
  ];
}

function completion(values: string[], typed: string): CompleteResult {
  const matching = values.filter((value) => value.toLowerCase().startsWith(typed.toLowerCase()));
  return { completion: { values: matching.slice(0, MAX_COMPLETIONS), total: matching.length, hasMore: matching.length > MAX_COMPLETIONS } };
}
