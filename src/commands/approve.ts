import { factsOf } from "../approval/facts.ts";
import { isNamed } from "../approval/typed-name.ts";
import { decidedBefore, problems, unnameableText } from "../approval/words.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { isGrave } from "../core/consequence.ts";
import { TrunkError } from "../core/errors.ts";
import { signs } from "../core/picture/decision-picture.ts";
import { folded, type Screen } from "../core/screen.ts";
import { Secret, typedRef } from "../core/secret.ts";
import type { Approvals, PendingApproval } from "../core/store/approvals.ts";
import type { Pin, SecretStore } from "../core/store/store.ts";
import { cleanText } from "../core/text.ts";
import { personsState } from "../startup/local.ts";
import { defineCommand, ofSandbox } from "./command.ts";
import { clearPin, insistOnPin, setPin } from "./pin.ts";
import { isolated, readable, toned } from "./screen-picture.ts";
import { askHidden, askLine, insistOnTerminal, type Terminal, terminalOf } from "./terminal.ts";

export default defineCommand({
  word: { name: "id", help: "the approval to decide; without it you see the list", optional: true },
  flags: {
    refuse: { type: "boolean", help: "refuse it instead of approving it" },
    "set-pin": { type: "boolean", help: "set a PIN, which page and terminal then ask for" },
    "clear-pin": { type: "boolean", help: "remove the PIN" },
    ...ofSandbox,
  },
  examples: ["trunkline approve", "trunkline approve apr_0123456789 --refuse", "trunkline approve --set-pin"],
  async run({ word: id, flags }, ports) {
    const { store, where } = await personsState(flags, ports);
    const terminal = terminalOf(ports);
    const approving = { ...store, clock: systemClock, where };
    if (flags["set-pin"]) await setPin(store.pin, terminal, where);
    else if (flags["clear-pin"]) await clearPin(store.pin, terminal);
    else if (id === "") await listApprovals(approving, terminal);
    else await decideApproval(id, flags.refuse, approving, terminal);
    return 0;
  },
});

export interface ApprovePorts {
  approvals: Approvals;
  pin: Pin;
  secrets: SecretStore;
  clock: Clock;
  /** Names the place of the state, for a person. */
  where: string;
}

/** `trunkline approve` lists the approvals that need a person, oldest first. */
export async function listApprovals(
  { approvals, clock, where }: ApprovePorts,
  { output, screen }: Pick<Terminal, "output" | "screen">,
): Promise<void> {
  const waiting = await approvals.pending();
  if (waiting.length === 0) output.write(`No approval needs you in ${where}.\n`);
  for (const approval of waiting) {
    output.write(`${screen.paint("cyan", cleanText(approval.id))}\n${describe(approval, clock.now(), screen)}\n`);
  }
  if (waiting.length > 0) output.write("To decide one: trunkline approve <id>, with --refuse to refuse it.\n");
}

/** `trunkline approve <id> [--refuse]` shows the words of the page, and takes the name that a person types. */
export async function decideApproval(id: string, refuse: boolean, ports: ApprovePorts, terminal: Terminal): Promise<void> {
  const until = await hearDecision(id, refuse, ports, terminal);
  const { paint } = terminal.screen;
  const approved = folded(
    `✓ Approved, until ${until}. Nothing has happened yet: go back to the chat and say "go on".`,
    terminal.screen.width,
    2,
  );
  terminal.output.write(`${refuse ? paint("red", "✗ Refused. Nothing was done.") : paint("green", approved)}\n`);
}

/** Answers with how long the decision holds. */
export async function hearDecision(id: string, refuse: boolean, ports: ApprovePorts, terminal: Terminal): Promise<string> {
  const { approvals, clock } = ports;
  const approval = await approvals.find(id);
  if (!approval) throw notHere(id, ports.where);
  if (approval.state !== "pending") throw new TrunkError("conflict", decidedBefore[approval.state]);
  if (!refuse) await hearAgreement(approval, ports, terminal);
  if (!(await approvals.decide(id, !refuse, "command"))) {
    const now = (await approvals.find(id))?.state ?? "expired";
    throw new TrunkError("conflict", now === "pending" ? "Your decision could not be saved. Nothing was decided." : decidedBefore[now]);
  }
  return factsOf(approval, clock.now()).holdsUntil;
}

/** Names the usual reason: the client keeps its state in another folder than this shell would. */
function notHere(id: string, where: string): TrunkError {
  return new TrunkError(
    "not_found",
    `No approval ${cleanText(id, 80)} is known in ${where}. Run the command as the agent's answer has it: with the client's TRUNKLINE_HOME or TRUNKLINE_STORE, and --live or --sandbox. trunkline approve lists the approvals that need you.`,
  );
}

async function hearAgreement(approval: PendingApproval, { pin, secrets, clock }: ApprovePorts, terminal: Terminal): Promise<void> {
  insistOnTerminal(terminal, "Approving");
  const { confirm } = factsOf(approval, clock.now());
  if (confirm === "") throw new TrunkError("unsupported", `${unnameableText} Rename the trunk first.`);
  const { paint } = terminal.screen;
  terminal.output.write(`${describe(approval, clock.now(), terminal.screen)}\nTo approve, type ${paint("bold", isolated(confirm))}\n`);
  const typed = await askLine(terminal, "Type it to approve, or press Ctrl-C: ");
  if (!isNamed(typed, approval.confirm)) {
    throw new TrunkError("approval_refused", problems[typed.trim() === "" ? "name_missing" : "name_wrong"].text);
  }
  await insistOnPin(pin, terminal);
  for (const name of approval.typesSecret ?? []) {
    const value = await askHidden(terminal, `${name} (the agent does not see it): `);
    if (value === "") throw new TrunkError("approval_refused", problems.secret_missing.text);
    await secrets.keep(new Secret(value, typedRef(approval.id, name)));
  }
}

function describe(approval: PendingApproval, now: number, { paint, width }: Screen): string {
  const { where, heading, trunks, groups, remarks, askedBy, tool, holdsUntil } = factsOf(approval, now);
  const line = (text: string, indent = 2) => `${" ".repeat(indent)}${folded(text, width, indent)}`;
  const effects = groups.flatMap(({ gravity, title, lines }) => {
    const [mark, tone] = signs[gravity];
    const shown = lines.map((parts) => `    ${mark} ${folded(readable(parts), width, 6)}`);
    return [
      toned(tone, paint("bold", `  ${title} (${lines.length})`), paint),
      ...shown.map((text) => (isGrave(gravity) ? toned(tone, text, paint) : text)),
    ];
  });
  const lines = [
    ...(where ? [paint(where.sandbox ? "cyan" : "yellow", paint("bold", line(`${where.text}.`)))] : []),
    paint("bold", line(readable(heading))),
    ...trunks.map((parts) => line(readable(parts))),
    ...effects,
    ...remarks.map((parts) => line(readable(parts))),
    paint("dim", line(`Asked by ${readable(askedBy)}, with ${tool}; can be approved until ${holdsUntil}.`)),
  ];
  return lines.map((text) => `${text}\n`).join("");
}
