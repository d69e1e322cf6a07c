import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { profileFields } from "./fields.ts";
import { contains, listed } from "./query.ts";
import { readFields } from "./rules.ts";
import { bodyOf, type Call, isObject, newId, type Row, rowOf, timestamp } from "./state.ts";
import { shown } from "./view.ts";

export function listProfiles(call: Call): EmulatorAnswer {
  return listed(call, [...call.state.profiles.values()], {
    filters: { "[name][contains]": contains("name") },
    atLeastThree: ["[name][contains]"],
    sorts: ["enabled", "created_at", "name", "service_plan", "traffic_type", "usage_payment_method"],
    size: 20,
    show: (row) => toProfile(row, call),
  });
}

export function getProfile(call: Call): EmulatorAnswer {
  return one(rowOf(call, "profiles"), call);
}

/** Answers 200, as no other create does. */
export function createProfile(call: Call): EmulatorAnswer {
  const at = timestamp(call);
  const row: Row = { id: newId(call), record_type: "outbound_voice_profile", ...read(call), created_at: at, updated_at: at };
  call.state.profiles.set(row.id, row);
  return one(row, call);
}

export function updateProfile(call: Call): EmulatorAnswer {
  const kept = rowOf(call, "profiles");
  const row: Row = { ...kept, ...read(call, kept), updated_at: timestamp(call) };
  call.state.profiles.set(row.id, row);
  return one(row, call);
}

function read(call: Call, kept?: Row): Record<string, unknown> {
  const values = readFields(profileFields, bodyOf(call), kept);
  const amount = values["daily_spend_limit"];
  return call.dialect.roundsAmounts && amount !== null ? { ...values, daily_spend_limit: Number(amount).toFixed(2) } : values;
}

function toProfile(row: Row, call: Call): Record<string, unknown> {
  const using = [...call.state.connections.values()].filter(
    ({ outbound }) => isObject(outbound) && outbound["outbound_voice_profile_id"] === row.id,
  );
  return shown({ ...row, connections_count: using.length }, call);
}

function one(row: Row, call: Call): EmulatorAnswer {
  return { status: 200, body: { data: toProfile(row, call) } };
}
