import type { SharedRecord, TrunkPlan, TrunkTask } from "../../../core/carrier/planner.ts";
import { quoteText } from "../../../core/text.ts";
import type { Placed } from "../../../rules/wanted-rows.ts";
import { newProfile } from "../after.ts";
import type { NewConnection, NewProfile } from "../fields.ts";
import type { Planning } from "./wanted.ts";

/** The arguments of a call that attaches a profile: its name or id for Telnyx, and its limits for a person. */
export type ProfileArguments = Pick<NewConnection, "outbound_voice_profile_id" | "profile">;

const NEW = "for a new one pass options.daily_spend_limit, in US dollars";

/** The profile that is named, or a new one with the limits that are given. Calls out need one: else they are asked about. */
export function planProfile(planning: Planning): ProfileArguments | undefined {
  const { task, wanted, plan } = planning;
  const named = wanted.options.get("outbound_voice_profile") as Placed<string> | undefined;
  const isNew = wanted.options.has("daily_spend_limit");
  if (named) return knownProfile(task, named, isNew, plan) ?? (isNew ? makeProfile(planning, named.value) : undefined);
  if (isNew && isInboundOnly(planning)) return warnOfLimits(planning);
  if (isNew) return makeProfile(planning, task.name.length < 3 ? `${task.name} profile` : task.name);
  const callsOut = wanted.useCases.find(({ useCase }) => useCase === "outbound");
  const hasOne = task.trunk?.attributes?.["outbound_voice_profile_id"] != null;
  return callsOut && !hasOne ? onlyProfile(planning, `${callsOut.at}options.outbound_voice_profile`) : undefined;
}

function isInboundOnly({ wanted: { useCases } }: Planning): boolean {
  return useCases.length > 0 && useCases.every(({ useCase }) => useCase === "inbound");
}

/** The one that the account has, or a question. */
function onlyProfile({ task, plan }: Planning, field: string): ProfileArguments | undefined {
  const [only, ...others] = task.shared;
  if (only && others.length === 0) return toArguments(only);
  plan.questions.push({
    field,
    question: `By which outbound voice profile do calls go out? It says where they may go, and for how much; ${NEW}.`,
    candidates: candidates(task),
  });
  return undefined;
}

/** A profile is for calls out: a trunk that has none is not given one in passing. */
function warnOfLimits({ plan }: Planning): undefined {
  plan.warnings.push("daily_spend_limit bounds calls out, and this trunk is for calls in: no outbound voice profile is made for it.");
}

function candidates({ shared }: TrunkTask): string[] {
  return shared.slice(0, 10).map(({ name }) => name);
}

function toArguments({ id, facts }: Pick<SharedRecord, "id" | "facts">): ProfileArguments {
  return { outbound_voice_profile_id: id, profile: facts as ProfileArguments["profile"] };
}

function knownProfile(task: TrunkTask, { value, field }: Placed<string>, mayBeNew: boolean, plan: TrunkPlan): ProfileArguments | undefined {
  const found = task.shared.filter(({ id, name }) => id === value || name === value);
  const [only, ...others] = found;
  if (only && others.length === 0) return toArguments(only);
  if (only)
    plan.questions.push({
      field,
      question: `${found.length} profiles are called ${quoteText(value)}. Which id is meant?`,
      candidates: found.map(({ id }) => id),
    });
  else if (!mayBeNew)
    plan.questions.push({
      field,
      question: `This account has no outbound voice profile ${quoteText(value)}. Which is meant? Or ${NEW}.`,
      candidates: candidates(task),
    });
  return undefined;
}

/** A profile of this name that is there already is the one that an earlier run of the plan made. */
function makeProfile({ task, wanted, plan }: Planning, name: string): ProfileArguments {
  const there = task.shared.find((one) => one.name === name);
  if (there) return toArguments(there);
  const limits = ["daily_spend_limit", "concurrent_call_limit", "whitelisted_destinations"].flatMap((option) => {
    const given = wanted.options.get(option);
    return given ? [[option, given.value] as const] : [];
  });
  const input = { name, ...Object.fromEntries(limits) } as NewProfile;
  plan.steps.push({
    tool: "telnyx_create_outbound_voice_profile",
    arguments: input,
    effect: "create",
    reason: "Calls out go by it; without one every call is refused.",
    trunk: `profile ${name}`,
  });
  return toArguments({ id: name, facts: newProfile(input).attributes ?? {} });
}
