import {
  type CarrierPlanner,
  createdBy,
  emptyTrunkPlan,
  isExact,
  type StepDraft,
  type TrunkFacts,
  type TrunkPlan,
  type TrunkTask,
} from "../../core/carrier/planner.ts";
import type { Setup, UseCase } from "../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import type { InputFinding } from "../../core/input-finding.ts";
import { cleanText, quoteText } from "../../core/text.ts";
import { note, refuse } from "../../rules/findings.ts";
import { askedForToo } from "../../rules/planned-rows.ts";
import { cidr, toCidr } from "../../rules/range.ts";
import { sayStepRun } from "./approval-sentences.ts";
import { sameValue } from "./body.ts";
import { attributesSchema, fieldNames, type NewTrunk, type TrunkChange } from "./fields.ts";
import { checkNewTrunk, checkTrunkChange } from "./input-rules.ts";
import type { DidwwClient } from "./operations.ts";
import { freeNumbers, numberIds, planNumbers } from "./planner/numbers.ts";
import { collect, liveValue, type Wanted } from "./planner/options.ts";
import { isNested, newerOnly } from "./versions.ts";
import { isUuid } from "./view.ts";
import { inFieldNames } from "./voice-in/fields.ts";
import {
  CREATE_IN,
  DELETE_IN,
  describeInbound,
  inboundFacts,
  planInbound,
  ROUTE,
  supersedesRoute,
  UPDATE_IN,
  undoInChange,
  undoRoute,
} from "./voice-in/planner.ts";
import { isInbound } from "./voice-in/view.ts";

export const didwwPlanner: CarrierPlanner<DidwwClient> = {
  checkName: (name) => (isUuid(name) ? refuse("trunk", "A new trunk needs a name that does not look like an id.") : undefined),
  facts: (trunk) => (isInbound(trunk) ? inboundFacts(trunk) : facts(trunk)),
  plan: (task) => (isForCallsIn(setupsOf(task), task.trunk) ? planInbound(task) : planTrunk(task)),
  say: sayStepRun,
  describe: (trunk, name) => (isInbound(trunk) ? describeInbound(trunk, name) : describe(trunk, name)),
  numberIds,
  freeNumbers,
  ownsNumbers: isForCallsIn,
  purposeOf,
  supersedes: supersedesRoute,
  removeTrunk: ({ trunk_id, madeBy, ...trunk }) => ({
    tool: isInbound(trunk) || madeBy === CREATE_IN ? DELETE_IN : "didww_delete_voice_out_trunk",
    arguments: { trunk_id },
    effect: "destroy",
    reason: "The trunk is not among what is wanted.",
  }),
  created: (done) => createdBy("didww_create_voice_out_trunk")(done) ?? createdBy(CREATE_IN)(done),
  undo: ({ step }, before) => {
    if (step.tool === ROUTE) return undoRoute(step.arguments);
    if (step.tool === UPDATE_IN && before) return undoInChange(step.arguments, before);
    if (step.tool !== "didww_update_voice_out_trunk" || !before) return undefined;
    return undoChange(step.arguments, before);
  },
};

function setupsOf({ wanted }: TrunkTask): Setup[] {
  return wanted.map(({ setup }) => setup);
}

/** A trunk that is there says so by itself, unless somebody wants the other purpose of it: that is asked about. */
function isForCallsIn(setups: readonly Setup[], trunk: TrunkDetail | undefined): boolean {
  const purposes = setups.map((setup) => setup.use_case ?? (trunk ? undefined : purposeOf(setup)));
  if (trunk && isInbound(trunk)) return true;
  return purposes.some((purpose) => purpose === "inbound" || purpose === "voice_ai");
}

/** Options and lists that only one kind of trunk has. */
function purposeOf({ use_case, ips, destinations, options = {} }: Setup): UseCase | undefined {
  if (use_case !== undefined) return use_case;
  const has = (names: readonly string[], others: readonly string[]) => names.some((name) => name in options && !others.includes(name));
  if (destinations?.length || has(inFieldNames, fieldNames)) return "inbound";
  return ips?.length || has(fieldNames, inFieldNames) ? "outbound" : undefined;
}

/** Attributes that calls in progress change are not compared; `dids` are, as the trunk's numbers. */
const passing = ["spent_amount", "threshold_reached", "api_version", "dids"];

function facts(trunk: TrunkDetail): TrunkFacts {
  const { phone_numbers, whitelisted_ips, attributes = {} } = trunk;
  const lasting = Object.entries(attributes).filter(([name]) => !passing.includes(name));
  return {
    name: trunk.trunk_name,
    status: trunk.status ?? null,
    allowed_sip_ips: (whitelisted_ips ?? []).map(cidr).sort(),
    dids: phone_numbers ? phone_numbers.map((row) => row.phone_number_id ?? row.phone_number).sort() : null,
    ...Object.fromEntries(lasting),
  };
}

function planTrunk(task: TrunkTask): TrunkPlan {
  const plan = emptyTrunkPlan();
  const wanted = collect(task, plan);
  if (plan.questions.length > 0) return plan;
  planNumbers(task, wanted, plan);
  if (task.trunk) planChange(task, task.trunk, wanted, plan);
  else planCreation(task, wanted, plan);
  requireLogin(task, wanted, plan);
  return plan;
}

function planCreation({ name, wanted: [first], sandbox }: TrunkTask, wanted: Wanted, plan: TrunkPlan): void {
  const { on_cli_mismatch_action: action, ...fields } = wanted.fields;
  if (action === undefined) {
    const question =
      "What happens to calls with a caller id that is not allowed: send_original_cli, reject_call, replace_cli or randomize_cli?";
    const candidates = [...attributesSchema.shape.on_cli_mismatch_action.unwrap().options];
    plan.questions.push({ field: `${first?.at ?? ""}options.on_cli_mismatch_action`, question, candidates });
    return;
  }
  const ips = [...wanted.ips.values()].map(({ entry }) => entry);
  const input = { name, ...(ips.length > 0 ? { allowed_sip_ips: ips } : {}), on_cli_mismatch_action: action, ...fields } as NewTrunk;
  // That a login or addresses are missing is asked for below, in words of the use case.
  note(
    plan,
    checkNewTrunk(input, sandbox)
      .map((finding) => placed(finding, wanted, [...wanted.ips.values()]))
      .filter((finding) => finding?.field !== "allowed_sip_ips"),
  );
  const draft: StepDraft = {
    tool: "didww_create_voice_out_trunk",
    arguments: { ...input },
    effect: "create",
    reason: "There is no trunk of this name.",
  };
  plan.steps.push(draft);
}

/** A finding about a field of the tool, at the place where it was asked for. */
function placed(finding: InputFinding | undefined, { places }: Wanted, ips: readonly { field: string }[]): InputFinding | undefined {
  const [name = "", index] = finding?.field.split(".") ?? [];
  if (!finding) return undefined;
  if (name === "allowed_sip_ips" && index !== undefined) return { ...finding, field: ips[Number(index)]?.field ?? "ips" };
  const place = places.get(name);
  return place === undefined ? finding : { ...finding, field: index === undefined ? place : `${place}.${index}` };
}

function planChange(task: TrunkTask, trunk: TrunkDetail, wanted: Wanted, plan: TrunkPlan): void {
  plan.unchanged.push({ kind: "trunk", value: trunk.trunk_name });
  const changed = changedFields(trunk, wanted, plan);
  checkRemoved(trunk, wanted, plan);
  const ips = planIps(task, trunk, wanted, plan);
  if (ips) changed["allowed_sip_ips"] = ips;
  if (Object.keys(changed).length === 0 || plan.questions.length > 0) return;
  const input = { trunk_id: trunk.trunk_id, ...changed } as TrunkChange;
  // Addresses that the trunk has already are not held to today's rules.
  const added = missingIps(trunk, wanted);
  const checked = ips ? { ...input, allowed_sip_ips: added.map(({ entry }) => entry) } : input;
  note(
    plan,
    checkTrunkChange(checked, task.sandbox).map((finding) => placed(finding, wanted, added)),
  );
  const reason = `It has other values now: ${Object.keys(changed).join(", ")}.`;
  const draft: StepDraft = { tool: "didww_update_voice_out_trunk", arguments: { ...input }, effect: "change", reason };
  plan.steps.push(draft);
}

function checkRemoved(trunk: TrunkDetail, { ips, remove }: Wanted, plan: TrunkPlan): void {
  for (const [words, field] of remove) {
    const entry = toCidr(words);
    if (ips.has(entry)) plan.questions.push({ field, question: askedForToo(words) });
    else if (!addressesOf(trunk).includes(entry))
      plan.warnings.push(`${quoteText(words)} is no address of this trunk: nothing is taken off.`);
  }
}

function changedFields(trunk: TrunkDetail, { fields, places }: Wanted, plan: TrunkPlan): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const now = liveValue(trunk, name);
    const cannot = whyNot(trunk, name, now);
    const same = sameValue(name, value, now);
    if (same && (cannot === undefined || name === "twilio_account_sid")) plan.unchanged.push({ kind: "option", value: name });
    else if (cannot !== undefined) plan.questions.push({ field: places.get(name) ?? name, question: cannot });
    else changed[name] = value;
  }
  return changed;
}

function missingIps(trunk: TrunkDetail, { ips }: Wanted): { entry: string; field: string }[] {
  const present = addressesOf(trunk);
  return [...ips].filter(([entry]) => !present.includes(entry)).map(([, one]) => one);
}

function addressesOf({ whitelisted_ips = [] }: TrunkDetail): string[] {
  return whitelisted_ips.map(cidr);
}

function whyNot({ attributes = {} }: TrunkDetail, name: string, now: unknown): string | undefined {
  if (name === "twilio_account_sid")
    return "How a trunk authenticates cannot be changed: that is another trunk. Create one under a new name?";
  if (name === "dids" && now === undefined)
    return "The trunk's DIDs cannot be read, so nobody can tell whether it has these. Leave dids out?";
  const version = attributes["api_version"];
  const tooOld = typeof version === "string" && !isNested(version) && newerOnly.some((newer) => newer === name);
  return tooOld ? `DIDWW has ${name} only since a later API version than ${version}, which this account speaks. Leave it out?` : undefined;
}

/** Addresses that are to go: those that are taken off by name, and where the list is described whole, those that nobody names. */
function goingIps(task: TrunkTask, { ips, remove }: Wanted): string[] {
  const named = new Set([...remove.keys()].map(toCidr));
  const all = isExact(task, "ips");
  return (task.trunk ? addressesOf(task.trunk) : []).filter((entry) => !ips.has(entry) && (all || named.has(entry)));
}

/** The whole list to write, or nothing when it is as wanted. */
function planIps(task: TrunkTask, trunk: TrunkDetail, wanted: Wanted, plan: TrunkPlan): string[] | undefined {
  const present = addressesOf(trunk);
  const missing = missingIps(trunk, wanted);
  for (const entry of wanted.ips.keys()) if (present.includes(entry)) plan.unchanged.push({ kind: "ip", value: entry });
  const surplus = goingIps(task, wanted);
  if (missing.length === 0 && surplus.length === 0) return undefined;
  if (trunk.auth_type !== undefined && trunk.auth_type !== "credentials_and_ip") {
    const question = `This trunk authenticates by ${quoteText(trunk.auth_type)}, and has no address list that can be written. Leave ips out?`;
    plan.questions.push({ field: missing[0]?.field ?? "ips", question });
    return undefined;
  }
  return [...present.filter((entry) => !surplus.includes(entry)), ...missing.map(({ entry }) => entry)];
}

function requireLogin(task: TrunkTask, wanted: Wanted, plan: TrunkPlan): void {
  const { trunk, wanted: setups } = task;
  const live = (trunk?.whitelisted_ips ?? []).length - goingIps(task, wanted).length;
  const met = wanted.ips.size + live > 0 || wanted.fields.twilio_account_sid !== undefined || trunk?.auth_type === "twilio";
  const outbound = setups.find(({ setup }) => !trunk || setup.use_case === "outbound");
  if (met || !outbound) return;
  const question = "From which public addresses does the PBX call? Pass them in ips, or options.twilio_account_sid instead.";
  plan.questions.push({ field: `${outbound.at}ips`, question });
}

/** The values as they were; what was empty is emptied again where DIDWW can be told so. */
function undoChange(changed: Record<string, unknown>, before: TrunkFacts): StepDraft[] | undefined {
  const { trunk_id, ...fields } = changed;
  const values = Object.keys(fields).map((name) => [name, before[name] ?? emptyOf(name)] as const);
  const known = values.filter(([, value]) => value !== undefined);
  if (known.length === 0) return undefined;
  const missing = values.filter(([, value]) => value === undefined).map(([name]) => name);
  const reason = `They were so before the plan${missing.length > 0 ? `; ${missing.join(", ")} cannot be emptied from here` : ""}.`;
  return [{ tool: "didww_update_voice_out_trunk", arguments: { trunk_id, ...Object.fromEntries(known) }, effect: "change", reason }];
}

function emptyOf(name: string): string | string[] | undefined {
  if (["threshold_amount", "callback_url", "external_reference_id", "tech_prefix"].includes(name)) return "none";
  return ["allowed_rtp_ips", "dst_prefixes"].includes(name) ? [] : undefined;
}

function describe(trunk: TrunkDetail, name: string): { setups: Setup[]; comments: string[] } {
  const { whitelisted_ips = [], attributes = {} } = trunk;
  const ips = whitelisted_ips.map(({ ip, mask }) => (mask === (ip.includes(":") ? 128 : 32) ? ip : `${ip}/${mask}`)).sort();
  const canCall = ips.length > 0 || trunk.auth_type === "twilio";
  const options = settable(trunk);
  const setup: Setup = {
    provider: "didww",
    ...(canCall ? { use_case: "outbound" } : {}),
    trunk: name,
    ...(ips.length > 0 ? { ips } : {}),
    ...(Object.keys(options).length > 0 ? { options } : {}),
  };
  const version = attributes["api_version"];
  const comments = [
    ...(trunk.auth_type === undefined || trunk.auth_type === "credentials_and_ip"
      ? []
      : [`authentication: ${cleanText(trunk.auth_type, 40)}`]),
    ...(version === undefined ? [] : [`read in API version ${version}`]),
  ];
  return { setups: [setup], comments };
}

/** Every attribute that can be written as it is. */
function settable(trunk: TrunkDetail): Record<string, unknown> {
  const anyDid = trunk.attributes?.["allow_any_did_as_cli"] === true;
  const names = fieldNames.filter((name) => !["name", "allowed_sip_ips"].includes(name) && !(name === "dids" && anyDid));
  const values = names.map((name) => [name, liveValue(trunk, name)] as const);
  return Object.fromEntries(values.filter(([name, value]) => hasContent(value) && attributesSchema.safeParse({ [name]: value }).success));
}

function hasContent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
}
