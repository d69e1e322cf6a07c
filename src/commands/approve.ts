import { factsOf, type Part } from "../approval/facts.ts";
import { isNamed } from "../approval/typed-name.ts";
import { decidedBefore, problems, unnameableText } from "../approval/words.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { TrunkError } from "../core/errors.ts";
import { Secret, typedRef } from "../core/secret.ts";
import type { Approvals, PendingApproval } from "../core/store/approvals.ts";
import type { Pin, SecretStore } from "../core/store/store.ts";
import { cleanText } from "../core/text.ts";
import { personsState } from "../startup/local.ts";
import { defineCommand, ofSandbox } from "./command.ts";
import { clearPin, insistOnPin, setPin } from "./pin.ts";
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
    const { store, where } = await personsState(flags.sandbox, ports);
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
export async function listApprovals({ approvals, clock }: ApprovePorts, { output }: Pick<Terminal, "output">): Promise<void> {
  const waiting = await approvals.pending();
  if (waiting.length === 0) output.write("No approval needs you.\n");
  for (const approval of waiting) output.write(`${cleanText(approval.id)}\n${describe(approval, clock.now())}\n`);
}

/** `trunkline approve <id> [--refuse]` shows the words of the page, and takes the name that a person types. */
export async function decideApproval(id: string, refuse: boolean, ports: ApprovePorts, terminal: Terminal): Promise<void> {
  const { approvals, clock } = ports;
  const approval = await approvals.find(id);
  if (!approval) throw notHere(id, ports.where);
  if (approval.state !== "pending") throw new TrunkError("conflict", decidedBefore[approval.state]);
  if (!refuse) await hearAgreement(approval, ports, terminal);
  if (!(await approvals.decide(id, !refuse, "command"))) {
    const now = (await approvals.find(id))?.state ?? "expired";
    throw new TrunkError("conflict", now === "pending" ? "Your decision could not be saved. Nothing was decided." : decidedBefore[now]);
  }
  const until = factsOf(approval, clock.now()).holdsUntil;
  terminal.output.write(refuse ? "Refused. Nothing was done.\n" : `Approved, until ${until}. Tell the agent to go on.\n`);
}

/** Names the usual reason: the client keeps its state in another folder than this shell would. */
function notHere(id: string, where: string): TrunkError {
  return new TrunkError(
    "not_found",
    `No approval ${cleanText(id, 80)} is known in ${where}. Set the TRUNKLINE_HOME or TRUNKLINE_STORE that the client has, or add --sandbox. trunkline approve lists the approvals that need you.`,
  );
}

async function hearAgreement(approval: PendingApproval, { pin, secrets, clock }: ApprovePorts, terminal: Terminal): Promise<void> {
  insistOnTerminal(terminal, "Approving");
  const { confirm } = factsOf(approval, clock.now());
  if (confirm === "") throw new TrunkError("unsupported", `${unnameableText} Rename the trunk first.`);
  terminal.output.write(`${describe(approval, clock.now())}\nTo approve, type ${isolated(confirm)}\n`);
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

function describe(approval: PendingApproval, now: number): string {
  const { heading, trunks, groups, remarks, askedBy, tool, holdsUntil } = factsOf(approval, now);
  const effects = groups.flatMap(({ title, lines }) => [`${title} (${lines.length})`, ...lines.map((line) => `  ${sentenceText(line)}`)]);
  const lines = [
    heading,
    ...trunks.map(sentenceText),
    ...effects,
    ...remarks.map(sentenceText),
    `Asked by ${isolated(askedBy)} with ${tool}; can be approved until ${holdsUntil}.`,
  ];
  return lines.map((line) => `  ${line}\n`).join("");
}

function sentenceText(parts: Part[]): string {
  return parts.map(({ text, foreign }) => (foreign ? isolated(text) : text)).join("");
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Keeps a name written from right to left from pulling our words after it to its left, in a terminal that knows both directions. */
function isolated(name: string): string {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}
