import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folded } from "../core/screen.ts";
import type { Scope } from "../pipeline/scope.ts";
import { localJournals, localScope } from "../startup/local.ts";
import { runAudit } from "./audit.ts";
import { defineCommand, type ProcessPorts } from "./command.ts";
import { terminalOf } from "./terminal.ts";
import { createTour, type Tour } from "./tour.ts";

export default defineCommand({
  flags: {},
  notes:
    "It has a sandbox of its own, which is gone at the end: no carrier is called, and nothing of yours is touched. NO_BROWSER=1 keeps the approval in this terminal.",
  examples: ["trunkline demo", "NO_BROWSER=1 trunkline demo"],
  async run(_, ports) {
    const home = await mkdtemp(join(tmpdir(), "trunkline-demo-"));
    const environment = { TRUNKLINE_SANDBOX: "true", TRUNKLINE_HOME: home };
    const own = { ...ports, environment, tellPerson: (line: string) => void ports.stderr.write(`${line}\n`) };
    try {
      await show(localScope(own), own, ports);
      return 0;
    } finally {
      await rm(home, { recursive: true, force: true });
      // The approval page of a tour is over with it.
      ports.exit();
    }
  },
});

const where = "This is the sandbox: emulators on this machine answer, and no carrier is called.";

type Ports = Parameters<typeof localScope>[0];

async function show(scope: Scope, own: Ports, ports: ProcessPorts): Promise<void> {
  const { paint, width } = terminalOf(ports).screen;
  ports.stdout.write(`${paint("bold", "Trunkline, in seven steps")}\n${folded(where, width)}\n`);
  const tour = createTour(scope, ports);
  // The tour is written for the tools of the carrier that comes first.
  const provider = scope.carriers[0]?.provider.id ?? "";
  await setUp(tour, provider);
  await repair(tour, provider);
  await remove(tour, provider);
  tour.step("Afterwards you ask: what was done, and who agreed?");
  const { journals } = await localJournals({ sandbox: true, live: false }, own);
  const output = { print: (text: string) => void ports.stdout.write(text), note: (text: string) => tour.tell(text) };
  await runAudit(journals, { ...plainAudit, screen: terminalOf(ports).screen }, output);
  ports.stdout.write(`\n${paint("bold", "That was the sandbox, and it is gone now.")} Next:\n`);
  for (const [what, args] of next) ports.stdout.write(`  ${what}:\n    ${paint("cyan", `${ports.program} ${args}`)}\n`);
}

const plainAudit = { tenant: undefined, verify: false, expect: undefined, seal: false, json: false, ofSandbox: true };

const next = [
  ["Put it into Claude Desktop", "setup claude-desktop"],
  ["See the other clients", "help setup"],
  ["See all commands", "--help"],
] as const;

async function setUp(tour: Tour, provider: string): Promise<void> {
  tour.step('You ask your agent: "Which SIP trunks do I have?"');
  const { trunks } = (await tour.call("list_trunks", {})) as { trunks: object[] };
  tour.tick(trunks.length === 0 ? "None yet, on any carrier." : `${trunks.length} trunks.`);
  tour.step('"Set up outbound calls for +91 80 4431 9240 from my PBX at 44.248.146.11."');
  const wanted = { provider, use_case: "outbound", trunk: "callcentre", numbers: ["+91 80 4431 9240"], ips: ["44.248.146.11"] };
  const plan = (await tour.call("plan_trunk", wanted)) as unknown as Plan;
  tour.tell("The agent makes a plan first. Nothing has changed yet:");
  for (const sentence of plan.summary) tour.tell(`+ ${sentence}`);
  tour.step('"Go on."');
  await apply(tour, plan);
  tour.tell("If the program dies half-way, the plan goes on where it was: no step is done twice.");
}

interface Plan {
  plan_id: string;
  summary: string[];
}

async function apply(tour: Tour, { plan_id }: Plan): Promise<void> {
  const { done, total } = await tour.call("apply_plan", { plan_id });
  tour.tick(`Done: ${done} of ${total} steps.`);
}

async function repair(tour: Tour, provider: string): Promise<void> {
  await tour.call(`${provider}_create_trunk`, { trunk_name: "old_line" });
  const question = { provider, trunk_id: "old_line", direction: "outbound" };
  tour.step('"Calls over the trunk old_line fail. Why?"');
  const { findings } = (await tour.call("check_trunk", question)) as unknown as Checked;
  for (const finding of findings) tour.trouble(finding.title);
  tour.step('"Repair it: its number is +91 80 4431 9241, its PBX is at 44.248.146.12."');
  const wanted = { provider, use_case: "outbound", trunk: "old_line", numbers: ["+91 80 4431 9241"], ips: ["44.248.146.12"] };
  const plan = (await tour.call("plan_trunk", wanted)) as unknown as Plan;
  for (const sentence of plan.summary) tour.tell(`+ ${sentence}`);
  await apply(tour, plan);
  const { summary } = await tour.call("check_trunk", question);
  tour.tick(`Checked again: ${summary}`);
}

interface Checked {
  findings: { title: string }[];
}

async function remove(tour: Tour, provider: string): Promise<void> {
  tour.step('"Delete old_line." That takes calls away, so your agent cannot do it alone.');
  const removed = await tour.ask(`${provider}_delete_trunk`, { trunk_sid: "old_line" });
  if (removed) tour.tick("You agreed, and the trunk is deleted. The approval was good for this one call.");
  else tour.tick("You did not agree, and the trunk is still there. The agent cannot go round you.");
}
