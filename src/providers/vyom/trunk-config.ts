import { isIPv4 } from "node:net";
import * as z from "zod";
import type { InputFinding } from "../../core/input-finding.ts";
import { quoteText } from "../../core/text.ts";
import { isHostName, unusable } from "../../rules/address.ts";
import { refuse, warning } from "../../rules/findings.ts";
import { checkPhoneNumber, withoutGrouping } from "../../rules/phone-number.ts";

export const trunkTypeSchema = z.enum(["twilio", "exotel"]);
export type TrunkType = z.infer<typeof trunkTypeSchema>;

const text = (max: number, description: string) => z.string().trim().max(max).optional().describe(description);

/** One flat object for both types: model APIs refuse unions. `checkTrunkConfig` tells the types apart. */
export const trunkConfigSchema = z.strictObject({
  address: text(100, "twilio: SIP domain"),
  numbers: z.array(z.string().max(32).transform(withoutGrouping)).max(100).optional().describe("twilio: E.164"),
  username: text(100, "twilio: account SID"),
  password: z.string().max(100).optional().describe("twilio: auth token, as env:TRUNKLINE_SECRET_<name>"),
  exotel_number: z.string().trim().max(20).transform(withoutGrouping).optional().describe("exotel: E.164"),
  sip_host: text(253, "exotel; default: Vyom's own"),
  sip_port: z.int().min(1).max(65_535).optional().describe("As sip_host"),
  sip_domain: text(253, "As sip_host"),
});
export type TrunkConfig = z.infer<typeof trunkConfigSchema>;
type Field = keyof TrunkConfig;

const fieldsOf: Record<TrunkType, { required: readonly Field[]; optional: readonly Field[] }> = {
  twilio: { required: ["address", "numbers", "username", "password"], optional: [] },
  exotel: { required: ["exotel_number"], optional: ["sip_host", "sip_port", "sip_domain"] },
};

/** Refuses what does not fit the type: the service ignores foreign fields, and says of missing ones only that something is wrong. */
export function checkTrunkConfig(type: TrunkType, config: TrunkConfig, sandbox: boolean): (InputFinding | undefined)[] {
  const { required, optional } = fieldsOf[type];
  const given = (Object.keys(config) as Field[]).filter((field) => config[field] !== undefined);
  const foreign = given.find((field) => !required.includes(field) && !optional.includes(field));
  const missing = required.find((field) => !given.includes(field) || isEmpty(config[field]));
  const empty = given.find((field) => isEmpty(config[field]));
  const takes = `${type} takes ${required.join(", ")}${optional.length > 0 ? `, and optionally ${optional.join(", ")}` : ""}.`;
  if (foreign) return [refuse(place(foreign), `${foreign} does not belong to trunk_type ${type}. Nothing was sent.`, takes)];
  if (missing) return [refuse(place(missing), `trunk_type ${type} needs ${missing}. Nothing was sent.`, takes)];
  if (empty) return [refuse(place(empty), `${empty} is empty. Nothing was sent.`, "Leave it out, or fill it in.")];
  return [
    ...(config.numbers ?? []).map((number, index) => checkPhoneNumber(`${place("numbers")}.${index}`, number)),
    config.address === undefined ? undefined : checkAddress(config.address, sandbox),
    config.exotel_number === undefined ? undefined : checkExotelNumber(config.exotel_number),
    config.sip_host === undefined ? undefined : checkHost("sip_host", config.sip_host, sandbox),
    config.sip_domain === undefined ? undefined : checkHost("sip_domain", config.sip_domain, sandbox),
  ];
}

function isEmpty(value: TrunkConfig[Field]): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0);
}

function place(field: Field): string {
  return `trunk_config.${field}`;
}

const HOST_HINT = "Write only the host, like example.pstn.twilio.com: no sip:, no user, no transport.";

/** LiveKit takes a host, also with a port, and refuses a SIP URI; Vyom then answers with a server error. */
function checkAddress(address: string, sandbox: boolean): InputFinding | undefined {
  const [, host = address, port] = /^(.*?)(?::(\d{1,5}))?$/.exec(address) ?? [];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) {
    return refuse(place("address"), `${port} is not a port (1 to 65535). Nothing was sent.`);
  }
  const finding = checkHost("address", host, sandbox);
  if (finding || !isIPv4(host)) return finding;
  return warning(place("address"), `${host} is an address; Twilio drops calls that are not sent to the SIP domain's name.`);
}

function checkHost(field: Field, value: string, sandbox: boolean): InputFinding | undefined {
  if (isIPv4(value)) {
    const reason = unusable(value, sandbox);
    return reason ? refuse(place(field), `${value} is ${reason}. Nothing was sent.`, HOST_HINT) : undefined;
  }
  if (isHostName(value)) return undefined;
  const bare = value.replace(/^sips?:(?:.*@)?/i, "").replace(/[:;?/].*$/, "");
  const hint = isHostName(bare) ? `Did you mean ${bare}?` : HOST_HINT;
  return refuse(place(field), `${quoteText(value)} is not a host name. Nothing was sent.`, hint);
}

/** The documents write it in E.164, the service's source also in the national form; its bridge dials either. */
function checkExotelNumber(number: string): InputFinding | undefined {
  return /^0\d{8,11}$/.test(number) ? undefined : checkPhoneNumber(place("exotel_number"), number);
}

/** The service posts to whatever it is given. */
export function checkWebhook(field: string, url: string | undefined, passthrough: boolean | undefined): InputFinding | undefined {
  if (url === undefined) return undefined;
  const { protocol, username, password } = new URL(url);
  if (username !== "" || password !== "") return refuse(field, `${field} must not hold a user or password. Nothing was sent.`);
  if (passthrough !== true) return warning(field, `${field} is used only by a trunk with passthrough_mode: true.`);
  return protocol === "https:" ? undefined : warning(field, `${field} is not https: call details would travel readable.`);
}
