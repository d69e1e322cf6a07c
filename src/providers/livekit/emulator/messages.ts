import { refusal } from "./answers.ts";
import type { Json } from "./state.ts";

/** A field's type, and with it the value that a server prints where nothing was sent. */
type Field = "text" | "flag" | "list" | "map" | "number" | "duration" | readonly string[] | { message: Fields } | { messages: Fields };
export type Fields = { readonly [name: string]: Field };

const transports = ["SIP_TRANSPORT_AUTO", "SIP_TRANSPORT_UDP", "SIP_TRANSPORT_TCP", "SIP_TRANSPORT_TLS"];
const headerOptions = ["SIP_NO_HEADERS", "SIP_X_HEADERS", "SIP_ALL_HEADERS"];
const encryptions = ["SIP_MEDIA_ENCRYPT_DISABLE", "SIP_MEDIA_ENCRYPT_ALLOW", "SIP_MEDIA_ENCRYPT_REQUIRE"];

const media = {
  message: {
    only_listed_codecs: "flag",
    codecs: { messages: { name: "text", rate: "number" } },
    encryption: encryptions,
    media_timeout: "duration",
  },
} as const;
const headers = { headers: "map", headers_to_attributes: "map", attributes_to_headers: "map", include_headers: headerOptions } as const;
const login = { auth_username: "text", auth_password: "text" } as const;

/** Fields and their types of livekit_sip.proto (livekit/protocol, August 2026), by their names there. */
export const inboundFields: Fields = {
  ...{ name: "text", metadata: "text", numbers: "list", allowed_addresses: "list", allowed_numbers: "list" },
  ...login,
  auth_realm: "text",
  ...headers,
  ...{ ringing_timeout: "duration", max_call_duration: "duration", krisp_enabled: "flag", media_encryption: encryptions },
  media,
};
export const outboundFields: Fields = {
  ...{ name: "text", metadata: "text", address: "text", destination_country: "text", transport: transports, numbers: "list" },
  ...login,
  ...headers,
  ...{ media_encryption: encryptions, from_host: "text" },
  media,
};
const agents = { messages: { agent_name: "text", metadata: "text", deployment: "text", attributes: "map" } } as const;
export const ruleFields: Fields = {
  ...{ name: "text", metadata: "text", trunk_ids: "list", hide_phone_number: "flag", inbound_numbers: "list", numbers: "list" },
  ...{ attributes: "map", room_preset: "text", krisp_enabled: "flag", media_encryption: encryptions },
  media,
  room_config: {
    message: {
      ...{ name: "text", empty_timeout: "number", departure_timeout: "number", max_participants: "number", metadata: "text" },
      agents,
      tags: "map",
    },
  },
  rule: {
    message: {
      dispatch_rule_direct: { message: { room_name: "text", pin: "text" } },
      dispatch_rule_individual: { message: { room_prefix: "text", pin: "text", no_randomness: "flag" } },
      dispatch_rule_callee: { message: { room_prefix: "text", pin: "text", randomize: "flag" } },
    },
  },
};

export function parseBody(text: string): Json {
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body)) return body;
  } catch {
    // Told below, like a body that is no object.
  }
  throw malformed();
}

/** A field under either of its names. */
export function fieldOf(given: Json, name: string): unknown {
  return given[name] ?? given[name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())];
}

/** A message with every field, those that were not sent with their defaults. What it does not know is dropped without a word. */
export function readMessage(given: unknown, fields: Fields): Json {
  if (!isObject(given)) throw malformed();
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, readField(fieldOf(given, name), field)]));
}

/** Only those that were sent. */
export function readGiven(given: unknown, fields: Fields): Json {
  if (!isObject(given)) throw malformed();
  const sent = Object.entries(fields).filter(([name]) => fieldOf(given, name) != null);
  return Object.fromEntries(sent.map(([name, field]) => [name, readField(fieldOf(given, name), field)]));
}

function readField(value: unknown, field: Field): unknown {
  if (Array.isArray(field)) return readEnum(value, field);
  if (typeof field === "object" && "message" in field) return value == null ? null : readMessage(value, field.message);
  if (typeof field === "object" && "messages" in field) return listOf(value).map((item) => readMessage(item, field.messages));
  return plain[field as keyof typeof plain](value);
}

const plain = {
  text: (value: unknown) => (value == null ? "" : checked(value, typeof value === "string")),
  flag: (value: unknown) => (value == null ? false : checked(value, typeof value === "boolean")),
  number: (value: unknown) => (value == null ? 0 : checked(value, Number.isInteger(value))),
  list: (value: unknown) => listOf(value).map((item) => checked(item, typeof item === "string")),
  map: (value: unknown) =>
    value == null ? {} : checked(value, isObject(value) && Object.values(value).every((one) => typeof one === "string")),
  duration: (value: unknown) => (value == null ? null : checked(value, typeof value === "string" && /^\d+(\.\d+)?s$/.test(value))),
};

function readEnum(value: unknown, names: readonly string[]): unknown {
  if (value == null) return names[0];
  return checked(
    typeof value === "number" ? names[value] : value,
    typeof value === "number" ? value in names : names.includes(String(value)),
  );
}

function listOf(value: unknown): unknown[] {
  return value == null ? [] : (checked(value, Array.isArray(value)) as unknown[]);
}

function checked(value: unknown, fits: boolean): unknown {
  if (fits) return value;
  throw malformed();
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed() {
  return refusal("malformed", "the json request could not be decoded");
}
