import { type Listed, listedTools } from "../../mcp/server.ts";
import type { Surface } from "../../mcp/surface.ts";
import type { Scope } from "../../pipeline/scope.ts";
import { bodyOf, withReadyBody } from "./ready-body.ts";

/** More lists than tenants have policies; lists that clients narrow for themselves must not fill the memory. */
const KEPT = 20;

/** The tools that a scope lists, as JSON that is written once. */
export function createToolsJson(surface: Surface): (scope: Scope) => Buffer {
  const texts = new Map<string, Buffer>();
  return (scope) => {
    const tools: Listed[] = listedTools(surface, scope);
    const key = tools.map(({ name }) => name).join();
    const known = texts.get(key);
    if (known !== undefined) return known;
    if (texts.size >= KEPT) texts.clear();
    const text = Buffer.from(JSON.stringify(tools));
    texts.set(key, text);
    return text;
  };
}

export function asksForTools(body: unknown): boolean {
  return (body as { method?: unknown } | null)?.method === "tools/list";
}

const NONE = '"tools":[]';

/**
 * Puts the list as text into an answer that the SDK gave with an empty one. To write thirty schemas anew each time would cost
 * more than all the rest of an answer.
 */
export async function withTools(answer: Response, tools: Buffer): Promise<Response> {
  if (answer.status !== 200) return answer;
  const text = String(await bodyOf(answer));
  const json = /^data: (.*)$/m.exec(text)?.[1] ?? text;
  const [before, after] = json.split(NONE);
  const whole = after === undefined ? json : Buffer.concat([Buffer.from(`${before}"tools":`), tools, Buffer.from(after)]);
  return withReadyBody(answer, whole);
}
