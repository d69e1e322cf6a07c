import type { EmulatorAnswer } from "../../../core/carrier/emulator.ts";
import { httpUrl, orNull, type Parameters, readForm } from "./form.ts";
import { pageAnswer } from "./paging.ts";
import { invalid, Refusal } from "./refusal.ts";
import { type Call, change, found, isoDate, mailDate, type NumberEntry, sidOf, trunkOf } from "./state.ts";

const parameters: Parameters = {
  FriendlyName: { field: "friendly_name", rule: (text) => text },
  TrunkSid: { field: "trunk_sid", rule: orNull(sid("TK")) },
  VoiceApplicationSid: { field: "voice_application_sid", rule: orNull(sid("AP")) },
  VoiceUrl: { field: "voice_url", rule: orNull(httpUrl) },
};

const assignment: Parameters = { PhoneNumberSid: { field: "sid", rule: sid("PN"), required: true } };

/** Numbers are bought elsewhere, so that an account has some from the start. */
export function newNumber(account: string, phoneNumber: string, values: Partial<NumberEntry["values"]> = {}): NumberEntry {
  const bought = Date.UTC(2025, 10, 3, 9, 30);
  return {
    sid: sidOf("PN", `${account}:${phoneNumber}`),
    account,
    createdMs: bought,
    updatedMs: bought,
    values: {
      phone_number: phoneNumber,
      friendly_name: phoneNumber.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "($1) $2-$3"),
      trunk_sid: null,
      voice_url: null,
      voice_application_sid: null,
      emergency_status: "Inactive",
      ...values,
    },
  };
}

export function listNumbers(call: Call): EmulatorAnswer {
  const { query } = call.request;
  const numbers = [...call.state.numbers.values()].filter(({ account }) => account === call.account);
  const pattern = query.get("PhoneNumber");
  const name = query.get("FriendlyName");
  const wanted = numbers
    .filter(({ values }) => pattern === null || matches(String(values["phone_number"]), pattern))
    .filter(({ values }) => name === null || values["friendly_name"] === name);
  return pageAnswer(call, "incoming_phone_numbers", wanted, (number) => toIncoming(call, number));
}

export function getNumber(call: Call, sid: string): EmulatorAnswer {
  return { status: 200, body: toIncoming(call, numberOf(call, sid)) };
}

/** Of a trunk and an application the later one replaces the other. */
export function updateNumber(call: Call, sid: string): EmulatorAnswer {
  const number = numberOf(call, sid);
  const values = readForm(call, parameters, { creates: false });
  if (typeof values["trunk_sid"] === "string") {
    trunkOf({ ...call, path: `/v1/Trunks/${values["trunk_sid"]}` }, values["trunk_sid"]);
    values["voice_application_sid"] = null;
  } else if (typeof values["voice_application_sid"] === "string") values["trunk_sid"] = null;
  change(number, values, call.nowMs);
  return { status: 200, body: toIncoming(call, number) };
}

export function listOnTrunk(call: Call, trunkSid: string): EmulatorAnswer {
  trunkOf(call, trunkSid);
  const numbers = [...call.state.numbers.values()].filter(({ values }) => values["trunk_sid"] === trunkSid);
  return pageAnswer(call, "phone_numbers", numbers, (number) => toOnTrunk(call, trunkSid, number));
}

/** The number's application is gone for good; its URL is ignored while it is on a trunk. */
export function assign(call: Call, trunkSid: string): EmulatorAnswer {
  trunkOf(call, trunkSid);
  const { sid } = readForm(call, assignment, { creates: true });
  const number = numberOf({ ...call, path: `/2010-04-01/Accounts/${call.account}/IncomingPhoneNumbers/${String(sid)}.json` }, String(sid));
  if (number.values["trunk_sid"] !== null && !call.dialect.movesNumbers) {
    throw new Refusal(20409, `The phone number ${String(number.values["phone_number"])} is already on a trunk`);
  }
  change(number, { trunk_sid: trunkSid, voice_application_sid: null }, call.nowMs);
  return { status: 201, body: toOnTrunk(call, trunkSid, number) };
}

export function getOnTrunk(call: Call, trunkSid: string, sid: string): EmulatorAnswer {
  return { status: 200, body: toOnTrunk(call, trunkSid, onTrunk(call, trunkSid, sid)) };
}

/** The number stays in the account. */
export function unassign(call: Call, trunkSid: string, sid: string): EmulatorAnswer {
  change(onTrunk(call, trunkSid, sid), { trunk_sid: null }, call.nowMs);
  return { status: 204 };
}

function onTrunk(call: Call, trunkSid: string, sid: string): NumberEntry {
  trunkOf(call, trunkSid);
  const number = numberOf(call, sid);
  return found(number.values["trunk_sid"] === trunkSid ? number : undefined, call);
}

function numberOf(call: Call, sid: string): NumberEntry {
  const number = call.state.numbers.get(sid);
  return found(number?.account === call.account ? number : undefined, call);
}

/** A part of a number finds it, and a star is any digit. A plus that became a blank finds nothing. */
function matches(phoneNumber: string, pattern: string): boolean {
  const source = pattern.replace(/[^\d*]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return new RegExp(source.replaceAll("*", "\\d")).test(phoneNumber);
}

function sid(prefix: string) {
  return (text: string, name: string) => {
    if (!new RegExp(`^${prefix}[0-9a-fA-F]{32}$`).test(text)) throw invalid(`Invalid ${name}: ${text}`);
    return text;
  };
}

function commonOf({ account, dialect }: Call, { sid, values }: NumberEntry): Record<string, unknown> {
  const { emergency_status, voice_application_sid, ...rest } = values;
  return {
    sid,
    account_sid: account,
    ...rest,
    voice_application_sid: voice_application_sid ?? dialect.absent,
    sms_application_sid: dialect.absent,
    api_version: "2010-04-01",
    address_requirements: "none",
    beta: false,
    capabilities: { voice: true, sms: true, mms: true, fax: false },
    voice_caller_id_lookup: false,
    voice_method: "POST",
    voice_fallback_url: null,
    voice_fallback_method: "POST",
    status_callback: dialect.absent,
    status_callback_method: "POST",
    sms_url: dialect.absent,
    sms_method: "POST",
    sms_fallback_url: dialect.absent,
    sms_fallback_method: "POST",
  };
}

function toIncoming(call: Call, number: NumberEntry): Record<string, unknown> {
  const { sid, createdMs, updatedMs, values } = number;
  return {
    ...commonOf(call, number),
    address_sid: null,
    identity_sid: null,
    bundle_sid: null,
    origin: "twilio",
    emergency_status: values["emergency_status"],
    emergency_address_sid: null,
    emergency_address_status: values["emergency_status"] === "Active" ? "registered" : "unregistered",
    voice_receive_mode: "voice",
    status: "in-use",
    type: "local",
    date_created: mailDate(createdMs),
    date_updated: mailDate(updatedMs),
    uri: `/2010-04-01/Accounts/${call.account}/IncomingPhoneNumbers/${sid}.json`,
  };
}

function toOnTrunk(call: Call, trunkSid: string, number: NumberEntry): Record<string, unknown> {
  const { sid, createdMs, updatedMs } = number;
  return {
    ...commonOf(call, number),
    date_created: isoDate(createdMs),
    date_updated: isoDate(updatedMs),
    url: `https://trunking.twilio.com/v1/Trunks/${trunkSid}/PhoneNumbers/${sid}`,
    links: { phone_number: `https://api.twilio.com/2010-04-01/Accounts/${call.account}/IncomingPhoneNumbers/${sid}` },
  };
}
