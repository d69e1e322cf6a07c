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

/** The account's own name, where the settings tell one; and that it is on this machine, as of emulators on a port. */
export function accountOf(provider: AnyProvider, settings: Record<string, unknown>): string | undefined {
  const name = (provider as Provider).account?.(settings);
  const hosts = Object.values(settings).filter((value) => typeof value === "string" && URL.canParse(value));
  const local = hosts.map((value) => new URL(value as string)).find(({ hostname }) => isLoopback(hostname));
  const parts = [name, local && `at ${local.host}`].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(" ") : undefined;
}
