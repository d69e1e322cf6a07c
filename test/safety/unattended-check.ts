import fc from "fast-check";
import type { Kind } from "./account.ts";
import type { ProviderId } from "./read-account.ts";
import { live, nobody, openHouse, shown } from "./unattended.ts";
import { script } from "./unattended-moves.ts";

/** All that can happen to a carrier's trunks. */
export const kindsOf: Record<ProviderId, Kind[]> = {
  exotel: [
    ...(["trunk lost", "callers lost", "logins lost", "routes lost", "alias lost"] as const),
    ...(["callers opened", "logins opened", "routes opened"] as const),
  ],
  didww: [
    ...(["trunk lost", "callers lost", "logins lost", "routes lost"] as const),
    ...(["callers opened", "logins opened", "routes opened", "spending raised", "guards weakened"] as const),
  ],
  vyom: ["trunk lost", "logins opened", "guards weakened"],
  twilio: [
    ...(["trunk lost", "callers lost", "logins lost", "routes lost"] as const),
    ...(["callers opened", "logins opened", "routes opened", "guards weakened"] as const),
  ],
  livekit: [
    ...(["trunk lost", "callers lost", "logins lost", "routes lost"] as const),
    ...(["callers opened", "logins opened", "routes opened", "guards weakened"] as const),
  ],
  telnyx: [
    ...(["trunk lost", "callers lost", "logins lost", "routes lost", "alias lost"] as const),
    ...(["logins opened", "routes opened", "spending raised", "guards weakened"] as const),
  ],
};

/** Shrinking ends then, with the shortest that was found. */
const GIVEN_UP_AFTER_MS = 540_000;

/** Throws with the shortest sequence that lets somebody in, or takes something away, while nobody looks. */
export async function check(provider: ProviderId, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(
    fc.constantFrom(...nobody),
    fc.constantFrom("observed", "documented"),
    script(provider, 6),
    async (mode, dialect, moves) => {
      const house = await openHouse(mode, dialect);
      try {
        const { harm } = await live(house, moves);
        if (harm.length > 0) throw new Error(`${mode.name}, ${dialect}:\n  ${shown(harm)}`);
      } finally {
        await house.close();
      }
    },
  );
  await fc.assert(property, { numRuns, interruptAfterTimeLimit: GIVEN_UP_AFTER_MS });
}
