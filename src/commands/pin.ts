import { pinProblem } from "../approval/pin-check.ts";
import { problems } from "../approval/words.ts";
import { TrunkError } from "../core/errors.ts";
import type { Pin } from "../core/store/store.ts";
import { askHidden, insistOnTerminal, type Terminal } from "./terminal.ts";

const MIN_PIN = 6;
const MAX_PIN = 64;

/** Asks for the PIN if one is set, and goes on only with the right one. */
export async function insistOnPin(pin: Pin, terminal: Terminal, question = "Approval PIN: "): Promise<void> {
  if (!(await pin.isSet())) return;
  const problem = await pinProblem(pin, await askHidden(terminal, question));
  if (problem) throw new TrunkError("approval_refused", problems[problem].text);
}

/** `trunkline approve --set-pin` asks for the old PIN first, so that an agent with a shell cannot replace it. */
export async function setPin(pin: Pin, terminal: Terminal, where: string): Promise<void> {
  insistOnTerminal(terminal, "Setting the PIN");
  await insistOnPin(pin, terminal, "Present PIN: ");
  const chosen = await askHidden(terminal, `New PIN (${MIN_PIN} to ${MAX_PIN} characters): `);
  const length = [...chosen].length;
  if (length < MIN_PIN || length > MAX_PIN) {
    throw new TrunkError("invalid_input", `Your PIN needs ${MIN_PIN} to ${MAX_PIN} characters. Nothing was changed.`);
  }
  if ((await askHidden(terminal, "New PIN again: ")) !== chosen) {
    throw new TrunkError("invalid_input", "The two entries differ. Nothing was changed.");
  }
  await pin.set(chosen);
  terminal.output.write(
    `The PIN is set in ${where}. Page and terminal now ask you for it before an approval kept there is decided, and forms no longer decide.\n`,
  );
}

/** `trunkline approve --clear-pin` asks for the PIN and removes it. */
export async function clearPin(pin: Pin, terminal: Terminal): Promise<void> {
  insistOnTerminal(terminal, "Removing the PIN");
  if (!(await pin.isSet())) return void terminal.output.write("No PIN is set.\n");
  await insistOnPin(pin, terminal);
  await pin.set(undefined);
  terminal.output.write("The PIN is removed.\n");
}
