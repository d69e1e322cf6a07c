import { randomUUID } from "node:crypto";
import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { Refusal } from "./answers.ts";
import { fqdnFields, ipFields } from "./fields.ts";
import { equal, listed } from "./query.ts";
import { readFields } from "./rules.ts";
import { attachedTo, bodyOf, type Call, newId, type Row, rowOf, timestamp } from "./state.ts";
import { shown } from "./view.ts";

export type AddressTable = "ips" | "fqdns";

const filters = {
  ips: ["connection_id", "ip_address", "port"],
  fqdns: ["connection_id", "fqdn", "port", "dns_record_type"],
};

export const list = (table: AddressTable) => (call: Call) =>
  listed(call, [...call.state[table].values()], {
    filters: Object.fromEntries(filters[table].map((name) => [`[${name}]`, equal(name)])),
    sorts: ["created_at"],
    size: 250,
    show: (row) => toAddress(row, call),
  });

export const get = (table: AddressTable) => (call: Call) => one(200, rowOf(call, table), call);

export const create = (table: AddressTable) => (call: Call) => {
  const at = timestamp(call);
  const id = table === "ips" && call.dialect.ipId === "uuid" ? randomUUID() : newId(call);
  const row: Row = { id, record_type: table.slice(0, -1), ...read(call, table), created_at: at, updated_at: at };
  call.state[table].set(id, row);
  return one(201, row, call);
};

export const update = (table: AddressTable) => (call: Call) => {
  const kept = rowOf(call, table);
  const row: Row = { ...kept, ...read(call, table, kept), updated_at: timestamp(call) };
  call.state[table].set(row.id, row);
  return one(200, row, call);
};

export const remove = (table: AddressTable) => (call: Call) => {
  const row = rowOf(call, table);
  call.state[table].delete(row.id);
  return one(200, row, call);
};

function read(call: Call, table: AddressTable, kept?: Row): Record<string, unknown> {
  const given = bodyOf(call);
  const values = table === "ips" ? readFields(ipFields, given, kept) : withPort(readFields(fqdnFields, given, kept));
  const connectionId = values["connection_id"];
  if (connectionId === null) return values;
  const connection = call.state.connections.get(String(connectionId));
  if (connection?.["record_type"] !== (table === "ips" ? "ip_connection" : "fqdn_connection"))
    throw new Refusal(422, { code: "10017", detail: "The connection does not exist.", pointer: "/connection_id" });
  const others = attachedTo(connection.id, call.state[table]).filter(({ id }) => id !== kept?.id);
  const isThere = others.some((row) => filters[table].every((name) => row[name] === values[name]));
  if (isThere && !call.dialect.takesTwice) throw new Refusal(422, { code: "10012", detail: "The connection has this address already." });
  return values;
}

/** An SRV record tells the port itself; an A record without one has 5060. */
function withPort(values: Record<string, unknown>): Record<string, unknown> {
  if (values["dns_record_type"] === "a") return { ...values, port: values["port"] ?? 5060 };
  if (values["port"] === null) return values;
  throw new Refusal(422, { code: "10015", detail: "Must be 'a' if a port is set.", pointer: "/dns_record_type" });
}

function toAddress(row: Row, call: Call): Record<string, unknown> {
  const asNumber = row["record_type"] === "fqdn" && call.dialect.fqdnConnectionId === "number";
  return shown(asNumber ? { ...row, connection_id: BigInt(String(row["connection_id"])) } : row, call);
}

function one(status: number, row: Row, call: Call): EmulatorAnswer {
  return { status, body: { data: toAddress(row, call) } };
}
