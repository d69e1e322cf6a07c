import { Secret } from "../core/secret.ts";
import type { SecretStore } from "../core/store/store.ts";
import type { AnyWriteTool, ToolResult } from "../core/tool.ts";
import { withoutSecrets } from "./secret-fields.ts";

/**
 * A password is kept before the carrier knows it, under the call that sends it: a crash must not lose it, and a call that
 * is refused must not replace the password that was right before.
 */
export async function keepPending(secrets: SecretStore, intent: string, secret: Secret | undefined): Promise<void> {
  if (secret?.ref === undefined) return;
  await secrets.keep(new Secret(JSON.stringify([secret.ref, secret.reveal()]), pendingRef(intent)));
}

/** The call took effect, or it did not: its password goes to its own place, or away. */
export async function settlePending(secrets: SecretStore, intent: string, tookEffect: boolean): Promise<void> {
  const pending = await secrets.find(pendingRef(intent));
  if (!pending) return;
  const [ref, value] = JSON.parse(pending.reveal()) as [string, string];
  if (tookEffect) await secrets.keep(new Secret(value, ref));
  await secrets.forget(pendingRef(intent));
}

/** Adds the secret that was kept for a call to its result found by reading back, as the first answer would have. */
export async function withKept(
  tool: AnyWriteTool,
  input: Record<string, unknown>,
  found: object,
  secrets: SecretStore,
): Promise<ToolResult> {
  const result = { ...found };
  const ref = tool.keeps?.(withoutSecrets(tool, input)).ref;
  // The result stands, also where its password cannot be read now.
  const secret = ref === undefined ? undefined : await secrets.find(ref).catch(() => undefined);
  return secret ? (tool.withKept?.(result, secret) ?? result) : result;
}

function pendingRef(intent: string): string {
  return `pending/${intent}`;
}
