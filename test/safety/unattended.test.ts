import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ToolName, tools } from "../../tools/index.ts";
import { runs } from "../support/runs.ts";
import type { Kind } from "./account.ts";
import type { ProviderId } from "./read-account.ts";
import { agreed, live, nobody, openHouse } from "./unattended.ts";
import { check, kindsOf } from "./unattended-check.ts";
import { argumentsOf, script } from "./unattended-moves.ts";

/** Calls that need nobody's word, and must go on without it. */
const allowed: Record<ProviderId, string[]> = {
  exotel: [
    ...["exotel_create_trunk", "exotel_update_trunk", "exotel_map_phone_number", "exotel_whitelist_ip", "exotel_create_credentials"],
    ...["exotel_add_destination_uris", "exotel_set_trunk_alias", "apply_plan", "export_pbx_config"],
  ],
  didww: ["didww_create_voice_out_trunk", "didww_update_voice_out_trunk", "apply_plan", "export_pbx_config"],
  vyom: ["vyom_create_outbound_trunk", "apply_plan", "export_pbx_config"],
  livekit: [
    ...["livekit_create_inbound_trunk", "livekit_create_outbound_trunk", "livekit_create_dispatch_rule"],
    ...["livekit_update_inbound_trunk", "livekit_update_outbound_trunk", "livekit_update_dispatch_rule", "apply_plan"],
  ],
};

/** Histories in which each of those calls is sure to stand; the check ends with the last of them. */
const ENOUGH = 200;

describe.each<ProviderId>(["exotel", "didww", "vyom", "livekit"])("with nobody to ask, %s", (provider) => {
  test("no trunk lets in more than the allowance, and none loses anything", async () => {
    await check(provider, runs(1 / 3));
  });

  test("what needs nobody's word goes on", async () => {
    // The same histories each time: nothing here depends on luck.
    const histories = fc.sample(fc.tuple(fc.constantFrom(...nobody), script(provider, 6)), { seed: 7, numRuns: ENOUGH });
    const held = new Set(allowed[provider]);
    for (const [mode, moves] of histories) {
      if (!moves.some(({ tool }) => held.has(tool))) continue;
      const house = await openHouse(mode, "observed");
      for (const tool of (await live(house, moves)).done) held.delete(tool);
      await house.close();
    }
    expect([...held]).toEqual([]);
  });

  test("a person who agrees gets all of it: what is held above is held for its own reason", async () => {
    const kinds = new Set<Kind>();
    for (const moves of fc.sample(script(provider, 8), { seed: 7, numRuns: runs() })) {
      const house = await openHouse(agreed, "observed");
      const { harm } = await live(house, moves);
      await house.close();
      for (const { kind } of harm) kinds.add(kind);
      // All were met: another history would tell nothing more.
      if (kinds.size === kindsOf[provider].length) break;
    }
    expect([...kinds].sort()).toEqual([...kindsOf[provider]].sort());
  });
});

test("every tool that writes is among what the model does", async () => {
  const names = Object.keys(tools) as ToolName[];
  const effects = await Promise.all(names.map(async (name) => [name, (await tools[name]()).default.effect] as const));
  const writing = effects.filter(([, effect]) => effect !== "read").map(([name]) => name);
  expect(Object.keys(argumentsOf).sort()).toEqual(writing.sort());
});

test("each way of having nobody is a way of its own", () => {
  expect(new Set(nobody.map(({ name }) => name)).size).toBe(18);
});
