import { canonicalJson } from "../../../core/canonical.ts";
import type { TrunkDetail } from "../../../core/carrier/trunk.ts";
import { someOf } from "../../../core/text.ts";
import { note } from "../../../rules/findings.ts";
import type { ConnectionChange, NewConnection } from "../fields.ts";
import { checkConnectionChange, checkNewConnection } from "../input-rules.ts";
import { settingOptions, toInput } from "./options.ts";
import { type ProfileArguments, planProfile } from "./profile.ts";
import type { Planning } from "./wanted.ts";

type Settings = Map<string, unknown>;

/** The connection itself: made, or changed where it differs. */
export function planConnection(planning: Planning): void {
  const profile = planProfile(planning);
  const settings = wantedSettings(planning);
  if (planning.task.trunk) planChange(planning, planning.task.trunk, settings, profile);
  else planCreation(planning, settings, profile);
}

/** A destination says the transport, which at Telnyx is the whole connection's. */
function wantedSettings({ wanted: { options, transports }, plan, type }: Planning): Settings {
  const settings: Settings = new Map(
    [...options].filter(([name]) => Object.hasOwn(settingOptions, name)).map(([name, { value }]) => [name, value]),
  );
  for (const [transport, field] of type === "credential" ? [] : transports) {
    const other = settings.get("transport_protocol");
    if (other !== undefined && other !== transport)
      plan.questions.push({
        field,
        question: `A Telnyx connection has one transport for all of its destinations: ${String(other)} or ${transport}?`,
      });
    if (["UDP", "TCP", "TLS"].includes(transport)) settings.set("transport_protocol", transport);
    else plan.questions.push({ field, question: "Telnyx sends calls over udp, tcp or tls. Which is meant?" });
  }
  return settings;
}

function planCreation(planning: Planning, settings: Settings, profile: ProfileArguments | undefined): void {
  const { task, wanted, plan, type } = planning;
  const [login] = wanted.logins.keys();
  const at = task.wanted[0]?.at ?? "";
  if (type === "credential" && login === undefined) {
    plan.questions.push({
      field: `${at}credentials`,
      question: "Which user name does the PBX log in with? Its password is generated outside this conversation.",
    });
    return;
  }
  const given = {
    connection_name: task.name,
    connection_type: type,
    ...withAlias(toInput([...new Map([...formatsIn(planning), ...settings])]), wanted.alias?.value || undefined),
    ...profile,
    ...(type === "credential" ? { user_name: login } : {}),
  } as NewConnection;
  const needsProfile = wanted.useCases.some(({ useCase }) => useCase === "outbound");
  const findings = checkNewConnection(given).filter((finding) => needsProfile || finding?.field !== "outbound_voice_profile_id");
  note(
    plan,
    findings.map((finding) => finding && { ...finding, field: placeOf(finding.field, { wanted, at }) }),
  );
  plan.steps.push({ tool: "telnyx_create_connection", arguments: given, effect: "create", reason: "There is no connection of this name." });
}

/** Numbers of calls in as every setup writes them. By default Telnyx sends no plus, and a voice platform knows no such number. */
function formatsIn({ wanted: { useCases } }: Planning): [string, unknown][] {
  if (useCases.every(({ useCase }) => useCase === "outbound")) return [];
  return [
    ["ani_number_format", "+E.164"],
    ["dnis_number_format", "+e164"],
  ];
}

/** A finding about a field of the tool, at the place where it was asked for. */
function placeOf(field: string, { wanted, at }: { wanted: Planning["wanted"]; at: string }): string {
  const name = field.split(".").at(-1) ?? field;
  if (name === "user_name") return [...wanted.logins.values()][0] ?? `${at}credentials`;
  if (name === "ani_override") return wanted.alias?.field ?? `${at}alias`;
  return wanted.options.get(name)?.field ?? `${at}options.${name}`;
}

function withAlias(input: Record<string, unknown>, alias: string | undefined): Record<string, unknown> {
  return alias === undefined ? input : { ...input, outbound: { ...(input["outbound"] as object | undefined), ani_override: alias } };
}

function planChange(planning: Planning, trunk: TrunkDetail, settings: Settings, profile: ProfileArguments | undefined): void {
  const { task, wanted, plan, connectionId, type } = planning;
  plan.unchanged.push({ kind: "trunk", value: trunk.trunk_name });
  const kind = wanted.options.get("connection_type");
  if (kind && kind.value !== type)
    plan.questions.push({
      field: kind.field,
      question: `This connection is of the kind ${type}, and nothing changes that. Create another one under a new name?`,
    });
  const different = [...settings].filter(([name, value]) => !same(trunk.attributes?.[name], value));
  for (const name of settings.keys()) if (!different.some(([one]) => one === name)) plan.unchanged.push({ kind: "option", value: name });
  const fields = {
    ...(wanted.newName && wanted.newName.value !== trunk.trunk_name ? { connection_name: wanted.newName.value } : {}),
    ...withAlias(toInput(different), changedAlias(planning, trunk)),
    ...attached(planning, trunk, profile),
  };
  if (Object.keys(fields).length === 0) return;
  const given = { connection_id: connectionId, ...fields } as ConnectionChange;
  const at = task.wanted[0]?.at ?? "";
  note(
    plan,
    checkConnectionChange(given).map((finding) => finding && { ...finding, field: placeOf(finding.field, { wanted, at }) }),
  );
  const names = Object.keys(fields)
    .filter((name) => name !== "profile")
    .map((name) => (name === "outbound_voice_profile_id" ? "outbound_voice_profile" : name));
  plan.steps.push({
    tool: "telnyx_update_connection",
    arguments: given,
    effect: "change",
    reason: `It has other values now: ${someOf([...new Set([...names, ...different.map(([name]) => name)])])}.`,
  });
}

function changedAlias({ wanted: { alias }, plan }: Planning, trunk: TrunkDetail): string | undefined {
  if (!alias) return undefined;
  if (alias.value !== (trunk.alias ?? "")) return alias.value;
  if (alias.value !== "") plan.unchanged.push({ kind: "alias", value: alias.value });
  return undefined;
}

function attached({ plan }: Planning, trunk: TrunkDetail, profile: ProfileArguments | undefined): ProfileArguments {
  if (!profile) return {};
  const { outbound_voice_profile_id: id, profile_name: name } = trunk.attributes ?? {};
  if (profile.outbound_voice_profile_id !== id && profile.outbound_voice_profile_id !== name) return profile;
  plan.unchanged.push({ kind: "option", value: "outbound_voice_profile" });
  return {};
}

function same(now: unknown, wanted: unknown): boolean {
  const normal = (value: unknown) => canonicalJson(value === undefined || value === "" ? null : value);
  return normal(now) === normal(wanted);
}
