import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Effect } from "../../src/core/tool.ts";
import { type Narrowing, type Policy, tighten, whyHidden, within } from "../../src/pipeline/policy.ts";
import { runs } from "../support/runs.ts";
import { defaultPolicy } from "../support/scope.ts";

const toolset = fc.constantFrom("exotel", "didww", "vyom", "trunks", "plans", "sip", "nonsense");
const effects = ["read", "create", "change", "destroy"] as const satisfies readonly Effect[];
const approvals = ["two_step", "ask", "refuse"] as const;
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const policies: fc.Arbitrary<Policy> = fc.record({
  readOnly: fc.boolean(),
  toolsets: maybe(fc.array(toolset)),
  approval: fc.constantFrom(...approvals),
  ask: fc.record({
    askFor: fc.constantFrom("widening", "writes"),
    allowance: fc.record({ callers: fc.integer({ min: 0, max: 16 }), logins: fc.constant(2) }),
  }),
  plainPasswords: fc.constantFrom("ask", "refuse"),
  revealSecrets: fc.boolean(),
  effects: maybe(fc.subarray([...effects])),
});
const narrowings: fc.Arbitrary<Narrowing> = fc.record({
  readOnly: maybe(fc.boolean()),
  toolsets: maybe(fc.array(toolset)),
  approval: maybe(fc.constantFrom(...approvals)),
  askFor: maybe(fc.constantFrom("widening", "writes")),
  allowance: maybe(fc.integer({ min: 0, max: 16 })),
  plainPasswords: maybe(fc.constantFrom("ask", "refuse")),
  hideSecrets: maybe(fc.boolean()),
  effects: maybe(fc.subarray([...effects])),
});

/** Everything that a policy lets happen. */
function allowed(policy: Policy): string[] {
  const calls = ["exotel", "trunks", "plans", "sip"].flatMap((set) =>
    effects
      .filter((effect) => whyHidden({ name: "tool", effect, provider: undefined, toolset: set }, { policy, carriers: [] }) === undefined)
      .filter((effect) => policy.effects?.includes(effect) !== false)
      .map((effect) => `${set} ${effect}`),
  );
  return [...calls, ...(policy.revealSecrets ? ["secrets"] : [])];
}

describe("what a request asks for itself", () => {
  test("never allows what the operator does not", () => {
    fc.assert(
      fc.property(policies, narrowings, (policy, asked) => {
        const narrowed = tighten(policy, asked);
        const before = new Set(allowed(policy));
        expect(allowed(narrowed).filter((one) => !before.has(one))).toEqual([]);
        expect(narrowed.ask.allowance.callers).toBeLessThanOrEqual(policy.ask.allowance.callers);
        if (policy.ask.askFor === "writes") expect(narrowed.ask.askFor).toBe("writes");
        if (policy.plainPasswords === "refuse") expect(narrowed.plainPasswords).toBe("refuse");
        expect(approvals.indexOf(narrowed.approval)).toBeGreaterThanOrEqual(approvals.indexOf(policy.approval));
      }),
      { numRuns: runs() },
    );
  });

  test("of a tenant's settings and the server's, the stricter hold", () => {
    fc.assert(
      fc.property(policies, policies, (server, tenant) => {
        const both = within(server, tenant);
        for (const one of [server, tenant]) {
          const before = new Set([...allowed(one), "secrets"]);
          expect(allowed(both).filter((call) => !before.has(call))).toEqual([]);
          expect(both.ask.allowance.callers).toBeLessThanOrEqual(one.ask.allowance.callers);
          if (one.ask.askFor === "writes") expect(both.ask.askFor).toBe("writes");
          if (one.plainPasswords === "refuse") expect(both.plainPasswords).toBe("refuse");
          expect(approvals.indexOf(both.approval)).toBeGreaterThanOrEqual(approvals.indexOf(one.approval));
        }
        expect(both.revealSecrets).toBe(tenant.revealSecrets);
      }),
      { numRuns: runs() },
    );
  });

  test("takes away what it says", () => {
    const open: Policy = { ...defaultPolicy, approval: "two_step", revealSecrets: true };
    const asked = { readOnly: true, toolsets: ["trunks"], approval: "refuse", hideSecrets: true, effects: ["read"] } as const;
    expect(tighten(open, { ...asked, askFor: "writes", allowance: 0, plainPasswords: "refuse" })).toEqual({
      readOnly: true,
      toolsets: ["trunks"],
      approval: "refuse",
      ask: { askFor: "writes", allowance: { callers: 0, logins: 2 } },
      plainPasswords: "refuse",
      revealSecrets: false,
      effects: ["read"],
    });
    expect(allowed(tighten(open, { toolsets: [] }))).toEqual(["secrets"]);
  });
});
