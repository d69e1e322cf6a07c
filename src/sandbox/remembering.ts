import type { Emulator, EmulatorAnswer, EmulatorRequest } from "../core/carrier/emulator.ts";
import type { EmulatorStates } from "../core/store/store.ts";

/** Answers for an account that several processes share: each request finds it as the one before left it. */
export function remembering(
  emulator: Emulator,
  carrier: string,
  states: EmulatorStates,
  isRead: (request: EmulatorRequest) => boolean,
): (request: EmulatorRequest) => Promise<EmulatorAnswer> {
  let loaded: string | undefined;
  const load = (saved: string | undefined) => {
    if (saved !== loaded) emulator.load(saved);
    loaded = saved;
  };
  return async (request) => {
    if (isRead(request)) {
      // A store that is down stops writes only, as with a real carrier: reads see what this process knew last.
      await states.read(carrier).then(load, () => {});
      return emulator.handle(request);
    }
    return await states.change(carrier, (saved) => {
      load(saved);
      const result = emulator.handle(request);
      // If it cannot be written, the next request loads what is there.
      loaded = emulator.save();
      return { saved: loaded, result };
    });
  };
}
