import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { type Parameters, readForm } from "./form.ts";
import { kinds, listOf } from "./lists.ts";
import { pageAnswer } from "./paging.ts";
import { conflict } from "./refusal.ts";
import { type Call, found, isoDate, type ListKind, type Row, trunkOf } from "./state.ts";
import { authTypeOf } from "./trunks.ts";

/** The lists of one kind that a trunk refers to. */
export function attachmentsOf(kind: ListKind) {
  const { key } = kinds[kind];
  const parameter = `${kind.slice(0, -1)}Sid`;
  const parameters: Parameters = { [parameter]: { field: "sid", rule: (text) => text, required: true } };
  const attached = (call: Call, trunkSid: string, sid: string) =>
    found(
      trunkOf(call, trunkSid).lists[kind].find((row) => row.sid === sid),
      call,
    );
  return {
    list: (call: Call, trunkSid: string): EmulatorAnswer =>
      pageAnswer(call, key, trunkOf(call, trunkSid).lists[kind], (row) => toAttachment(call, kind, trunkSid, row)),
    attach(call: Call, trunkSid: string): EmulatorAnswer {
      const trunk = trunkOf(call, trunkSid);
      const { sid } = readForm(call, parameters, { creates: true });
      const path = `/2010-04-01/Accounts/${call.account}/SIP/${kind}/${String(sid)}`;
      const list = listOf({ ...call, path }, kind, String(sid));
      if (trunk.lists[kind].some((row) => row.sid === list.sid)) {
        throw conflict(21245, `Trunk Validation Error: the list ${list.sid} is already associated with the trunk`);
      }
      const row = { sid: list.sid, createdMs: call.nowMs, updatedMs: call.nowMs, values: {} };
      trunk.lists[kind].push(row);
      return { status: 201, body: toAttachment(call, kind, trunkSid, row) };
    },
    get: (call: Call, trunkSid: string, sid: string): EmulatorAnswer => ({
      status: 200,
      body: toAttachment(call, kind, trunkSid, attached(call, trunkSid, sid)),
    }),
    detach(call: Call, trunkSid: string, sid: string): EmulatorAnswer {
      const trunk = trunkOf(call, trunkSid);
      const row = attached(call, trunkSid, sid);
      trunk.authTypeBefore = { value: authTypeOf(trunk), untilMs: call.nowMs + call.dialect.authTypeLagMs };
      trunk.lists[kind] = trunk.lists[kind].filter((other) => other !== row);
      return { status: 204 };
    },
  };
}

function toAttachment({ account, state }: Call, kind: ListKind, trunkSid: string, { sid, createdMs, updatedMs }: Row) {
  return {
    sid,
    account_sid: account,
    trunk_sid: trunkSid,
    friendly_name: state.lists.get(sid)?.values["friendly_name"] ?? null,
    date_created: isoDate(createdMs),
    date_updated: isoDate(updatedMs),
    url: `https://trunking.twilio.com/v1/Trunks/${trunkSid}/${kind}/${sid}`,
  };
}
