import { type Fields, readBody } from "./body.ts";
import { type Outcome, Refusal, type Row } from "./dialect.ts";
import { checkAlias, checkDestination, checkFriendlyName, checkPassword, missing, required } from "./rules.ts";
import {
  type Call,
  type CredentialRow,
  generatedPassword,
  newDates,
  nextSerial,
  notFound,
  rowById,
  type TrunkEntry,
  type TrunkLists,
  timestamp,
  trunkOf,
} from "./state.ts";

/** GET of a list that needs nothing of its own. */
export function listOf(name: keyof TrunkLists): (call: Call) => Outcome {
  return (call) => ({ kind: "list", rows: trunkOf(call).lists[name] });
}

/** DELETE with the row's key in the query; the path form is for updates. */
export function deleteFrom(name: keyof TrunkLists, key: "id" | "name" = "id"): (call: Call) => Outcome {
  return (call) => {
    const rows: Row[] = trunkOf(call).lists[name];
    const value = required(call.request.query.get(key) ?? undefined, key);
    const row = rows.find((candidate) => candidate[key] === value);
    if (!row) throw notFound(`Resource '${value}' does not exist`);
    rows.splice(rows.indexOf(row), 1);
    return { kind: "deleted", data: row };
  };
}

export function addDestinations(call: Call): Outcome {
  const trunk = trunkOf(call);
  const texts = readItems(call, "CreateDestinationUrisRequest", "destinations").map((item) => item.text("destination"));
  return { kind: "batch", results: texts.map((text) => attempt(() => addDestination(call, trunk, text))) };
}

/** Appends whatever is already there: the carrier keeps no destination unique. */
function addDestination(call: Call, { lists }: TrunkEntry, text: string | undefined): Row {
  const { host, port, uri } = checkDestination(required(text, "destination"), lists["whitelisted-ips"]);
  const row = {
    id: call.dialect.destinationId(nextSerial(call.state, "destination-uris"), host, port),
    destination: uri,
    ...newDates(call),
    type: "public",
    priority: 0,
    weight: 1,
    trunk_sid: call.trunkSid,
  };
  lists["destination-uris"].push(row);
  return row;
}

export function updateDestination(call: Call): Outcome {
  const row = rowById(trunkOf(call).lists["destination-uris"], call.id);
  const fields = readBody(call.request, "UpdateDestinationUriRequest");
  const priority = fields.integer("priority", "uint16") ?? row.priority;
  const weight = fields.integer("weight", "uint16") ?? row.weight;
  return { kind: "single", data: Object.assign(row, { priority, weight, date_updated: timestamp(call) }) };
}

export function setSettings(call: Call): Outcome {
  const trunk = trunkOf(call);
  const wanted = readItems(call, "CreateTrunkSettingsRequest", "settings").map((item) => ({
    name: item.text("name"),
    value: item.text("value"),
  }));
  const results = wanted.map(({ name, value }) => attempt(() => setSetting(call, trunk, name, value)));
  return { kind: "batch", results, omitsZero: true };
}

function setSetting(call: Call, { lists }: TrunkEntry, name: string | undefined, value: string | undefined): Row {
  const setting = { name: required(name, "name"), value: required(value, "value") };
  checkAlias(setting.name, setting.value);
  const existing = lists.settings.find((row) => row.name === setting.name);
  if (existing) return Object.assign(existing, setting, { date_updated: timestamp(call) });
  const row = { ...setting, trunk_sid: call.trunkSid, ...newDates(call) };
  lists.settings.push(row);
  return row;
}

export function createCredentials(call: Call): Outcome {
  const { lists } = trunkOf(call);
  const fields = readBody(call.request, "CreateCredentialsRequest");
  const userName = required(fields.text("user_name"), "user_name");
  // Checked and dropped: no answer ever holds it.
  checkPassword(required(fields.text("password"), "password"));
  const row: CredentialRow = {
    id: String(nextSerial(call.state, "credentials")),
    trunk_sid: call.trunkSid,
    user_name: userName,
    friendly_name: checkFriendlyName(fields.text("friendly_name")),
    ...newDates(call),
  };
  lists.credentials.push(row);
  return { kind: "single", data: row };
}

export function listCredentials(call: Call): Outcome {
  const { lists } = trunkOf(call);
  if (call.dialect.credentialsArePair) {
    return { kind: "single", data: { username: call.trunkSid, password: generatedPassword(call.trunkSid) } };
  }
  const id = call.request.query.get("id");
  const rows = id ? lists.credentials.filter((row) => row.id === id) : lists.credentials;
  return { kind: "list", rows, counted: true };
}

export function updateCredentials(call: Call): Outcome {
  const row = rowById(trunkOf(call).lists.credentials, call.id);
  const fields = readBody(call.request, "UpdateCredentialsRequest");
  checkPassword(fields.text("password") ?? "");
  const change = {
    user_name: required(fields.text("user_name") ?? row.user_name, "user_name"),
    friendly_name: checkFriendlyName(fields.text("friendly_name")) ?? row.friendly_name ?? null,
    date_updated: timestamp(call),
  };
  return { kind: "single", data: Object.assign(row, change) };
}

function readItems(call: Call, struct: string, name: string): Fields[] {
  const items = readBody(call.request, struct).list(name, `${struct}Item`);
  if (!items?.length) throw missing(name);
  return items;
}

/** One item's refusal is its own: the others of the batch still happen. */
function attempt(action: () => Row): Row | Refusal {
  try {
    return action();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
