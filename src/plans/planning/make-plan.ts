import { digest } from "../../core/canonical.ts";
import { sameNameText } from "../../core/carrier/find-trunk.ts";
import type { Question, Step, StepDraft, TrunkPlan, Unchanged } from "../../core/carrier/planner.ts";
import { formats } from "../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { quoteText } from "../../core/text.ts";
import { toQuestion } from "../../rules/findings.ts";
import { contradictions, type Group } from "./contradictions.ts";
import { forgedReferences } from "./forged-references.ts";
import { type CarrierLive, type Live, meant, observed } from "./observe.ts";
import { firstSaid, MOST_SAID, type Planned } from "./plan-content.ts";
import type { PlacedSetup } from "./read-setups.ts";

export interface PlanRequest {
  setups: readonly PlacedSetup[];
  /** Removes what the setups do not name: rows of the lists that they do name, and whole trunks of their carriers. */
  prune?: boolean;
  /** The carriers whose other trunks go with it; absent: all that the setups name. */
  pruned?: readonly string[] | undefined;
  /** Questions that stand in the way already. */
  asked?: readonly Question[];
  /** Example addresses count: emulators answer. */
  sandbox: boolean;
}

type TrunkSteps = Pick<Group, "provider" | "name" | "wanted"> & { plan: TrunkPlan };

/** Steps from what is to what is wanted, or the questions that stand in the way. Pure. */
export function makePlan({ setups, prune = false, pruned, asked: before = [], sandbox }: PlanRequest, live: Live): Planned {
  const { groups: all, questions } = group(setups, live);
  const [groups, going] = [all.filter((one) => !isGone(one)), all.filter(isGone)];
  const planned = groups.map((one): TrunkSteps => ({ ...one, plan: planGroup(one, takenFrom(one, groups), prune, sandbox) }));
  const asked = [
    ...before,
    ...forgedReferences(setups),
    ...questions,
    ...wantedTwice(groups),
    ...planned.flatMap(({ plan }) => plan.questions),
  ];
  const warnings = firstSaid([
    ...[...live.values()].flatMap((carrier) => carrier.warnings),
    ...planned.flatMap(({ plan }) => plan.warnings),
  ]);
  if (asked.length > 0) return { kind: "questions", questions: cutQuestions(asked.map(withFormat)), warnings };
  const content = {
    setups: setups.map(({ setup }) => setup),
    prune,
    ...(pruned ? { pruned: [...pruned] } : {}),
    steps: inOrder(
      planned,
      [
        ...going.flatMap(({ trunk, carrier }) => (trunk ? [whole(trunk, carrier)] : [])),
        ...(prune ? surplusTrunks(all, live, pruned) : []),
      ],
      live,
    ),
    unchanged: planned.flatMap(({ name, plan }) => plan.unchanged.map((row): Unchanged => ({ trunk: name, ...row }))),
    warnings,
    next: [...new Set(planned.flatMap(({ plan }) => plan.next))],
  };
  return { kind: "plan", content, observed: observed(setups, live) };
}

/** Setups by the trunk that they mean. What cannot be told apart is asked. */
function group(setups: readonly PlacedSetup[], live: Live): { groups: Group[]; questions: Question[] } {
  const groups = new Map<string, Group>();
  const questions: Question[] = [];
  for (const placed of setups) {
    const { setup, at } = placed;
    const carrier = live.get(setup.provider);
    if (!carrier) {
      questions.push({
        field: `${at}provider`,
        question: `${quoteText(setup.provider)} is not a carrier that is configured here. Which is meant?`,
      });
      continue;
    }
    const question = setup.gone ? undefined : ambiguity(carrier, setup.trunk);
    if (question !== undefined) {
      questions.push({ field: `${at}trunk`, question });
      continue;
    }
    const [found] = meant(carrier, setup.trunk);
    const trunk = carrier.details.find(({ trunk_id }) => trunk_id === found?.trunk_id);
    const key = `${setup.provider} ${found?.trunk_id ?? setup.trunk}`;
    const one = groups.get(key) ?? { provider: setup.provider, carrier, name: found?.trunk_name ?? setup.trunk, trunk, wanted: [] };
    groups.set(key, { ...one, wanted: [...one.wanted, placed] });
  }
  return { groups: [...groups.values()], questions };
}

/** A number that two trunks are to have, where a carrier gives a number to one trunk only. */
function wantedTwice(groups: readonly Group[]): Question[] {
  const first = new Map<string, Group>();
  const questions: Question[] = [];
  for (const one of groups.filter(takesNumbers)) {
    for (const { setup, at } of one.wanted) {
      for (const [index, number] of (setup.numbers ?? []).entries()) {
        const other = first.get(`${one.provider} ${number}`) ?? one;
        first.set(`${one.provider} ${number}`, other);
        if (other === one) continue;
        const question = `${quoteText(number)} is asked for on ${quoteText(other.name)} and on ${quoteText(one.name)}. Which one has it?`;
        questions.push({ field: `${at}numbers.${index}`, question });
      }
    }
  }
  return questions;
}

function takesNumbers({ carrier: { planner }, wanted, trunk }: Group): boolean {
  const setups = wanted.map(({ setup }) => setup);
  return planner.numbersOf !== undefined || planner.ownsNumbers?.(setups, trunk) === true;
}

function ambiguity(carrier: CarrierLive, name: string): string | undefined {
  const found = meant(carrier, name);
  if (found.length > 1) {
    return `${sameNameText(found.length, name)}: ${found.map(({ trunk_id }) => trunk_id).join(", ")}. Which id is meant?`;
  }
  if (found.length === 1 || !carrier.ids.includes(name)) return undefined;
  const rule = carrier.planner.checkName(name);
  const missing = `No trunk of ${carrier.title} has the id or name ${quoteText(name)}.`;
  return rule ? `${missing} As a new name: ${toQuestion(rule).question}` : `${missing} Which is meant?`;
}

/** Numbers that other trunks of the same plan take, where a carrier gives a number to one trunk only. */
function takenFrom({ provider, carrier, name }: Group, groups: readonly Group[]): ReadonlySet<string> {
  const others = groups.filter((other) => carrier.planner.numbersOf && other.provider === provider && other.name !== name);
  return new Set(others.flatMap(({ wanted }) => wanted.flatMap(({ setup }) => setup.numbers ?? [])));
}

function planGroup(one: Group, taken: ReadonlySet<string>, prune: boolean, sandbox: boolean): TrunkPlan {
  const { carrier, name, trunk: live, wanted } = one;
  // As the moves of this plan leave it: a trunk that needs a number does not have one that goes.
  const trunk = live?.phone_numbers ? { ...live, phone_numbers: live.phone_numbers.filter((row) => !taken.has(row.phone_number)) } : live;
  const elsewhere = carrier.details
    .filter(({ trunk_id }) => carrier.planner.numbersOf && trunk_id !== trunk?.trunk_id)
    .flatMap(({ trunk_id, trunk_name, phone_numbers = [] }) => phone_numbers.map((row) => ({ row, trunk_id, trunk_name })));
  const plan = carrier.planner.plan({
    name,
    trunk,
    wanted,
    elsewhere,
    unsearched: carrier.unsearched,
    numberIds: carrier.numberIds,
    ...(carrier.freeNumbers ? { freeNumbers: carrier.freeNumbers } : {}),
    shared: carrier.shared,
    numberLosses: carrier.numberLosses,
    prune,
    sandbox,
  });
  const questions = [...contradictions(one), ...plan.questions];
  const alike = trunk ? undefined : carrier.trunks.find((other) => other.trunk_name.toLowerCase() === name.toLowerCase());
  if (!alike) return { ...plan, questions };
  const said = `There is a trunk ${quoteText(alike.trunk_name)} (${alike.trunk_id}) already, whose name differs in capitals only.`;
  return { ...plan, questions, warnings: [said, ...plan.warnings] };
}

/** A trunk of which nothing else is wanted than that it goes. */
function isGone({ wanted }: Group): boolean {
  return wanted.every(({ setup }) => setup.gone === true);
}

interface GoingTrunk extends Pick<Group, "provider" | "name"> {
  drafts: StepDraft[];
}

/** A trunk's removal, with what stands beside it. */
function whole(trunk: TrunkDetail, { planner }: CarrierLive): GoingTrunk {
  const drafts = [...(planner.removeBeside?.(trunk) ?? []), planner.removeTrunk(trunk)];
  return { provider: trunk.provider, name: trunk.trunk_name, drafts };
}

/** Trunks of the setups' carriers that no setup means, with their removal. */
function surplusTrunks(groups: readonly Group[], live: Live, pruned: readonly string[] = [...live.keys()]): GoingTrunk[] {
  const meant = new Set(groups.map(({ trunk }) => trunk?.trunk_id));
  return [...live].flatMap(([provider, carrier]) =>
    carrier.details.filter(({ trunk_id }) => pruned.includes(provider) && !meant.has(trunk_id)).map((trunk) => whole(trunk, carrier)),
  );
}

/** Everything is built, and numbers come over; only then is anything else removed, whole trunks last. */
function inOrder(planned: readonly TrunkSteps[], going: readonly GoingTrunk[], live: Live): Step[] {
  const of = ({ provider, name, wanted = [] }: Pick<Group, "provider" | "name"> & Partial<Group>, drafts: readonly StepDraft[]) => {
    const login_of = wanted.find(({ setup }) => setup.login_of)?.setup.login_of;
    const host = wanted.find(({ setup }) => setup.said_host)?.setup.said_host;
    const saidIn = (draft: StepDraft) => host !== undefined && JSON.stringify(draft.arguments).includes(host) && { said_host: host };
    return drafts.map((draft) => ({ provider, trunk: name, ...draft, ...(login_of && { login_of }), ...saidIn(draft) }));
  };
  const built = planned.flatMap((one) => of(one, one.plan.steps));
  const done = new Set(built.map(callOf));
  // A number that another trunk takes is off its own already.
  const isLeft = (step: Omit<Step, "n">) =>
    !done.has(callOf(step)) &&
    !built.some((one) => one.provider === step.provider && live.get(one.provider)?.planner.supersedes?.(one, step));
  const removed = planned.flatMap((one) => of(one, one.plan.removals)).filter(isLeft);
  const steps = [...built, ...removed, ...going.flatMap((one) => of(one, one.drafts))];
  return steps.map((step, index) => ({ n: index + 1, ...step }));
}

function callOf({ tool, arguments: given }: Omit<Step, "n">): string {
  return digest(tool, given);
}

function withFormat(asked: Question): Question {
  const field = asked.field.split(".").findLast((part) => Object.hasOwn(formats, part)) as keyof typeof formats | undefined;
  const format = field && formats[field];
  return format === undefined ? asked : { ...asked, format };
}

function cutQuestions(questions: readonly Question[]): Question[] {
  if (questions.length <= MOST_SAID) return [...questions];
  const more = questions.length - MOST_SAID + 1;
  return [...questions.slice(0, MOST_SAID - 1), { field: "", question: `${more} more questions come once these are answered.` }];
}
