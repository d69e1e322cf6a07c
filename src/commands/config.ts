import { type Policy, policyFrom } from "../pipeline/policy.ts";
import { configurationOf } from "../startup/local.ts";
import { defineCommand } from "./command.ts";
import { codeOf, examine, inWords } from "./doctor.ts";

/** The settings as they were understood, and what `trunkline doctor` finds amiss. */
export default defineCommand({
  flags: {},
  examples: ["trunkline config"],
  async run(_, ports) {
    const findings = await examine(ports);
    const settled = findings.some(({ check, status }) => check === "settings" && status === "fail")
      ? ""
      : policyInWords(policyFrom(configurationOf(ports).server));
    ports.stdout.write(`${inWords(findings)}${settled}`);
    return codeOf(findings);
  },
});

function policyInWords(policy: Policy): string {
  const lines = [
    `approval: ${policy.approval}, for ${policy.ask.askFor === "writes" ? "every write" : `each write that widens or removes; ${policy.ask.allowance.callers} addresses a trunk need no person`}`,
    `passwords in the conversation: ${policy.plainPasswords === "ask" ? "accepted once a person agreed" : "refused"}`,
    `read-only: ${policy.readOnly ? "yes" : "no"}`,
    `toolsets: ${policy.toolsets?.join(", ") ?? "all"}`,
    `passwords in results: ${policy.revealSecrets ? "yes" : "no"}`,
  ];
  return `${lines.join("\n")}\n`;
}
