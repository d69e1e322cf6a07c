import { canonicalJson } from "../../../core/canonical.ts";
import type { SharedRecord, TrunkPlan, TrunkTask } from "../../../core/carrier/planner.ts";
import { quoteText } from "../../../core/text.ts";
import { note } from "../../../rules/findings.ts";
import type { Placed } from "../../../rules/wanted-rows.ts";
import { newProfile } from "../after.ts";
import type { NewConnection, NewProfile } from "../fields.ts";
import { checkDestinations } from "../input-rules.ts";
import { sayLimits, sayProfile } from "../profile-words.ts";
import { limitOptions } from "./options.ts";
import type { Planning } from "./wanted.ts";

/** The arguments of a call that attaches a profile: its name or id for Telnyx, and its limits for a person. */
export type ProfileArguments = Pick<NewConnection, "outbound_voice_profile_id" | "profile">;

/** Limits of a profile, under Telnyx's names. */
type Limits = Omit<NewProfile, "name">;

const NEW = "options.countries, like US, and options.daily_limit, in US dollars, make a new one";

/** The profile that is named, or a new one with the limits that are given. Calls out need one: else they are asked about. */
export function planProfile(planning: Planning): ProfileArguments | undefined {
  const { task, wanted, plan } = planning;
  const named = wanted.options.get("outbound_voice_profile") as Placed<string> | undefined;
  const limits = limitsIn(planning);
  if (named) return knownProfile(planning, named, limits);
  if (limits) return limitedProfile(planning, limits);
  const callsOut = wanted.useCases.find(({ useCase }) => useCase === "outbound");
  const hasOne = task.trunk?.attributes?.["outbound_voice_profile_id"] != null;
  return callsOut && !hasOne ? onlyProfile(task, plan, `${callsOut.at}options.outbound_voice_profile`) : undefined;
}

function limitsIn({ wanted: { options } }: Planning): Limits | undefined {
  const given = limitOptions.flatMap((name) => {
    const option = options.get(name);
    return option ? [[name, option.value] as const] : [];
  });
  return given.length === 0 ? undefined : (Object.fromEntries(given) as Limits);
}

/** A profile is for calls out: a trunk that has none is not given one in passing. */
function limitedProfile(planning: Planning, limits: Limits): ProfileArguments | undefined {
  const { task, wanted, plan } = planning;
  const { attributes = {} } = task.trunk ?? {};
  if (wanted.useCases.length > 0 && wanted.useCases.every(({ useCase }) => useCase === "inbound")) {
    plan.warnings.push("Countries and limits are for calls out, and this trunk is for calls in: no outbound voice profile is made for it.");
    return undefined;
  }
  if (attributes["outbound_voice_profile_id"] != null && differing(limits, attributes).length === 0) {
    plan.unchanged.push(...Object.keys(limits).map((value) => ({ kind: "option" as const, value })));
    return undefined;
  }
  return makeProfile(planning, task.name.length < 3 ? `${task.name} profile` : task.name, limits);
}

/** The one that the account has, or a question. */
function onlyProfile({ shared }: TrunkTask, plan: TrunkPlan, field: string): ProfileArguments | undefined {
  const [only, ...others] = shared;
  if (only && others.length === 0) {
    plan.warnings.push(`Calls go out by the ${sayProfile(only.facts)}, the only one that there is. For others, ${NEW}.`);
    return toArguments(only);
  }
  plan.questions.push({
    field,
    question: `By which outbound voice profile do calls go out? It says where they may go, and for how much; ${NEW}.`,
    ...candidates(shared),
  });
  return undefined;
}

function candidates(shared: readonly SharedRecord[]): { candidates?: string[] } {
  return shared.length === 0 ? {} : { candidates: shared.slice(0, 10).map(({ name }) => name) };
}

function toArguments({ id, facts }: Pick<SharedRecord, "id" | "facts">): ProfileArguments {
  return { outbound_voice_profile_id: id, profile: facts as ProfileArguments["profile"] };
}

function knownProfile(planning: Planning, { value, field }: Placed<string>, limits: Limits | undefined): ProfileArguments | undefined {
  const { task, plan } = planning;
  const found = task.shared.filter(({ id, name }) => id === value || name === value);
  const [only, ...others] = found;
  if (only && others.length === 0) return asWanted(planning, only, limits);
  if (!only && limits) return makeProfile(planning, value, limits);
  if (only)
    plan.questions.push({
      field,
      question: `${found.length} profiles are called ${quoteText(value)}. Which id is meant?`,
      candidates: found.map(({ id }) => id),
    });
  else
    plan.questions.push({
      field,
      question: `This account has no outbound voice profile ${quoteText(value)}. Which is meant? Or ${NEW}.`,
      ...candidates(task.shared),
    });
  return undefined;
}

/** A profile of this name that is there already is the one that an earlier run of the plan made. */
function makeProfile(planning: Planning, name: string, limits: Limits): ProfileArguments {
  const { task, plan } = planning;
  const there = task.shared.find((one) => one.name === name);
  if (there) return asWanted(planning, there, limits);
  const input: NewProfile = { name, ...limits };
  note(plan, checkDestinations(input));
  plan.steps.push({
    tool: "telnyx_create_outbound_voice_profile",
    arguments: input,
    effect: "create",
    reason: "Calls out go by it; without one every call is refused.",
    trunk: `profile ${name}`,
  });
  return toArguments({ id: name, facts: newProfile(input).attributes ?? {} });
}

/** No plan changes a profile that is there: other connections may use it. */
function asWanted({ wanted, plan }: Planning, { name, ...one }: SharedRecord, limits: Limits = {}): ProfileArguments {
  const [other] = differing(limits, one.facts);
  if (other !== undefined) {
    const field = wanted.options.get(other)?.field ?? "options";
    const question = `The outbound voice profile ${quoteText(name)} is there already, and is otherwise: ${sayLimits(one.facts)}. Leave the limits out to use it as it is, or name a new one in options.outbound_voice_profile?`;
    plan.questions.push({ field, question });
  }
  return toArguments(one);
}

/** The limits that a profile does not have as they are wanted. */
function differing(limits: Limits, facts: Readonly<Record<string, unknown>>): string[] {
  const wanted: Record<string, unknown> = newProfile({ name: "", ...limits }).attributes ?? {};
  return Object.keys(limits).filter((name) => canonicalJson(wanted[name] ?? null) !== canonicalJson(facts[name] ?? null));
}
