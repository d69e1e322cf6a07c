import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { type Fault, notFound, Refusal } from "./answers.ts";
import { fqdnLoginFields, kinds } from "./fields.ts";
import { contains, equal, listed } from "./query.ts";
import { readFields } from "./rules.ts";
import { attachedTo, bodyOf, type Call, isObject, newId, type Row, rowOf, timestamp } from "./state.ts";
import { shown } from "./view.ts";

export type Kind = keyof typeof kinds;

/** A row of `ip_connections` is an `ip_connection`. */
const recordType = (kind: Kind) => kind.slice(0, -1);

const outboundOf = (row: Record<string, unknown>) => (isObject(row["outbound"]) ? row["outbound"] : {});

const listing = {
  filters: {
    "[connection_name][contains]": contains("connection_name"),
    "[outbound_voice_profile_id]": (row: Row, value: string) => outboundOf(row)["outbound_voice_profile_id"] === value,
  },
  atLeastThree: ["[connection_name][contains]"],
  sorts: ["created_at", "connection_name", "active"],
  size: 250,
};

/** Connections of every kind, applications among them, with what all of them have. */
export function listAll(call: Call): EmulatorAnswer {
  return listed(call, [...call.state.connections.values()], {
    ...listing,
    filters: {
      ...listing.filters,
      "[fqdn]": (row, value) => attachedTo(row.id, call.state.fqdns).some((fqdn) => equal("fqdn")(fqdn, value)),
    },
    show: (row) => shown(highLevel(row), call),
  });
}

export function getAny(call: Call): EmulatorAnswer {
  return one(200, highLevel(rowOf(call, "connections")), call);
}

function highLevel(row: Row): Row {
  const names = ["record_type", "active", "anchorsite_override", "connection_name", "tags", "created_at", "updated_at"];
  const webhooks = Object.keys(row).filter((name) => name.startsWith("webhook_"));
  const outbound_voice_profile_id = outboundOf(row)["outbound_voice_profile_id"] ?? null;
  return { id: row.id, ...Object.fromEntries([...names, ...webhooks].map((name) => [name, row[name]])), outbound_voice_profile_id };
}

export const list = (kind: Kind) => (call: Call) =>
  listed(
    call,
    [...call.state.connections.values()].filter((row) => row["record_type"] === recordType(kind)),
    { ...listing, show: (row) => shown(row, call) },
  );

export const get = (kind: Kind) => (call: Call) => one(200, connectionOf(call, kind), call);

export const create = (kind: Kind) => (call: Call) => {
  const at = timestamp(call);
  const login = kind === "fqdn_connections" ? { user_name: null, password: null } : {};
  const row: Row = { id: newId(call), record_type: recordType(kind), ...login, ...read(call, kind), created_at: at, updated_at: at };
  call.state.connections.set(row.id, row);
  return one(201, row, call, true);
};

export const update = (kind: Kind) => (call: Call) => {
  const kept = connectionOf(call, kind);
  const row: Row = { ...kept, ...read(call, kind, kept), updated_at: timestamp(call) };
  call.state.connections.set(row.id, row);
  return one(200, row, call, bodyOf(call)["password"] !== undefined);
};

export function getLogin(call: Call): EmulatorAnswer {
  return login(connectionOf(call, "fqdn_connections"), call);
}

export function updateLogin(call: Call): EmulatorAnswer {
  const kept = connectionOf(call, "fqdn_connections");
  const method = { fqdn_outbound_authentication: outboundOf(kept)["ip_authentication_method"] };
  const { fqdn_outbound_authentication, ...values } = readFields(fqdnLoginFields, bodyOf(call), { ...kept, ...method });
  const outbound = { ...outboundOf(kept), ip_authentication_method: fqdn_outbound_authentication };
  const row: Row = { ...kept, ...values, outbound, updated_at: timestamp(call) };
  const faults = taken(row, call, row.id);
  if (faults.length > 0) throw new Refusal(422, ...faults);
  call.state.connections.set(row.id, row);
  return login(row, call, bodyOf(call)["password"] !== undefined);
}

/** Its addresses go with it; numbers stay the account's. */
export const remove = (kind: Kind) => (call: Call) => {
  const { connections, ips, fqdns, numbers } = call.state;
  const row = connectionOf(call, kind);
  const pointing = attachedTo(row.id, numbers);
  if (pointing.length > 0 && !call.dialect.deletesInUse)
    throw new Refusal(422, { code: "10021", detail: "The resource can not be removed as it is still in use." });
  for (const number of pointing) number["connection_id"] = null;
  for (const rows of [ips, fqdns]) for (const { id } of attachedTo(row.id, rows)) rows.delete(id);
  connections.delete(row.id);
  return one(200, row, call);
};

function connectionOf(call: Call, kind: Kind): Row {
  const row = rowOf(call, "connections");
  if (row["record_type"] !== recordType(kind)) throw notFound();
  return row;
}

function read(call: Call, kind: Kind, kept?: Row): Record<string, unknown> {
  const { fields, inbound, outbound } = kinds[kind];
  const given = bodyOf(call);
  const part = (name: "inbound" | "outbound", known: typeof inbound) => {
    const [sent = {}, before] = [given[name], kept?.[name]];
    if (!isObject(sent)) throw new Refusal(422, { code: "10026", detail: "Invalid type: an object was expected.", pointer: `/${name}` });
    const stays = isObject(before) && (given[name] === undefined || call.dialect.nested === "merges");
    return readFields(known, sent, stays ? before : undefined, `/${name}`);
  };
  const values = { ...readFields(fields, given, kept), inbound: part("inbound", inbound), outbound: part("outbound", outbound) };
  const faults = [...judge(values, call), ...taken(values, call, kept?.id)];
  if (faults.length > 0) throw new Refusal(422, ...faults);
  return values;
}

function judge(values: Record<string, unknown> & { outbound: Record<string, unknown> }, { state, dialect }: Call): Fault[] {
  const faults: Fault[] = [];
  const { outbound } = values;
  if (outbound["outbound_voice_profile_id"] === "") outbound["outbound_voice_profile_id"] = null;
  const profile = outbound["outbound_voice_profile_id"];
  if (profile !== null && !state.profiles.has(String(profile)))
    faults.push({ code: "10017", detail: "The outbound voice profile does not exist.", pointer: "/outbound/outbound_voice_profile_id" });
  if (values["transport_protocol"] === "TLS" && values["encrypted_media"] === "SRTP" && !dialect.srtpOverTls)
    faults.push({ code: "10015", detail: "Cannot be set if the transport_protocol is TLS.", pointer: "/encrypted_media" });
  return faults;
}

/** Logins and tokens are unique; whose they are is not told. */
function taken(values: Record<string, unknown>, { state }: Call, own: string | undefined): Fault[] {
  const others = [...state.connections.values()].filter(({ id }) => id !== own);
  const token = outboundOf(values)["ip_authentication_token"] ?? null;
  const name = values["user_name"] ?? null;
  return [
    ...(name !== null && others.some((row) => row["user_name"] === name)
      ? [{ code: "10012" as const, detail: "The user name is already taken.", pointer: "/user_name" }]
      : []),
    ...(token !== null && others.some((row) => outboundOf(row)["ip_authentication_token"] === token)
      ? [{ code: "10012" as const, detail: "The token is already taken.", pointer: "/outbound/ip_authentication_token" }]
      : []),
  ];
}

function one(status: number, row: Row, call: Call, tells = false): EmulatorAnswer {
  return { status, body: { data: shown(row, call, tells) } };
}

function login(row: Row, call: Call, tells = false): EmulatorAnswer {
  const { id, user_name, password, created_at, updated_at } = row;
  const fqdn_outbound_authentication = outboundOf(row)["ip_authentication_method"];
  const record = { id, record_type: "fqdn_authentication", connection_id: id, fqdn_outbound_authentication, user_name, password };
  return one(200, { ...record, created_at, updated_at }, call, tells);
}
