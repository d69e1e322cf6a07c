import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { Refusal } from "./answers.ts";
import { numberFields } from "./fields.ts";
import { equal, type Filter, listed } from "./query.ts";
import { readFields } from "./rules.ts";
import { bodyOf, type Call, type Row, rowOf, timestamp } from "./state.ts";
import { shown } from "./view.ts";

/** Any part of the digits; what is no digit finds nothing. */
const byDigits: Filter = (row, value) => /^\d+$/.test(value) && String(row["phone_number"]).includes(value);

export function listNumbers(call: Call): EmulatorAnswer {
  return listed(call, [...call.state.numbers.values()], {
    filters: {
      "[phone_number]": byDigits,
      "[connection_id]": equal("connection_id"),
      "[status]": equal("status"),
      "[customer_reference]": equal("customer_reference"),
      "[tag]": ({ tags }, value) => Array.isArray(tags) && tags.includes(value),
    },
    atLeastThree: ["[phone_number]"],
    sorts: ["purchased_at", "phone_number", "connection_name", "usage_payment_method"],
    size: 20,
    show: (row) => toNumber(row, call),
  });
}

export function getNumber(call: Call): EmulatorAnswer {
  return { status: 200, body: { data: toNumber(rowOf(call, "numbers"), call) } };
}

export function updateNumber(call: Call): EmulatorAnswer {
  const kept = rowOf(call, "numbers");
  const given = bodyOf(call);
  const row: Row = {
    ...kept,
    ...readFields(numberFields, given, kept),
    connection_id: connectionFor(given["connection_id"], kept["connection_id"], call),
    updated_at: timestamp(call),
  };
  call.state.numbers.set(row.id, row);
  return { status: 200, body: { data: toNumber(row, call) } };
}

function connectionFor(value: unknown, kept: unknown, { state, dialect }: Call): unknown {
  const pointer = "/connection_id";
  if (value === undefined) return kept;
  if (dialect.detachedBy.some((detached) => detached === value)) return null;
  if (typeof value !== "string") throw new Refusal(422, { code: "10026", detail: "Invalid type: a string was expected.", pointer });
  if (state.connections.has(value)) return value;
  throw new Refusal(422, { code: "10017", detail: "The connection does not exist.", pointer });
}

function toNumber(row: Row, call: Call): Record<string, unknown> {
  const connection = call.state.connections.get(String(row["connection_id"]));
  const [, code = ""] = /^\+(1|44|49)/.exec(String(row["phone_number"])) ?? [];
  return shown(
    {
      ...row,
      record_type: "phone_number",
      connection_name: connection?.["connection_name"] ?? null,
      country_iso_alpha2: countries[code] ?? null,
      phone_number_type: "local",
      purchased_at: row["created_at"],
      emergency_enabled: false,
      emergency_status: "disabled",
      call_forwarding_enabled: false,
      cnam_listing_enabled: false,
      caller_id_name_enabled: false,
      call_recording_enabled: false,
      t38_fax_gateway_enabled: false,
      inbound_call_screening: "disabled",
      deletion_lock_enabled: false,
    },
    call,
  );
}

const countries: Record<string, string> = { "1": "US", "44": "GB", "49": "DE" };
