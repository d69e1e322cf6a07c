import type { Carrier } from "../core/carrier/provider.ts";
import { TrunkError } from "../core/errors.ts";
import type { Scope } from "../pipeline/scope.ts";
import { localScope } from "../startup/local.ts";
import { defineCommand } from "./command.ts";

export default defineCommand({
  flags: {},
  examples: ["trunkline config"],
  async run(_, ports) {
    ports.stdout.write(await describeConfiguration(localScope(ports)));
    return 0;
  },
});

/** Says how the settings were understood, and what each carrier answers to one cheap question. */
export async function describeConfiguration(scope: Scope): Promise<string> {
  const { policy } = scope;
  const answers = await Promise.all(scope.carriers.map(askCarrier));
  const lines = [
    scope.sandbox ? "sandbox: emulators answer, and no carrier is called" : "live: carriers are called",
    `approval: ${policy.approval}, for ${policy.ask.askFor === "writes" ? "every write" : `each write that widens or removes; ${policy.ask.allowance.callers} addresses a trunk need no person`}`,
    `passwords in the conversation: ${policy.plainPasswords === "ask" ? "accepted once a person agreed" : "refused"}`,
    `read-only: ${policy.readOnly ? "yes" : "no"}`,
    `toolsets: ${policy.toolsets?.join(", ") ?? "all"}`,
    `passwords in results: ${policy.revealSecrets ? "yes" : "no"}`,
    ...answers,
  ];
  return `${lines.join("\n")}\n`;
}

async function askCarrier({ provider, connected }: Carrier): Promise<string> {
  try {
    const { client, trunks } = await connected();
    await trunks.list(client, { limit: 1 });
    return `${provider.title}: answers, and accepts the key`;
  } catch (error) {
    return `${provider.title}: ${error instanceof TrunkError ? `${error.message} ${error.hint}` : "failed unexpectedly"}`;
  }
}
