import type { ConnectedProvider } from "../core/provider.ts";
import type { AnyTool, ToolContext } from "../core/tool.ts";
import type { Scope } from "./scope.ts";

/** What a tool works with: its carrier's client, connected on first use. */
export async function contextOf(tool: AnyTool, scope: Scope, signal: AbortSignal): Promise<ToolContext<unknown>> {
  const carrier = scope.carriers.find(({ provider }) => provider.id === tool.provider?.id);
  const connected = await carrier?.connected();
  return {
    client: connected?.client,
    trunks: connected?.trunks as ConnectedProvider<unknown>["trunks"],
    moment: connected?.moment,
    carriers: scope.carriers,
    local: { secret: (ref) => scope.store.secrets.find(ref), output: scope.output, probes: scope.probes },
    signal,
  };
}
