import { describe, expect, test } from "vitest";
import { SANDBOX_KEY, SANDBOX_SECRET } from "../../src/providers/livekit/sandbox-key.ts";
import { mintToken } from "../../src/providers/livekit/token.ts";
import { agreeing, startTrunkline } from "../support/trunkline.ts";
import { type BothEnds, bothEnds } from "./both-ends.ts";
import { lines as numbers, wanted } from "./support.ts";

async function world(provider: string) {
  const ends = await bothEnds(provider);
  return { ...ends, ...(await startTrunkline({ providers: ends.providers, person: agreeing, unlimited: true })) };
}

/** Somebody else's work at LiveKit, past us. */
const moves: [name: string, method: string, body: (ids: { trunk: string; rule: string }) => object][] = [
  ["its trunk is deleted", "DeleteSIPTrunk", ({ trunk }) => ({ sip_trunk_id: trunk })],
  [
    "its trunk gets other numbers",
    "UpdateSIPInboundTrunk",
    ({ trunk }) => ({ sip_trunk_id: trunk, update: { numbers: { set: ["+4930123456"] } } }),
  ],
  ["its rule is deleted", "DeleteSIPDispatchRule", ({ rule }) => ({ sip_dispatch_rule_id: rule })],
];

function move({ ask, saved }: BothEnds, [, method, body]: (typeof moves)[number]): void {
  const { inbound: [[trunk] = [""]] = [], rules: [[rule] = [""]] = [] } = saved("livekit");
  const headers = { authorization: `Bearer ${mintToken(SANDBOX_KEY, SANDBOX_SECRET)}` };
  ask("livekit", { method: "POST", path: `twirp/livekit.SIP/${method}`, headers, body: JSON.stringify(body({ trunk, rule })) });
}

/** LiveKit's trunk and rule come first. */
const FIRST = 2;

describe.each(Object.keys(numbers))("%s, while somebody else is at work at LiveKit", (provider) => {
  test.each(moves)("%s between two steps: the number stays where it is, and the plan says why", async (...one) => {
    let moment = FIRST;
    for (let isOver = false; !isOver; moment += 1) {
      const whole = await world(provider);
      const { plan_id } = (await whole.call("connect_trunk", wanted(provider, "inbound"))).value;
      let moved = false;
      whole.after(moment, () => {
        moved = true;
        // After the last write it is a finished connection that somebody breaks.
        if (whole.lines().some(({ hosts }) => hosts.length > 0)) isOver = true;
        else move(whole, one);
      });
      const { state, failed } = (await whole.call("apply_plan", { plan_id })).value;
      expect(moved).toBe(true);
      expect(whole.half, `after write ${moment}`).toEqual([]);
      // The step that was to take its login finds the trunk gone.
      if (!isOver) expect(`${state} ${failed?.error.code}`, `after write ${moment}`).toMatch(/^partial (conflict|not_found)$/);
      await whole.close();
    }
    expect(moment).toBeGreaterThan(FIRST + 1);
  });

  test.each(moves)("%s between plan and approval: the plan is void, and nothing is sent", async (...one) => {
    const whole = await world(provider);
    const first = (await whole.call("connect_trunk", { ...wanted(provider, "inbound"), trunk: "other" })).value;
    await whole.call("apply_plan", { plan_id: first.plan_id });
    const { plan_id } = (await whole.call("connect_trunk", { ...wanted(provider, "both"), trunk: "other" })).value;
    move(whole, one);
    const { sandbox } = whole;
    const before = sandbox.seen.length;
    expect((await whole.call("apply_plan", { plan_id })).value).toMatchObject({ code: "conflict", applied: false });
    expect(sandbox.seen.slice(before).filter(({ effect }) => effect === "write")).toEqual([]);
    await whole.close();
  });

  test("the number moved to another trunk between plan and approval: it stays there", async () => {
    const whole = await world(provider);
    const { call } = whole;
    const [number] = wanted(provider, "inbound")["numbers"] as string[];
    const office = (trunk: string) => ({
      ...{ provider, use_case: "inbound", trunk, numbers: [number], destinations: ["sip.example.com:5061;transport=tls"] },
      ...(provider === "twilio" ? { options: { domain_name: `${trunk}.pstn.twilio.com` } } : {}),
    });
    const done = async (given: object) => {
      const { plan_id } = (await call("plan_trunk", given as Record<string, unknown>)).value;
      expect((await call("apply_plan", { plan_id })).value).toMatchObject({ state: "done" });
    };
    await done(office("first"));
    const { plan_id } = (await call("connect_trunk", wanted(provider, "inbound"))).value;
    await done(office("second"));
    const { state, code, failed } = (await call("apply_plan", { plan_id })).value;
    // A carrier that keeps a number's place in the number's record notices at the step that routes it.
    if (state === undefined) expect(code).toBe("conflict");
    else expect([state, failed.error]).toMatchObject(["partial", { applied: false }]);
    expect(whole.half).toEqual([]);
    expect(whole.lines().map(({ hosts }) => hosts)).toEqual([["sip.example.com"]]);
    await whole.close();
  });
});
