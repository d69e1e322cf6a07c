import { refusedValue } from "../../core/carrier/carrier-words.ts";
import { codeByStatus, type ErrorCode, TrunkError } from "../../core/errors.ts";
import type { ErrorData } from "./json.ts";

/** A refusal as far as it is known: the HTTP status, the status inside the body, and the carrier's error. */
export interface Refusal {
  httpStatus: number;
  bodyStatus?: number | null | undefined;
  error?: ErrorData | null | undefined;
}

/**
 * The two published tables give some numbers two meanings (1000 is 400 or 404, 1002 is 400 or 409, 1003 is 403 or
 * 404, 1011 is 403 or 415), so a number decides only where both agree on what it is about; else the status does.
 */
const byCarrierCode: Record<number, ErrorCode> = {
  1003: "not_found",
  1008: "conflict",
  1010: "unauthorized",
  1020: "invalid_input",
  1030: "rate_limited",
};

const byStatus: Record<number, ErrorCode> = { ...codeByStatus, 415: "invalid_input" };

/** A refusal as our error, or undefined when the answer is not a refusal that we know how to read. */
export function toTrunkError(refusal: Refusal, host: string): TrunkError | undefined {
  const status = refusal.bodyStatus ?? refusal.httpStatus;
  const carrierCode = refusal.error?.code ?? undefined;
  const code = (carrierCode === undefined ? undefined : byCarrierCode[carrierCode]) ?? byStatus[status];
  if (code === undefined) return undefined;
  const description = refusal.error?.description ?? refusal.error?.message ?? undefined;
  const meaning = explain(code, description, host);
  return new TrunkError(code, meaning.message, {
    hint: meaning.hint,
    field: code === "invalid_input" ? fieldOf(description) : undefined,
    status,
    carrier_code: carrierCode,
    carrier_message: description,
    applied: false,
  });
}

interface Meaning {
  message: string;
  hint?: string | undefined;
}

function explain(code: ErrorCode, description: string | undefined, host: string): Meaning {
  if (code === "unauthorized") {
    return {
      message: `Exotel at ${host} did not accept EXOTEL_API_KEY and EXOTEL_API_TOKEN. It refuses a right key on the wrong region's host in the same way.`,
      hint: "Check the key and token; an account in Singapore needs EXOTEL_REGION=sg (api.exotel.com), one in India EXOTEL_REGION=in (api.in.exotel.com).",
    };
  }
  if (code === "invalid_input" && description === "Destination not whitelisted") {
    return {
      message:
        "Exotel takes an IP address as a destination only after it was whitelisted on the same trunk. The destination was not added.",
      hint: "Call exotel_whitelist_ip with this address first, then exotel_add_destination_uris again.",
    };
  }
  if (code === "invalid_input") return { message: refusedValue("Exotel", description) };
  return meanings[code] ?? { message: "Exotel refused the request. Nothing was changed." };
}

const meanings: Partial<Record<ErrorCode, Meaning>> = {
  forbidden: {
    message: "Exotel does not allow this for this account. Nothing was changed.",
    hint: "Ask Exotel support whether the account has SIP trunking enabled.",
  },
  not_found: { message: "Exotel knows no such trunk or record in this account. Nothing was changed." },
  conflict: { message: "Exotel already has this. Nothing was changed." },
  rate_limited: { message: "Exotel refused the call because too many were made. Nothing was changed." },
  unsupported: { message: "Exotel does not offer this operation on this account. Nothing was changed." },
};

/**
 * Descriptions that speak about a field, as Exotel documents or sends them, whole (fixtures of 2026-04 and 2026-08). In any other
 * text a field's name is only a word, and whoever wrote it there must not send an agent to that field.
 */
const aboutFields: readonly RegExp[] = [
  /^(\w+) is mandatory$/,
  /^Missing required field: (\w+)$/,
  /^Invalid (\w+)$/,
  /^(?:Maximum allowed length|Allowed characters) for (\w+) is (?:\d+|alphan\w+ and _)$/,
  /^(mask) should be in-between \d+ and \d+$/,
  /^(Domain name) should end with \.pstn\.exotel\.com$/,
  /^(Nso code) is invalid$/,
  /^(Destination) is not a valid Ip or Fqdn$/,
  /^(\w+) must be (?:an integer between \d+ and \d+|a valid IPv4 address|pstn or flow|ANY-ANY|alphanumeric with underscores only, max \d+ characters)$/,
  /^json: cannot unmarshal \w+ (?:\S+ )?into Go struct field \w+\.(\w+) of type \w+$/,
];

/** The names that our tools have for them. */
const fields: Readonly<Record<string, string>> = {
  trunkname: "trunk_name",
  friendlyname: "friendly_name",
  phonenumber: "phone_number",
  username: "user_name",
  password: "password",
  domainname: "domain_name",
  nsocode: "nso_code",
  destination: "destinations",
  destinations: "destinations",
  mask: "mask",
  mode: "mode",
  ip: "ip",
};

function fieldOf(description: string | undefined): string | undefined {
  const named = aboutFields.map((form) => form.exec(description ?? "")?.[1]).find((name) => name !== undefined);
  return named && fields[named.toLowerCase().replace(/[ _]/g, "")];
}
