import type { Where } from "../consequence.ts";
import { isLoopback } from "../loopback.ts";
import type { AnyProvider, Carrier, Provider } from "./provider.ts";

/** Names the sandbox, or the live accounts: of these carriers, or of all that are configured. */
export function whereOf(
  { sandbox, carriers }: { sandbox: boolean; carriers: readonly Pick<Carrier, "provider" | "account">[] },
  titles: readonly string[] = [],
): Where {
  if (sandbox) return { sandbox, text: "SANDBOX: no carrier is touched" };
  const about = carriers.filter(({ provider }) => titles.includes(provider.title));
  const named = (about.length > 0 ? about : carriers).map(({ provider, account = "" }) => `${provider.title} account ${account}`.trim());
  return { sandbox, text: `LIVE: ${named.join(", ")}` };
}

/** In a word, for a line of the log. */
export function kindOf(sandbox: boolean): "sandbox" | "live" {
  return sandbox ? "sandbox" : "live";
}

/** How many tenants of each kind a server has. */
export interface TenantCounts {
  live: number;
  sandbox: number;
}

export function kindsOf({ live, sandbox }: TenantCounts): string {
  return live > 0 && sandbox > 0 ? "live and sandbox" : kindOf(live === 0);
}

/** As much of a server as somebody may know who is not signed in: no account, and nobody's name. */
export function whereOfAll(counts: TenantCounts): Where {
  const { live, sandbox } = counts;
  if (live === 0) return whereOf({ sandbox: true, carriers: [] });
  return { sandbox: false, text: sandbox === 0 ? "LIVE: accounts at carriers" : "LIVE and SANDBOX: it depends on who signs in" };
}

/** The account's own name, where the settings tell one; and that it is on this machine, as of emulators on a port. */
export function accountOf(provider: AnyProvider, settings: Record<string, unknown>): string | undefined {
  const name = (provider as Provider).account?.(settings);
  const hosts = Object.values(settings).filter((value) => typeof value === "string" && URL.canParse(value));
  const local = hosts.map((value) => new URL(value as string)).find(({ hostname }) => isLoopback(hostname));
  const parts = [name, local && `at ${local.host}`].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(" ") : undefined;
}
