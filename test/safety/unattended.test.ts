import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ToolName, tools } from "../../tools/index.ts";
import { runs } from "../support/runs.ts";
import type { Kind } from "./account.ts";
import type { ProviderId } from "./read-account.ts";
import { agreed, live, nobody, openHouse } from "./unattended.ts";
import { check, kindsOf } from "./unattended-check.ts";
import { argumentsOf, script } from "./unattended-moves.ts";

/** Histories in which each kind of harm is sure to stand; the control ends with the last of them. */
const ENOUGH = 200;

describe.each<ProviderId>(["exotel", "didww", "vyom", "livekit", "telnyx", "twilio"])("with nobody to ask, %s", (provider) => {
  test("no trunk lets in more than the allowance, and none loses anything", async () => {
    await check(provider, runs(1 / 3));
  });

  test("a person who agrees gets all of it: what is held above is held for its own reason", async () => {
    const kinds = new Set<Kind>();
    for (const moves of fc.sample(script(provider, 8), { seed: 7, numRuns: ENOUGH })) {
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
