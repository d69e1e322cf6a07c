import type { Clock } from "../core/clock.ts";
import { TrunkError } from "../core/errors.ts";
import type { Store } from "../core/store/store.ts";
import { decideApproval, listApprovals } from "./approve.ts";
import { clearPin, setPin } from "./pin.ts";
import { showSecret } from "./secret.ts";
import type { Terminal } from "./terminal.ts";

export interface ApproveOptions {
  id: string | undefined;
  refuse: boolean;
  setPin: boolean;
  clearPin: boolean;
}

/** `trunkline approve`: what waits, one decision, or the PIN. */
export async function runApprove(options: ApproveOptions, store: Store, clock: Clock, terminal: Terminal): Promise<void> {
  if (options.setPin) return await setPin(store.pin, terminal);
  if (options.clearPin) return await clearPin(store.pin, terminal);
  const ports = { ...store, clock };
  if (options.id === undefined) return await listApprovals(ports, terminal);
  await decideApproval(options.id, options.refuse, ports, terminal);
}

/** `trunkline secret <ref>`: the ref as results show it, with or without `secret:`. */
export async function runSecret(ref: string | undefined, store: Store, terminal: Terminal): Promise<void> {
  if (ref === undefined) throw new TrunkError("invalid_input", "Name the secret: trunkline secret <ref>, with the secret_ref of a result.");
  await showSecret(ref.replace(/^secret:/, ""), store, terminal);
}
