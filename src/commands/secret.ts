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
  examples: ["trunkline secret secret:carrier/trunk_id/login"],
  async run({ word, flags }, ports) {
    const { store, where } = await personsState(flags, ports);
    await showSecret(word.replace(/^secret:/, ""), { ...store, where }, terminalOf(ports));
    return 0;
  },
});

/** `trunkline secret <ref>` shows a password to a person's eyes. An agent that runs the command reads a pipe, and gets none. */
export async function showSecret(
  ref: string,
  { secrets, pin, where }: { secrets: SecretStore; pin: Pin; where: string },
  terminal: Terminal,
): Promise<void> {
  insistOnTerminal(terminal, "Showing a secret");
  await insistOnPin(pin, terminal);
  const secret = await secrets.find(ref);
  if (!secret)
    throw new TrunkError(
      "not_found",
      `No secret is kept under this reference in ${where}. Run the secret_command of the agent's result as it is.`,
    );
  const { text, escaped } = visibly(secret.reveal());
  if (escaped) terminal.output.write("The password has characters that a screen does not show, so you see it as a JSON string:\n");
  terminal.output.write(`${text}\n`);
}
