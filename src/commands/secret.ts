import { TrunkError } from "../core/errors.ts";
import type { Pin, SecretStore } from "../core/store/store.ts";
import { visibly } from "../core/text.ts";
import { personsState } from "../startup/local.ts";
import { defineCommand, ofSandbox } from "./command.ts";
import { insistOnPin } from "./pin.ts";
import { insistOnTerminal, type Terminal, terminalOf } from "./terminal.ts";

export default defineCommand({
  word: { name: "ref", help: "the secret_ref of a result, with or without secret: before it" },
  flags: ofSandbox,
  examples: ["trunkline secret exotel_0123456789"],
  async run({ word, flags: { sandbox } }, ports) {
    const { store } = await personsState(sandbox, ports);
    await showSecret(word.replace(/^secret:/, ""), store, terminalOf(ports));
    return 0;
  },
});

/** `trunkline secret <ref>` shows a password to a person's eyes. An agent that runs the command reads a pipe, and gets none. */
export async function showSecret(ref: string, { secrets, pin }: { secrets: SecretStore; pin: Pin }, terminal: Terminal): Promise<void> {
  insistOnTerminal(terminal, "Showing a secret");
  await insistOnPin(pin, terminal);
  const secret = await secrets.find(ref);
  if (!secret)
    throw new TrunkError(
      "not_found",
      "No secret is kept under this reference. Pass the secret_ref of one of the agent's results, and add --sandbox if it was on the sandbox.",
    );
  const { text, escaped } = visibly(secret.reveal());
  if (escaped) terminal.output.write("The password has characters that a screen does not show, so you see it as a JSON string:\n");
  terminal.output.write(`${text}\n`);
}
