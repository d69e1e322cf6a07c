import { isNested } from "../versions.ts";
import { type ErrorObject, invalid } from "./answers.ts";
import { accountSid, addressList, attempt, techPrefix } from "./rules.ts";
import type { Method } from "./state.ts";

type Given = Record<string, unknown>;
type Read = { method: Method } | { errors: ErrorObject[] };

/** Reads a trunk's authentication where this version keeps it, without the login that the carrier generates. The other place is ignored, so its fields are missing here. */
export function readMethod(given: Given, version: string, kept: Method | undefined): Read {
  if (!isNested(version)) return readFlat(given, kept);
  const value = given["authentication_method"];
  if (value === undefined && kept) return { method: kept };
  if (typeof value !== "object" || value === null) return failed("authentication_method", "can't be blank");
  const { type, attributes } = value as { type?: unknown; attributes?: unknown };
  const inner = (typeof attributes === "object" && attributes !== null ? attributes : {}) as Given;
  if (type === "credentials_and_ip") return readCredentialsAndIp(inner, kept);
  if (type === "twilio") return readTwilio(inner);
  if (type === "ip_only") return failed("authentication_method", `ip_only is not allowed for ${kept ? "update" : "creation"}`);
  return failed("authentication_method/type", "is not included in the list");
}

function readFlat(given: Given, kept: Method | undefined): Read {
  const value = given["allowed_sip_ips"];
  if (value === undefined && kept) return { method: kept };
  const list = attempt(() => addressList(value));
  if ("problem" in list) return failed("allowed_sip_ips", list.problem);
  return { method: keepingLogin({ ...kept, tech_prefix: kept?.tech_prefix ?? null }, list.value) };
}

/** The method is replaced whole: what is not sent is empty afterwards, but the generated login stays. */
function readCredentialsAndIp(given: Given, kept: Method | undefined): Read {
  const list = attempt(() => addressList(given["allowed_sip_ips"]));
  const prefix = attempt(() => techPrefix(given["tech_prefix"]));
  const errors = [
    ...("problem" in list ? [invalid("authentication_method/allowed_sip_ips", list.problem)] : []),
    ...("problem" in prefix ? [invalid("authentication_method/tech_prefix", prefix.problem)] : []),
  ];
  if ("problem" in list || "problem" in prefix) return { errors };
  return { method: keepingLogin({ ...kept, tech_prefix: prefix.value }, list.value) };
}

function readTwilio(given: Given): Read {
  const sid = attempt(() => accountSid(given["twilio_account_sid"]));
  if ("problem" in sid) return failed("authentication_method/twilio_account_sid", sid.problem);
  const none = { allowed_sip_ips: [], tech_prefix: null, username: null, password: null };
  return { method: { ...none, type: "twilio", twilio_account_sid: sid.value } };
}

function keepingLogin(kept: Partial<Method> & Pick<Method, "tech_prefix">, allowed_sip_ips: string[]): Method {
  const { username = null, password = null, tech_prefix } = kept;
  return { username, password, type: "credentials_and_ip", allowed_sip_ips, tech_prefix, twilio_account_sid: null };
}

function failed(path: string, title: string): Read {
  return { errors: [invalid(path, title)] };
}
