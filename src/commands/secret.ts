import { TrunkError } from "../core/errors.ts";
import type { Pin, SecretStore } from "../core/store/store.ts";
import { cleanText, visibly } from "../core/text.ts";
import { personsState } from "../startup/local.ts";
import { defineCommand, ofSandbox } from "./command.ts";
import { insistOnPin } from "./pin.ts";
import { insistOnTerminal, type Terminal, terminalOf } from "./terminal.ts";

export default defineCommand({
  word: { name: "ref", help: "the secret_ref of a result, with or without secret: before it" },
  flags: ofSandbox,
  examples: ["trunkline secret secret:carrier/trunk_id/login"],
  async run({ word, flags }, ports) {
    const { store, where, sandboxed } = await personsState(flags, ports);
    await showSecret(word.replace(/^secret:/, ""), { ...store, where, sandboxed }, terminalOf(ports));
    return 0;
  },
});

interface SecretPorts {
  secrets: SecretStore;
  pin: Pin;
  /** Names the place of the state, for a person. */
  where: string;
  sandboxed: boolean;
}

/** `trunkline secret <ref>` shows a password to a person's eyes. An agent that runs the command reads a pipe, and gets none. */
export async function showSecret(ref: string, { secrets, pin, where, sandboxed }: SecretPorts, terminal: Terminal): Promise<void> {
  insistOnTerminal(terminal, "Showing a secret");
  await insistOnPin(pin, terminal);
  const secret = await secrets.find(ref);
  if (!secret)
    throw new TrunkError(
      "not_found",
      `No secret is kept under this reference in ${where}. Run the secret_command of the agent's result as it is.`,
    );
  const { text, escaped } = visibly(secret.reveal());
  const { paint } = terminal.screen;
  const lines = [
    paint("bold", sandboxed ? paint("cyan", "SANDBOX: no carrier is touched.") : paint("yellow", "LIVE: a live account takes it.")),
    paint("bold", `The password of ${cleanText(ref)}:`),
    ...(escaped ? [paint("yellow", "It has characters that a screen does not show, so you see it as a JSON string.")] : []),
    // Unpainted: what a person copies is the password and nothing else.
    text,
  ];
  for (const line of lines) terminal.output.write(`${line}\n`);
}
