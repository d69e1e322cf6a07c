import { isIPv4 } from "node:net";
import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import type { Dialect } from "./dialect.ts";
import { type Parameters, readForm } from "./form.ts";
import { listOf, toListRow } from "./lists.ts";
import { pageAnswer } from "./paging.ts";
import { conflict, Refusal } from "./refusal.ts";
import { type Call, change, found, type ListEntry, type ListKind, newRow, type Row } from "./state.ts";

interface RowKind {
  prefix: string;
  key: string;
  /** The field that names its list. */
  owner: string;
  create: Parameters;
  update: Parameters;
  most(dialect: Dialect): number;
  mostCode: number;
  fresh(dialect: Dialect): Row["values"];
  /** Two such rows cannot be in one list. */
  collide(one: Row["values"], other: Row["values"]): boolean;
  collisionCode: number;
}

const addressParameters: Parameters = {
  FriendlyName: { field: "friendly_name", rule: addressName, required: true },
  IpAddress: { field: "ip_address", rule: ipAddress, required: true },
  CidrPrefixLength: { field: "cidr_prefix_length", rule: prefixLength },
};

/** The password is checked and dropped: no answer ever holds it. */
const passwordParameter: Parameters = { Password: { field: "password", rule: password, required: true } };

const rowKinds: Readonly<Record<ListKind, RowKind>> = {
  IpAccessControlLists: {
    prefix: "IP",
    key: "ip_addresses",
    owner: "ip_access_control_list_sid",
    create: addressParameters,
    update: addressParameters,
    most: ({ mostAddresses }) => mostAddresses,
    mostCode: 21237,
    fresh: ({ missingPrefix }) => ({ cidr_prefix_length: missingPrefix }),
    collide: (one, other) => sameAddress(one, other) || one["friendly_name"] === other["friendly_name"],
    collisionCode: 21235,
  },
  CredentialLists: {
    prefix: "CR",
    key: "credentials",
    owner: "credential_list_sid",
    create: { Username: { field: "username", rule: username, required: true }, ...passwordParameter },
    // A user name cannot change.
    update: passwordParameter,
    most: () => 1_000,
    mostCode: 21242,
    fresh: () => ({}),
    collide: (one, other) => one["username"] === other["username"],
    collisionCode: 21243,
  },
};

/** The addresses of an IP list, or the logins of a credential list. */
export function rowsOf(kind: ListKind) {
  const { prefix, key, owner, create, update, most, mostCode, fresh } = rowKinds[kind];
  const rowOf = (call: Call, list: ListEntry, sid: string) =>
    found(
      list.rows.find((row) => row.sid === sid),
      call,
    );
  return {
    list(call: Call, listSid: string): EmulatorAnswer {
      const list = listOf(call, kind, listSid);
      return pageAnswer(call, key, list.rows, (row) => toListRow(call, list, row));
    },
    create(call: Call, listSid: string): EmulatorAnswer {
      const list = listOf(call, kind, listSid);
      const { password: _, ...values } = readForm(call, create, { creates: true });
      refuseCollision(list, values, undefined);
      if (list.rows.length >= most(call.dialect)) throw conflict(mostCode, "The list holds as many rows as it can");
      const row = newRow(call, prefix, { [owner]: listSid, ...fresh(call.dialect), ...values });
      list.rows.push(row);
      return { status: 201, body: toListRow(call, list, row) };
    },
    get(call: Call, listSid: string, sid: string): EmulatorAnswer {
      const list = listOf(call, kind, listSid);
      return { status: 200, body: toListRow(call, list, rowOf(call, list, sid)) };
    },
    update(call: Call, listSid: string, sid: string): EmulatorAnswer {
      const list = listOf(call, kind, listSid);
      const row = rowOf(call, list, sid);
      const { password: _, ...values } = readForm(call, update, { creates: false });
      refuseCollision(list, { ...row.values, ...values }, row);
      change(row, values, call.nowMs);
      return { status: 200, body: toListRow(call, list, row) };
    },
    remove(call: Call, listSid: string, sid: string): EmulatorAnswer {
      const list = listOf(call, kind, listSid);
      list.rows.splice(list.rows.indexOf(rowOf(call, list, sid)), 1);
      return { status: 204 };
    },
  };
}

function refuseCollision({ kind, rows }: ListEntry, values: Row["values"], self: Row | undefined): void {
  const { collide, collisionCode } = rowKinds[kind];
  if (!rows.some((row) => row !== self && collide(row.values, values))) return;
  throw conflict(collisionCode, "Validation Error: the list already has such a row");
}

/** A prefix that was left out, or shown as 0, is the whole address. */
function sameAddress(one: Row["values"], other: Row["values"]): boolean {
  const prefix = (values: Row["values"]) => values["cidr_prefix_length"] || 32;
  return one["ip_address"] === other["ip_address"] && prefix(one) === prefix(other);
}

function addressName(text: string): string {
  if (text !== "" && text.length <= 255) return text;
  throw new Refusal(21235, "IP Access Control List Validation Error: FriendlyName must have 1 to 255 characters");
}

function ipAddress(text: string): string {
  if (isIPv4(text)) return text;
  throw new Refusal(21235, "IP Access Control List Validation Error: IpAddress must be an IPv4 address");
}

/** Nobody documents the lower bound. Here 0 is refused, so that no test takes a range of everything for one address. */
function prefixLength(text: string): number {
  const value = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= 32) return value;
  throw new Refusal(21235, "IP Access Control List Validation Error: CidrPrefixLength is invalid");
}

function username(text: string, _name: string, { loginCode }: Dialect): string {
  if (/^\S{1,32}$/.test(text)) return text;
  throw new Refusal(loginCode, "Credential Validation Error: Username must have 1 to 32 characters");
}

function password(text: string, _name: string, { loginCode }: Dialect): string {
  if (text.length >= 12 && [/\d/, /[a-z]/, /[A-Z]/].every((needed) => needed.test(text))) return "";
  throw new Refusal(loginCode, "Credential Validation Error: Password needs 12 characters, a digit, and letters of both cases");
}
