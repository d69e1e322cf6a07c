import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { type Parameters, readForm } from "./form.ts";
import { pageAnswer } from "./paging.ts";
import { conflict, Refusal } from "./refusal.ts";
import { type Call, change, found, type ListEntry, type ListKind, mailDate, newRow, type Row } from "./state.ts";

interface Kind {
  prefix: string;
  key: string;
  /** Below a list. */
  rows: string;
  longestName: number;
  most: number;
  mostCode: number;
  /** For a name that is wrong or taken. */
  nameCode: number;
  /** For a list that is in use. */
  inUseCode: number;
}

export const kinds: Readonly<Record<ListKind, Kind>> = {
  IpAccessControlLists: {
    prefix: "AL",
    key: "ip_access_control_lists",
    rows: "IpAddresses",
    longestName: 255,
    most: 1_000,
    mostCode: 21255,
    nameCode: 21235,
    inUseCode: 21236,
  },
  CredentialLists: {
    prefix: "CL",
    key: "credential_lists",
    rows: "Credentials",
    longestName: 64,
    most: 100,
    mostCode: 21239,
    nameCode: 21240,
    inUseCode: 21241,
  },
};

/** Lists belong to an account, not to a trunk: several trunks may have the same one. */
export function listsOf(kind: ListKind) {
  const { prefix, key, most, mostCode, inUseCode } = kinds[kind];
  return {
    list: (call: Call): EmulatorAnswer => pageAnswer(call, key, allOf(call, kind), (list) => toList(call, list)),
    create(call: Call): EmulatorAnswer {
      const values = readForm(call, nameOf(kind), { creates: true });
      refuseTakenName(call, kind, values["friendly_name"]);
      if (allOf(call, kind).length >= most) throw conflict(mostCode, "The maximum number of lists is reached");
      const list = { ...newRow(call, prefix, values), kind, account: call.account, rows: [] };
      call.state.lists.set(list.sid, list);
      return { status: 201, body: toList(call, list) };
    },
    get: (call: Call, sid: string): EmulatorAnswer => ({ status: 200, body: toList(call, listOf(call, kind, sid)) }),
    update(call: Call, sid: string): EmulatorAnswer {
      const list = listOf(call, kind, sid);
      const values = readForm(call, nameOf(kind), { creates: true });
      if (values["friendly_name"] !== list.values["friendly_name"]) refuseTakenName(call, kind, values["friendly_name"]);
      change(list, values, call.nowMs);
      return { status: 200, body: toList(call, list) };
    },
    remove(call: Call, sid: string): EmulatorAnswer {
      const list = listOf(call, kind, sid);
      const users = [...call.state.trunks.values()].filter(({ lists }) => lists[kind].some((row) => row.sid === sid));
      if (users.length > 0 && !call.dialect.deletesAttachedLists) throw conflict(inUseCode, "The list is still mapped");
      for (const { lists } of users) lists[kind] = lists[kind].filter((row) => row.sid !== sid);
      call.state.lists.delete(list.sid);
      return { status: 204 };
    },
  };
}

export function listOf(call: Call, kind: ListKind, sid: string): ListEntry {
  const list = call.state.lists.get(sid);
  return found(list?.kind === kind && list.account === call.account ? list : undefined, call);
}

function allOf({ state, account }: Call, kind: ListKind): ListEntry[] {
  return [...state.lists.values()].filter((list) => list.kind === kind && list.account === account);
}

function nameOf(kind: ListKind): Parameters {
  const { longestName, nameCode } = kinds[kind];
  const rule = (text: string) => {
    if (text !== "" && text.length <= longestName) return text;
    throw new Refusal(nameCode, `Validation Error: FriendlyName must have 1 to ${longestName} characters`);
  };
  return { FriendlyName: { field: "friendly_name", rule, required: true } };
}

function refuseTakenName(call: Call, kind: ListKind, name: unknown): void {
  if (!allOf(call, kind).some(({ values }) => values["friendly_name"] === name)) return;
  throw conflict(kinds[kind].nameCode, `Validation Error: a list with the FriendlyName ${String(name)} already exists`);
}

function toList(call: Call, { sid, kind, createdMs, updatedMs, values }: ListEntry): Record<string, unknown> {
  const path = listPath(call, kind, sid);
  const { rows } = kinds[kind];
  return {
    sid,
    account_sid: call.account,
    ...values,
    date_created: mailDate(createdMs),
    date_updated: mailDate(updatedMs),
    subresource_uris: { [rows === "IpAddresses" ? "ip_addresses" : "credentials"]: `${path}/${rows}.json` },
    uri: `${path}.json`,
  };
}

function listPath({ account }: Call, kind: ListKind, sid: string): string {
  return `/2010-04-01/Accounts/${account}/SIP/${kind}/${sid}`;
}

/** The path of a row and its dates, beside its own fields. */
export function toListRow(call: Call, list: ListEntry, { sid, createdMs, updatedMs, values }: Row): Record<string, unknown> {
  return {
    sid,
    account_sid: call.account,
    ...values,
    date_created: mailDate(createdMs),
    date_updated: mailDate(updatedMs),
    uri: `${listPath(call, list.kind, list.sid)}/${kinds[list.kind].rows}/${sid}.json`,
  };
}
