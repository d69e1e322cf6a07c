import { setTimeout as delay } from "node:timers/promises";

const ANSWER_MS = 1_000;

/** Tells whether the store answers within a second. It is asked once at a time, however many ask here. */
export function createStoreCheck(storeAnswers: () => Promise<void>): () => Promise<boolean> {
  let running: Promise<boolean> | undefined;
  return async () => {
    running ??= storeAnswers()
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        running = undefined;
      });
    return await Promise.race([running, delay(ANSWER_MS, false, { ref: false })]);
  };
}
