import { AsyncLocalStorage } from "node:async_hooks";
import type { Errand } from "./errand.ts";
import type { Trace } from "./trace-context.ts";

/** What calls of carriers belong to, however many functions stand between. */
interface Ambient {
  trace?: Trace;
  errand?: Errand;
}

const ambient = new AsyncLocalStorage<Ambient>();
let running = 0;

/** Everything that `run` begins has this around it, and what was around it before. */
export async function within<T>(more: Ambient, run: () => Promise<T>): Promise<T> {
  running += 1;
  try {
    return await ambient.run({ ...ambient.getStore(), ...more }, run);
  } finally {
    running -= 1;
    // Before Node 24 this slows every promise of the process down, those of answers that ask no carrier too.
    if (running === 0) ambient.disable();
  }
}

export function around(): Ambient | undefined {
  return ambient.getStore();
}
