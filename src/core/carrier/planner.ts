import * as z from "zod";
import type { InputFinding } from "../input-finding.ts";
import { type ExactPart, loginOfSchema, type Setup, type UseCase } from "./setup.ts";
import type { PhoneNumber, TrunkDetail } from "./trunk.ts";

/** One call of an existing tool, and why it is made. */
export const stepSchema = z.object({
  /** Its place, from 1. */
  n: z.number(),
  provider: z.string(),
  /** The trunk's name as people know it. */
  trunk: z.string(),
  tool: z.string(),
  /** The tool's input. A trunk that an earlier step creates stands under its name, which the pipeline resolves. */
  arguments: z.record(z.string(), z.unknown()),
  effect: z.enum(["create", "change", "destroy"]),
  reason: z.string(),
  /** Why a person has to agree, where the tool itself would ask too. */
  exposure: z.string().optional(),
  /** The row that a removal takes away, as a person knows it: the arguments hold an id only. */
  about: z.string().optional(),
  /** Steps of one chain go one after the other, and one that fails ends the chain: never more than one number is off. */
  chain: z.string().optional(),
  /** The other trunk whose login its arguments may name; what a caller wrote in this form is a text like any other. */
  login_of: loginOfSchema.optional(),
  /** A host to which it sends calls, and which only the caller named. */
  said_host: z.string().optional(),
  /** A number of which planning could not find out whether another trunk has it. */
  doubt: z.string().optional(),
});
export type Step = z.infer<typeof stepSchema>;

/** Consecutive calls of one tool on one trunk: one row for a person. */
export type StepRun = readonly [Step, ...Step[]];

/** Something wanted that is there already. */
export const unchangedSchema = z.object({
  trunk: z.string(),
  kind: z.enum(["trunk", "number", "ip", "destination", "login", "alias", "option"]),
  value: z.string(),
});
export type Unchanged = z.infer<typeof unchangedSchema>;

/** Something that only the person knows. `field` is a path into what was asked for. */
export const questionSchema = z.object({
  field: z.string(),
  question: z.string(),
  candidates: z.array(z.string()).optional(),
  format: z.string().optional(),
});
export type Question = z.infer<typeof questionSchema>;

/** The facts of a trunk that planning reads, small enough to be kept and compared. Lists are sorted. */
export const trunkFactsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]));
export type TrunkFacts = z.infer<typeof trunkFactsSchema>;

/** A step as a carrier's planner writes it; its place and trunk are added around it. */
export type StepDraft = Pick<Step, "tool" | "arguments" | "effect" | "reason" | "exposure" | "about" | "chain" | "doubt"> & {
  /** The name of its trunk, where that is not the one that is planned. */
  trunk?: string;
};

/** The plan for one trunk. With questions, the steps mean nothing. */
export interface TrunkPlan {
  steps: StepDraft[];
  /** Rows that are to go, once everything else is done. */
  removals: StepDraft[];
  unchanged: Omit<Unchanged, "trunk">[];
  questions: Question[];
  warnings: string[];
  /** Work that no call can do: steps for a person in the carrier's console or PBX. */
  next: string[];
}

/** A wanted number that another trunk of the account has. */
export interface Elsewhere {
  row: PhoneNumber;
  trunk_id: string;
  trunk_name: string;
}

/** A number of the account. */
export interface KnownNumber {
  id: string;
  /** In E.164. */
  number: string;
  /** The destination of its calls now, in the carrier's own words. */
  place?: string;
  /** Why no call reaches it at all. */
  silent?: string;
}

/** A record of the account that several trunks may use, such as a profile or a list. */
export interface SharedRecord {
  id: string;
  name: string;
  facts: TrunkFacts;
}

export interface TrunksRead extends Pick<TrunkTask, "prune"> {
  trunks: readonly TrunkDetail[];
}

/** One trunk and all that is wanted of it. */
export interface TrunkTask {
  /** The name to create, or the existing trunk's. */
  name: string;
  trunk: TrunkDetail | undefined;
  /** `at`: where a setup stands in what was asked for, such as `also.0.`. */
  wanted: readonly { setup: Setup; at: string }[];
  elsewhere: readonly Elsewhere[];
  /** Whether another trunk has the numbers could not be found out. */
  unsearched: boolean;
  /** The account's numbers by the words in which the setups name them, where the carrier tells them. */
  numberIds: ReadonlyMap<string, KnownNumber>;
  /** Some of the account's numbers that a person may choose from; read only where one is missing. */
  freeNumbers?: readonly string[];
  shared: readonly SharedRecord[];
  /** Of each wanted number that the account has, what it loses outside of trunks by coming to one, in words; "" for nothing. */
  numberLosses?: ReadonlyMap<string, string> | undefined;
  /** Removes rows that are not wanted, of the parts that a setup names. */
  prune: boolean;
  /** Example addresses count. */
  sandbox: boolean;
}

/** A step that was done, with what its tool answered. */
export interface DoneStep {
  step: Step;
  result: Record<string, unknown>;
}

/** A carrier's part of planning. Everything that takes a client reads; the rest is pure. */
export interface CarrierPlanner<Client = unknown> {
  /** Lists a trunk's numbers, for a carrier where a number can be on one trunk only. */
  numbersOf?(client: Client, trunkId: string, signal: AbortSignal): Promise<string[]>;
  /** The purposes of its trunks; absent where they are all that there are. */
  useCases?: readonly UseCase[];
  /** The account's numbers by the words in which the setups name them, where it tells them. */
  numberIds?(client: Client, setups: readonly Setup[], signal: AbortSignal): Promise<ReadonlyMap<string, KnownNumber>>;
  /** Some of the account's numbers that no trunk has, in E.164: one request. */
  freeNumbers?(client: Client, signal: AbortSignal): Promise<string[]>;
  /** Whether the numbers of such a trunk can be on one trunk only, where not all of the carrier's are like that. */
  ownsNumbers?(setups: readonly Setup[], trunk: TrunkDetail | undefined): boolean;
  /** The purpose that a setup's own fields tell. */
  purposeOf?(setup: Setup): UseCase | undefined;
  /** Whether a step that is planned leaves a removal nothing to do: a number that goes over to another trunk is off its own. */
  supersedes?(built: StepDraft, removal: StepDraft): boolean;
  /** Records that trunks share, where a plan needs them. `read`: the trunks that were read, those of the setups among them. */
  shared?(client: Client, setups: readonly Setup[], signal: AbortSignal, read: TrunksRead): Promise<readonly SharedRecord[]>;
  /** The account's numbers among those of the setups, each with what it loses outside of trunks by coming to one. */
  numberLosses?(client: Client, setups: readonly Setup[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** The form of a new trunk's name, in words. */
  nameFormat?: string;
  /** Why a trunk cannot be called this. */
  checkName(name: string): InputFinding | undefined;
  facts(trunk: TrunkDetail): TrunkFacts;
  plan(task: TrunkTask): TrunkPlan;
  /** A run in one sentence for the person who agrees to it. `trunk`: its name, ready for a sentence. */
  say(run: StepRun, trunk: string): string | undefined;
  /** `madeBy`: the tool that made it, where no more is known of it than its id. */
  removeTrunk(trunk: Pick<TrunkDetail, "trunk_id" | "attributes"> & { madeBy?: string }): StepDraft;
  /** Removes first what stands beside a trunk and serves no other. */
  removeBeside?(trunk: TrunkDetail): StepDraft[];
  /** A live trunk as setups; comments say what they cannot. `name`: how the trunk is to be called in them. */
  describe(trunk: TrunkDetail, name: string): { setups: Setup[]; comments: string[] };
  /** The id of the trunk that a step created, from its answer: undoing it removes the trunk whole. */
  created(done: DoneStep): string | undefined;
  /** Takes back one done step on an existing trunk; undefined if that cannot be told. `before`: as the plan found it. */
  undo(done: DoneStep, before: TrunkFacts | undefined): StepDraft[] | undefined;
}

/** Whether rows that no setup names are to go. */
export function isExact({ wanted, prune }: Pick<TrunkTask, "wanted" | "prune">, part: ExactPart): boolean {
  return wanted.some(({ setup }) => setup.exactly?.includes(part) || (prune && setup[part] !== undefined));
}

export function emptyTrunkPlan(): TrunkPlan {
  return { steps: [], removals: [], unchanged: [], questions: [], warnings: [], next: [] };
}

/** The `created` of a carrier that has one tool to create a trunk. */
export function createdBy(tool: string): CarrierPlanner["created"] {
  return ({ step, result }) => {
    const trunk = step.tool === tool ? (result["trunk"] as { trunk_id?: unknown } | undefined) : undefined;
    return typeof trunk?.trunk_id === "string" ? trunk.trunk_id : undefined;
  };
}
