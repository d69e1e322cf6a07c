import type { TrunkAccess } from "../core/carrier/provider.ts";
import { TrunkError } from "../core/errors.ts";
import { newId } from "../core/id.ts";
import type { Output } from "../core/local.ts";
import { DECIDE_MS } from "../core/person-limits.ts";
import { onceRef, Secret } from "../core/secret.ts";
import type { AnyTool, ToolContext } from "../core/tool.ts";
import type { Scope } from "./scope.ts";

/** Everything that a tool works with. Its carrier's client is connected on first use. */
export async function contextOf(tool: AnyTool, scope: Scope, signal: AbortSignal): Promise<ToolContext<unknown>> {
  const carrier = scope.carriers.find(({ provider }) => provider.id === tool.provider?.id);
  const connected = await carrier?.connected();
  return {
    client: connected?.client,
    trunks: connected?.trunks as TrunkAccess<unknown>["trunks"],
    moment: connected?.moment,
    carriers: scope.carriers,
    local: { secret: (ref) => scope.store.secrets.find(ref), output: outputOf(scope), probes: scope.probes },
    signal,
  };
}

/** On a page, a file is a secret like any other: kept under a name of its own until its owner fetched it, once. */
function outputOf({ output, outside, store, clock, principal }: Scope): Output {
  if (output !== "page") return output;
  return {
    kind: "page",
    offer: async (name, files) => {
      if (!outside) throw new TrunkError("unsupported", "Nobody can fetch a file here. Nothing was written.", { applied: false });
      const ref = onceRef(clock.now() + DECIDE_MS, `${newId()}/${name}`);
      await store.secrets.keep(new Secret(JSON.stringify(files), ref));
      return await outside.revealUrl(ref, principal);
    },
  };
}
