import { digest } from "../core/canonical.ts";
import type { Clock } from "../core/clock.ts";
import type { Consequence, Where } from "../core/consequence.ts";
import type { TrunkError, WordMissing } from "../core/errors.ts";
import type { ApprovalBinding, Approvals } from "../core/store/approvals.ts";
import type { Binding } from "../core/store/journal.ts";
import type { Pin } from "../core/store/store.ts";
import { graveOf } from "./judge.ts";
import type { Outside } from "./outside.ts";
import { fits, type Said, say, sentencesOf } from "./sentences.ts";
import { isNamed } from "./typed-name.ts";
import { approvalRequired, hints, nobodyTypes, objection, refused, tooMuch } from "./words.ts";

/** The answer to a form. `unreached`: it is not known that anybody saw it. */
export interface PersonAnswer {
  approval: string;
  action: "accept" | "decline" | "unreached";
  typed: string | undefined;
  /** Wrong names before this one. */
  tries: number;
  /** Why it is not known, where the form was put. */
  because?: "dismissed" | "timed_out";
}

/** How this request reaches a person: nothing, or a form that has or has not been answered yet. */
export interface PersonChannel {
  canAsk: boolean;
  /** The client program's own name for itself: foreign text. */
  client?: string | undefined;
  answer: PersonAnswer | undefined;
}

/** Everything that asking needs. */
export interface ApprovalPorts {
  approvals: Approvals;
  pin: Pin;
  clock: Clock;
  mode: "ask" | "two_step" | "refuse";
  /** Whether the operator takes a form's answer for a person's word. */
  trustsForms: boolean;
  outside: Outside | undefined;
  /** The sandbox, or the accounts at these carriers. */
  whereAt(carriers: readonly string[]): Where;
}

/** Leaves the pipeline to put a form before the person; the client calls again with the answer. */
export class AskPerson extends Error {
  readonly approval: string;
  readonly said: Said;
  readonly confirm: string;
  /** Wrong names so far. */
  readonly tries: number;

  constructor(approval: string, said: Said, confirm: string, tries: number) {
    super("a person has to be asked");
    this.approval = approval;
    this.said = said;
    this.confirm = confirm;
    this.tries = tries;
  }
}

/** One call that waits for a person's word. */
export interface Asking {
  binding: Binding;
  /** The id that the agent carried back, if any. */
  approval: string | undefined;
  person: PersonChannel;
}

/** A person's word, and how they gave it. */
export interface Agreed {
  approval: string;
  by: Channel | "code";
  /** Digest of the sentences that they saw. */
  shown: string;
}

export type Channel = "form" | "page" | "command";

/** A name may be typed again this often. */
const MORE_TRIES = 2;

/** A person's word for what is described, or the way to it. */
export async function agree(asking: Asking, described: Consequence, ports: ApprovalPorts): Promise<Agreed> {
  const consequence = { ...described, where: ports.whereAt(described.trunks.map(({ carrier }) => carrier)) };
  const said = say(consequence, ports.clock.now());
  if (ports.mode === "refuse") throw refused("operator", consequence);
  const binding: ApprovalBinding = { ...asking.binding, fingerprint: digest(consequence.state) };
  const answer = asking.person.answer;
  if (answer) await hear(answer, consequence, said, ports);
  const approval = answer?.approval ?? asking.approval;
  if (approval === undefined) return await ask(asking, binding, consequence, said, ports);
  const claim = await ports.approvals.claim(approval, binding);
  if (claim !== "claimed") throw objection(claim, consequence);
  const by = (await ports.approvals.find(approval))?.decidedBy ?? "code";
  return { approval, by, shown: shownDigest(said) };
}

/** Digest of the sentences that a person saw, without those that name how long ago something was. */
export function shownDigest(said: Said): string {
  return digest(sentencesOf({ ...said, trunks: [] }));
}

/** Only accept with the right name is a yes, and only decline is a no. Everything else means that nobody was reached. */
async function hear(answer: PersonAnswer, consequence: Consequence, said: Said, ports: ApprovalPorts): Promise<void> {
  const { approval, action, typed, tries } = answer;
  const ways = () => waysToPerson(approval, said, ports, answer.because);
  if (!(await maySettleByForm(ports))) throw await ways();
  if (action === "decline") {
    await ports.approvals.decide(approval, false, "form");
    throw refused("declined", consequence);
  }
  if (action === "unreached" || typed === undefined) throw await ways();
  if (isNamed(typed, consequence.confirm)) {
    await ports.approvals.decide(approval, true, "form");
    return;
  }
  if (tries < MORE_TRIES) throw new AskPerson(approval, said, consequence.confirm, tries + 1);
  await ports.approvals.decide(approval, false, "form");
  throw refused("wrong_name", consequence);
}

/** Whether a late answer, after the call was answered, decides. */
export async function hearLate(answer: PersonAnswer, confirm: string, ports: ApprovalPorts): Promise<void> {
  if (!(await maySettleByForm(ports))) return;
  if (answer.action === "decline") await ports.approvals.decide(answer.approval, false, "form");
  if (answer.action === "accept" && isNamed(answer.typed, confirm)) await ports.approvals.decide(answer.approval, true, "form");
}

/** A form is a person's word where the operator says so, and where no PIN tells the person from a program of theirs. */
async function maySettleByForm({ trustsForms, pin }: ApprovalPorts): Promise<boolean> {
  return trustsForms && !(await pin.isSet());
}

async function ask(
  { person }: Asking,
  binding: ApprovalBinding,
  consequence: Consequence,
  said: Said,
  ports: ApprovalPorts,
): Promise<never> {
  const twoStep = ports.mode === "two_step";
  const byForm = !consequence.typesSecret && fits(said, "form");
  if (twoStep && consequence.typesSecret) throw nobodyTypes(consequence.typesSecret);
  if (twoStep ? !byForm : !fits(said, "page")) throw tooMuch(graveOf(consequence.items).length);
  const id = await ports.approvals.ask(binding, { ...consequence, client: person.client }, twoStep);
  if (twoStep) {
    throw approvalRequired(said, { hint: hints.twoStep, approval: id }, true);
  }
  if (byForm && person.canAsk && (await maySettleByForm(ports))) throw new AskPerson(id, said, consequence.confirm, 0);
  throw await waysToPerson(id, said, ports);
}

/** The answer while nobody has decided: where the person decides, and that nothing was done. */
async function waysToPerson(id: string, said: Said, { outside, pin }: ApprovalPorts, reason?: WordMissing): Promise<TrunkError> {
  if (!outside) return approvalRequired(said, { hint: hints.nobody, reason });
  const command = outside.approvalCommand(id);
  return approvalRequired(said, {
    hint: command === undefined ? hints.page : hints.pageOrCommand(await pin.isSet()),
    reason,
    approval: id,
    approve_url: await outside.approvalUrl(id),
    ...(command !== undefined && { approve_command: command }),
  });
}
