import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Step } from "../../src/core/carrier/planner.ts";
import type { Setup } from "../../src/core/carrier/setup.ts";
import { type Observed, type PlanContent, planId } from "../../src/plans/planning/plan-content.ts";
import { runs } from "../support/runs.ts";

const setup = fc.record(
  {
    provider: fc.constantFrom("exotel", "didww"),
    use_case: fc.constantFrom("outbound" as const, "inbound" as const),
    trunk: fc.string({ minLength: 1 }),
    numbers: fc.uniqueArray(fc.stringMatching(/^\+91\d{10}$/), { maxLength: 5 }),
    ips: fc.uniqueArray(fc.ipV4(), { maxLength: 4 }),
    options: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue(), { maxKeys: 4 }),
  },
  { requiredKeys: ["provider", "trunk"] },
) as fc.Arbitrary<Setup>;

const step: fc.Arbitrary<Step> = fc.record({
  n: fc.nat(),
  provider: fc.constant("exotel"),
  trunk: fc.string(),
  tool: fc.constantFrom("exotel_map_phone_number", "exotel_whitelist_ip"),
  arguments: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string()),
  effect: fc.constantFrom("create" as const, "change" as const),
  reason: fc.string(),
});

const content: fc.Arbitrary<PlanContent> = fc.record({
  setups: fc.array(setup, { minLength: 1, maxLength: 3 }),
  prune: fc.boolean(),
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  unchanged: fc.constant([]),
  warnings: fc.array(fc.string()),
  next: fc.constant([]),
});

const observed: Observed[] = [{ provider: "exotel", trunk: "office", trunk_id: "t1", fingerprint: "f1", facts: { name: "office" } }];
const idOf = (plan: PlanContent, seen = observed, principal = "anna", policy = "p1") => planId(plan, seen, principal, policy);

/** The same meaning, written by somebody else: keys, sets and setups in another order, values twice, addresses as ranges. */
function rewritten(plan: PlanContent): PlanContent {
  const setups = plan.setups.map((one) => ({
    ...Object.fromEntries(Object.entries(one).toReversed()),
    ...(one.numbers ? { numbers: [...one.numbers, ...one.numbers].toReversed() } : {}),
    ...(one.ips ? { ips: one.ips.map((ip) => `${ip}/32`).toReversed() } : {}),
    ...(one.options ? { options: Object.fromEntries(Object.entries(one.options).toReversed()) } : {}),
  }));
  return { ...plan, setups: setups.toReversed() as Setup[], steps: plan.steps.toReversed().map((one, n) => ({ ...one, n })) };
}

describe("a plan's id", () => {
  test("is the same for the same meaning", () => {
    fc.assert(
      fc.property(content, (plan) => {
        expect(idOf(rewritten(plan))).toBe(idOf(plan));
      }),
      { numRuns: runs() },
    );
  });

  test("is another for another meaning", () => {
    const changes: ((plan: PlanContent) => PlanContent)[] = [
      (plan) => ({ ...plan, prune: !plan.prune }),
      (plan) => ({ ...plan, setups: plan.setups.map((one) => ({ ...one, trunk: `${one.trunk}x` })) }),
      (plan) => ({ ...plan, setups: plan.setups.map((one) => ({ ...one, numbers: [...(one.numbers ?? []), "+15550100000"] })) }),
      (plan) => ({ ...plan, setups: plan.setups.map((one) => ({ ...one, ips: [...(one.ips ?? []), "192.0.2.0/29"] })) }),
      (plan) => ({ ...plan, setups: plan.setups.map((one) => ({ ...one, options: { ...one.options, another_one: 1 } })) }),
      (plan) => ({ ...plan, steps: plan.steps.slice(1) }),
      (plan) => ({ ...plan, steps: plan.steps.map((one) => ({ ...one, arguments: { ...one.arguments, another_one: "x" } })) }),
      (plan) => ({ ...plan, steps: plan.steps.map((one) => ({ ...one, exposure: "Let everybody in." })) }),
    ];
    fc.assert(
      fc.property(content, fc.constantFrom(...changes), (plan, change) => {
        // Equal steps are one in a set: dropping a twin changes nothing.
        fc.pre(new Set(plan.steps.map(({ n: _, ...one }) => JSON.stringify(one))).size === plan.steps.length);
        expect(idOf(change(plan))).not.toBe(idOf(plan));
      }),
      { numRuns: runs() },
    );
  });

  test.each<[string, string]>([
    ["another person", idOf({ setups: [], prune: false, steps: [], unchanged: [], warnings: [], next: [] }, observed, "berta")],
    ["another policy", idOf({ setups: [], prune: false, steps: [], unchanged: [], warnings: [], next: [] }, observed, "anna", "p2")],
    [
      "another live state",
      idOf({ setups: [], prune: false, steps: [], unchanged: [], warnings: [], next: [] }, [
        { ...(observed[0] as Observed), fingerprint: "f2" },
      ]),
    ],
  ])("%s has another plan", (_, id) => {
    expect(id).toMatch(/^plan_[0-9a-f]{32}$/);
    expect(id).not.toBe(idOf({ setups: [], prune: false, steps: [], unchanged: [], warnings: [], next: [] }));
  });
});
