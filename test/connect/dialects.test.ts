import { afterEach, expect, test } from "vitest";
import { startPlanning } from "../plans/support.ts";
import { directions, wanted, writes } from "./support.ts";

let trunkline: Awaited<ReturnType<typeof startPlanning>>;
afterEach(() => trunkline.close());

test.each(
  ["exotel", "didww", "twilio", "telnyx"].flatMap((provider) =>
    ["observed", "documented"].flatMap((dialect) => directions.map((direction) => [provider, dialect, direction] as const)),
  ),
)("%s, dialect %s, %s: LiveKit is sent the password that the carrier has", async (provider, dialect, direction) => {
  trunkline = await startPlanning({ dialect });
  const { value: planned } = await trunkline.call("connect_trunk", wanted(provider, direction));
  const { value } = await trunkline.call("apply_plan", { plan_id: planned.plan_id });
  expect(value.state, JSON.stringify(value)).toBe("done");
  const sent = JSON.stringify([...writes(trunkline, provider), ...writes(trunkline, "livekit")]);
  const passwords = [...sent.matchAll(/"(?:auth_)?password":"([^"]+)"/gi)].map(([, text]) => text);
  if (provider !== "didww") expect(new Set(passwords).size).toBe(direction === "inbound" ? 0 : 1);
});
