import {
  emptyTrunkPlan,
  isExact,
  type KnownNumber,
  type StepDraft,
  type TrunkFacts,
  type TrunkPlan,
  type TrunkTask,
} from "../../../core/carrier/planner.ts";
import type { Setup } from "../../../core/carrier/setup.ts";
import type { PhoneNumber, TrunkDetail } from "../../../core/carrier/trunk.ts";
import type { InputFinding } from "../../../core/input-finding.ts";
import { quoteText } from "../../../core/text.ts";
import { askNumber } from "../../../rules/ask-number.ts";
import { note } from "../../../rules/findings.ts";
import { mayMean } from "../../../rules/phone-number.ts";
import { askedForToo, MOVES, NOT_WANTED, TAKEN_OFF } from "../../../rules/planned-rows.ts";
import { askDid } from "../planner/numbers.ts";
import type { InFields, InTrunkChange, NewInTrunk } from "./fields.ts";
import { checkInTrunkChange, checkNewInTrunk } from "./input-rules.ts";
import { NOWHERE, readPlace } from "./place.ts";
import { changedOf, liveInValue } from "./planned-fields.ts";
import { isInbound, modes } from "./view.ts";
import { collectIn, type WantedIn } from "./wanted.ts";

export const ROUTE = "didww_route_did";
export const CREATE_IN = "didww_create_voice_in_trunk";
export const UPDATE_IN = "didww_update_voice_in_trunk";
export const DELETE_IN = "didww_delete_voice_in_trunk";

export function planInbound(task: TrunkTask): TrunkPlan {
  const plan = emptyTrunkPlan();
  if (task.trunk && !isInbound(task.trunk)) {
    const question = `${quoteText(task.trunk.trunk_name)} is a trunk for calls out. Calls in need a trunk of their own: under which name?`;
    plan.questions.push({ field: `${task.wanted[0]?.at ?? ""}trunk`, question });
    return plan;
  }
  const wanted = collectIn(task, plan);
  if (plan.questions.length > 0) return plan;
  if (task.trunk) planInChange(task, task.trunk, wanted, plan);
  else planInCreation(task, wanted, plan);
  planRoutes(task, wanted, plan);
  planUnrouted(task, wanted, plan);
  return plan;
}

function planInCreation({ name, sandbox, wanted: [first] }: TrunkTask, { fields, places }: WantedIn, plan: TrunkPlan): void {
  if (fields.host === undefined && fields.enabled_sip_registration !== true) {
    const question =
      "Where do calls go, as host:port;transport=tls, tcp or udp? With options.enabled_sip_registration the PBX registers instead.";
    plan.questions.push({ field: `${first?.at ?? ""}destinations`, question });
    return;
  }
  const input: NewInTrunk = { ...fields, name };
  note(plan, placedAll(checkNewInTrunk(input, sandbox), places));
  plan.steps.push({ tool: CREATE_IN, arguments: { ...input }, effect: "create", reason: "There is no trunk of this name." });
}

function placedAll(findings: readonly (InputFinding | undefined)[], places: WantedIn["places"]): (InputFinding | undefined)[] {
  return findings.map((finding) => finding && { ...finding, field: places.get(finding.field.split(".")[0] ?? "") ?? finding.field });
}

function planInChange({ sandbox }: TrunkTask, trunk: TrunkDetail, { fields, places, loginAnew }: WantedIn, plan: TrunkPlan): void {
  plan.unchanged.push({ kind: "trunk", value: trunk.trunk_name });
  const { changed, unchanged } = changedOf(trunk, fields, loginAnew);
  plan.unchanged.push(...unchangedRows(trunk, unchanged));
  if (fields.auth_user !== undefined && changed.auth_user === undefined)
    plan.warnings.push("The login is the one that the trunk has. Whether its password is the same cannot be told, so it is not sent.");
  if (Object.keys(changed).length === 0) return;
  if (trunk.attributes?.["kind"] === "pstn") {
    plan.questions.push({
      field: places.values().next().value ?? "trunk",
      question: "It forwards to a telephone number, which no plan changes. Which trunk is meant?",
    });
    return;
  }
  const input: InTrunkChange = { trunk_id: trunk.trunk_id, ...changed };
  note(plan, placedAll(checkInTrunkChange(input, sandbox), places));
  const reason = `It has other values now: ${Object.keys(changed).join(", ")}.`;
  plan.steps.push({ tool: UPDATE_IN, arguments: { ...input }, effect: "change", reason });
}

const GOAL = ["host", "port", "transport"];

/** Host, port and transport are one destination to a person. */
function unchangedRows({ destination_uris: [goal] = [] }: TrunkDetail, names: readonly string[]): TrunkPlan["unchanged"] {
  const options = names.filter((name) => !GOAL.includes(name)).map((value) => ({ kind: "option" as const, value }));
  return goal && names.includes("host") ? [{ kind: "destination", value: goal.destination }, ...options] : options;
}

function ownNumbers(trunk: TrunkDetail | undefined): PhoneNumber[] {
  return (trunk?.phone_numbers ?? []).filter(({ mode }) => mode !== modes.group);
}

function planRoutes(task: TrunkTask, { numbers, purposes }: WantedIn, plan: TrunkPlan): void {
  const { trunk, name, numberIds } = task;
  const here = ownNumbers(trunk);
  for (const [said, field] of numbers) {
    const known = numberIds.get(said);
    if (here.some(({ phone_number }) => phone_number === (known?.number ?? said))) plan.unchanged.push({ kind: "number", value: said });
    else if (known) plan.steps.push(routeTo(known, trunk?.trunk_id ?? name));
    else plan.questions.push(askDid(task, said, field));
    if (known?.silent !== undefined) plan.warnings.push(`${known.number} does not ring, however it is routed: ${known.silent}.`);
  }
  if (numbers.size === 0 && here.length === 0 && purposes[0] !== undefined)
    plan.questions.push(
      askNumber(task, { field: `${purposes[0]}numbers`, question: "Which number do callers dial? didww_list_dids shows the account's." }),
    );
}

function routeTo({ id, number, place = NOWHERE }: KnownNumber, trunkId: string): StepDraft {
  const now = readPlace(place);
  return {
    tool: ROUTE,
    arguments: { phone_number: number, trunk_id: trunkId, did_id: id, now_at: place },
    effect: "change",
    reason: now
      ? `Callers dial it. Its calls go to the ${now.kind} ${quoteText(now.name)} until then.`
      : "Callers dial it, and its calls go nowhere now.",
    about: `Number ${number}`,
    ...(now ? { chain: MOVES } : {}),
  };
}

/** Numbers that are to go: those that are taken off by name, and where the list is described whole, those that nobody names. */
function planUnrouted(task: TrunkTask, { numbers, remove }: WantedIn, plan: TrunkPlan): void {
  const { trunk, numberIds } = task;
  const kept = [...numbers.keys()].map((said) => numberIds.get(said)?.number ?? said);
  const all = isExact(task, "numbers");
  for (const row of ownNumbers(trunk)) {
    const isNamed = [...remove.keys()].some((words) => mayMean(words, row.phone_number));
    if (trunk && !kept.includes(row.phone_number) && (all || isNamed)) plan.removals.push(unroute(trunk, row, isNamed));
  }
  for (const [words, field] of remove) {
    if (kept.some((number) => mayMean(words, number))) plan.questions.push({ field, question: askedForToo(words) });
    else if (!ownNumbers(trunk).some(({ phone_number }) => mayMean(words, phone_number)))
      plan.warnings.push(`${quoteText(words)} is no number of this trunk: nothing is taken off.`);
  }
}

function unroute({ trunk_id, trunk_name }: TrunkDetail, { phone_number, phone_number_id = "" }: PhoneNumber, isNamed: boolean): StepDraft {
  const place = `trunk:${trunk_id}:${trunk_name}`;
  return {
    tool: ROUTE,
    arguments: { phone_number, trunk_id, unroute: true, did_id: phone_number_id, now_at: place },
    effect: "change",
    reason: `Number ${phone_number} ${isNamed ? TAKEN_OFF : NOT_WANTED}`,
    about: `Number ${phone_number}`,
  };
}

/** A number that goes over to another trunk is off its own. */
export function supersedesRoute(built: StepDraft, removal: StepDraft): boolean {
  return (
    [built.tool, removal.tool].every((tool) => tool === ROUTE) && built.arguments["phone_number"] === removal.arguments["phone_number"]
  );
}

/** Back to where its calls went. */
export function undoRoute({
  phone_number,
  trunk_id,
  did_id,
  now_at,
  unroute: wasUnrouted,
}: Record<string, unknown>): StepDraft[] | undefined {
  const before = readPlace(String(now_at));
  const now = wasUnrouted ? NOWHERE : `trunk:${String(trunk_id)}:${String(trunk_id)}`;
  const given = { phone_number, did_id, now_at: now };
  if (!before)
    return [
      {
        tool: ROUTE,
        arguments: { ...given, trunk_id, unroute: true },
        effect: "change",
        reason: "Its calls went nowhere before the plan.",
      },
    ];
  const there = before.kind === "group" ? { trunk_id, voice_in_trunk_group_id: before.id } : { trunk_id: before.id };
  return [
    {
      tool: ROUTE,
      arguments: { ...given, ...there },
      effect: "change",
      reason: `Its calls went to ${quoteText(before.name)} before the plan.`,
    },
  ];
}

/** The values as they were. A login cannot be put back, because nobody kept its password. */
export function undoInChange({ trunk_id, ...fields }: Record<string, unknown>, before: TrunkFacts): StepDraft[] | undefined {
  const names = Object.keys(fields) as (keyof InFields)[];
  const values = names.map((name) => [name, liveInValue({ trunk_name: String(before["name"]), attributes: before }, name)] as const);
  const known = values.filter(([name, value]) => value !== undefined && value !== null && name !== "auth_user" && name !== "auth_password");
  if (known.length === 0) return undefined;
  const left = values.filter((one) => !known.includes(one)).map(([name]) => name);
  const reason = `They were so before the plan${left.length > 0 ? `; ${left.join(", ")} cannot be put back from here` : ""}.`;
  return [{ tool: UPDATE_IN, arguments: { trunk_id, ...Object.fromEntries(known) }, effect: "change", reason }];
}

export function inboundFacts(trunk: TrunkDetail): TrunkFacts {
  const { api_version: _, new_password: __, silent_numbers: ___, ...attributes } = trunk.attributes ?? {};
  return {
    name: trunk.trunk_name,
    ...attributes,
    login: trunk.credentials?.[0]?.user_name ?? null,
    auth_type: trunk.auth_type ?? null,
    numbers: trunk.phone_numbers ? trunk.phone_numbers.map(({ phone_number, mode }) => `${phone_number} ${mode ?? ""}`).sort() : null,
  };
}

/** The fields of a setup that a plan can write. */
const PLANNED = [
  "username",
  "media_encryption_mode",
  "codec_ids",
  "cli_format",
  "cli_prefix",
  "ringing_timeout",
  "capacity_limit",
] as const;
const PLANNED_TOO = ["priority", "weight", "resolve_ruri", "allowed_rtp_ips", "description", "enabled_sip_registration"] as const;

export function describeInbound(trunk: TrunkDetail, name: string): { setups: Setup[]; comments: string[] } {
  const { attributes = {}, destination_uris = [] } = trunk;
  const numbers = ownNumbers(trunk)
    .map(({ phone_number }) => phone_number)
    .sort();
  const values = [...PLANNED, ...PLANNED_TOO].map((option) => [option, liveInValue(trunk, option)] as const);
  const options = Object.fromEntries(values.filter(([, value]) => value !== undefined && value !== null && value !== ""));
  const isForwarding = attributes["kind"] === "pstn";
  const setup: Setup = {
    provider: "didww",
    ...(numbers.length > 0 ? { use_case: "inbound" as const } : {}),
    trunk: name,
    ...(numbers.length > 0 ? { numbers } : {}),
    ...(destination_uris.length > 0 ? { destinations: destination_uris.map(({ destination }) => destination) } : {}),
    ...(isForwarding || Object.keys(options).length === 0 ? {} : { options }),
  };
  const group = attributes["voice_in_trunk_group"] ?? attributes["voice_in_trunk_group_id"];
  const comments = [
    ...(isForwarding ? ["it forwards to a telephone number, which is not planned from here"] : []),
    ...(trunk.auth_type === "credentials" ? ["its login is not written here: pass options.auth_user and auth_password to change it"] : []),
    ...(group === undefined ? [] : ["it is one of a group, whose numbers are not listed here"]),
  ];
  return { setups: [setup], comments };
}
