import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { sqlitePlace } from "../store/place.ts";
import { call } from "./carrier.ts";
import { openWorld } from "./model-world.ts";

const plan = { provider: "exotel", use_case: "outbound", trunk: "north", numbers: ["+918044321001"], ips: ["44.248.146.11"] };

/** Longer than a lease. */
const OVERSLEPT_MS = 4_500;

test.each([0, 3_600_000, -3_600_000])(
  "a step of a replica whose clock is wrong by %d ms, and that stops before it knows the answer, is not sent again by another",
  async (wrongMs) => {
    const place = await sqlitePlace();
    const world = await openWorld(place.location, 2);
    try {
      const [first, second] = world.replicas;
      if (!first || !second) throw new Error("there are no replicas");
      first.step(wrongMs);
      const { plan_id } = (await call("plan_trunk", plan, first)) as { plan_id: string };
      const applied = call("apply_plan", { plan_id }, first).catch(() => {});
      // The trunk and its number are there: only the answer to the second is still on its way.
      while (world.changes.length < 2) await delay(1);
      first.pause(OVERSLEPT_MS);
      await applied;
      await world.settle();
      expect(world.violations).toEqual([]);
      expect((await second.store.plans.find(plan_id))?.state).toBe("done");
      expect(world.changes).toHaveLength(3);
    } finally {
      await world.close();
      await place.remove();
    }
  },
);
