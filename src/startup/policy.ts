import type { Clock } from "../core/clock.ts";
import type { Configuration } from "../core/config.ts";
import { policyFrom } from "../pipeline/policy.ts";
import { createProbes } from "../pipeline/probe-budget.ts";
import type { Scope } from "../pipeline/scope.ts";

/** Makes the part of a scope that an operator's settings decide. */
export function permissionsOf({ server, sandbox }: Configuration, clock: Clock): Pick<Scope, "policy" | "probes"> {
  return {
    policy: policyFrom(server),
    probes: createProbes({ allowPrivate: server.TRUNKLINE_ALLOW_PRIVATE_PROBES, carriers: !sandbox }, clock),
  };
}
