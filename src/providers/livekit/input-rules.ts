import { isIP } from "node:net";
import type { InputFinding } from "../../core/input-finding.ts";
import { quoteText } from "../../core/text.ts";
import { checkAddressOrRange, isHostName } from "../../rules/address.ts";
import { refuse, warning } from "../../rules/findings.ts";
import { checkPhoneNumber } from "../../rules/phone-number.ts";
import type { TrunkFields } from "./body.ts";
import type { InboundChange, NewInbound, NewOutbound, NewRule, OutboundChange, RuleChange } from "./fields.ts";
import { checkHeaders } from "./header-rules.ts";

type Findings = (InputFinding | undefined)[];

export function checkNewInbound(input: NewInbound, sandbox: boolean): Findings {
  const { numbers = [], allowed_addresses = [], auth_username = "", auth_password } = input;
  const isOpen = auth_username === "" && allowed_addresses.length === 0;
  return [
    isOpen && numbers.length === 0
      ? refuse(
          "numbers",
          "An inbound trunk without numbers, login and addresses lets in every call. Nothing was sent.",
          "Pass numbers, and auth_username or allowed_addresses.",
        )
      : undefined,
    auth_password !== undefined && auth_username === ""
      ? refuse("auth_username", "A password without a user name is no login: LiveKit would let everybody in. Nothing was sent.")
      : undefined,
    isOpen && numbers.length > 0
      ? warning(
          "auth_username",
          "Numbers protect nothing: whoever knows the SIP host and a number may call in. Pass auth_username if the carrier can log in.",
        )
      : undefined,
    ...checkTrunk(input, sandbox),
  ];
}

export function checkInboundChange({ trunk_id: _, ...input }: InboundChange, sandbox: boolean): Findings {
  return [notEmpty("trunk_id", input), passwordWithoutUser(input), ...checkTrunk(input, sandbox)];
}

export function checkNewOutbound(input: NewOutbound, sandbox: boolean): Findings {
  const { auth_username = "", auth_password } = input;
  const isHalf = (auth_username === "") !== (auth_password === undefined);
  return [
    isHalf
      ? refuse("auth_password", "auth_username and auth_password go together: half a login answers no challenge. Nothing was sent.")
      : undefined,
    ...checkOutbound(input, sandbox),
  ];
}

export function checkOutboundChange({ trunk_id: _, ...input }: OutboundChange, sandbox: boolean): Findings {
  return [
    notEmpty("trunk_id", input),
    passwordWithoutUser(input),
    input.auth_username && input.auth_password === undefined
      ? refuse("auth_password", "Another user name needs its password. Nothing was sent.", "Pass auth_password too.")
      : undefined,
    ...checkOutbound(input, sandbox),
  ];
}

function checkOutbound(input: TrunkFields, sandbox: boolean): Findings {
  const { address, transport, numbers, from_host, destination_country, media_encryption } = input;
  return [
    numbers?.length === 0
      ? refuse(
          "numbers",
          "An outbound trunk needs a caller id. Nothing was sent.",
          "Pass a number in E.164, or * if each call brings its own.",
        )
      : undefined,
    address === undefined ? undefined : checkHost("address", address, true),
    from_host === undefined || from_host === "" ? undefined : checkHost("from_host", from_host, false),
    destination_country === undefined || /^([a-z]{2})?$/.test(destination_country)
      ? undefined
      : refuse(
          "destination_country",
          `${quoteText(destination_country)} is no country in two small letters. Nothing was sent.`,
          "Write it like in or us.",
        ),
    transport === "tls" && media_encryption === "disable"
      ? warning("media_encryption", "The signalling is encrypted and the sound is not; many carriers want both or neither.")
      : undefined,
    transport !== undefined && transport !== "tls" && media_encryption === "require"
      ? warning("media_encryption", `Encrypted sound over ${transport} sends its keys in the open; use tls.`)
      : undefined,
    ...checkTrunk(input, sandbox, "*"),
  ];
}

/** `any`: the number that stands for all, where a trunk may have it. */
function checkTrunk(input: TrunkFields, sandbox: boolean, any?: string): Findings {
  const { numbers = [], allowed_numbers = [], allowed_addresses = [] } = input;
  return [
    ...numbers.map((number, index) => (number === any ? undefined : checkPhoneNumber(`numbers.${index}`, number))),
    ...allowed_numbers.map((number, index) => checkPhoneNumber(`allowed_numbers.${index}`, number)),
    ...allowed_addresses.map((entry, index) => checkAllowed(`allowed_addresses.${index}`, entry, sandbox)),
    ...checkHeaders(input),
  ];
}

/** LiveKit drops what it cannot read, and a list of nothing lets everybody in; a name it compares with what the caller writes. */
function checkAllowed(field: string, entry: string, sandbox: boolean): InputFinding | undefined {
  if (!isHostName(entry)) return checkAddressOrRange(field, entry, sandbox);
  return refuse(
    field,
    `${quoteText(entry)} is a host name, which any caller can write into From. Nothing was sent.`,
    "Pass the addresses from which the carrier signals; find_gateway names them.",
  );
}

function checkHost(field: string, value: string, withPort: boolean): InputFinding | undefined {
  const [, host = "", port] = /^([^\s:@;/]+)(?::(\d{1,5}))?$/.exec(value) ?? [];
  const isFine =
    (isIP(host) !== 0 || isHostName(host)) && (port === undefined || (withPort && Number(port) >= 1 && Number(port) <= 65_535));
  if (isFine) return undefined;
  const form = withPort ? "host or host:port" : "host";
  return refuse(
    field,
    `${quoteText(value)} is not of the form ${form}: no sip:, user or ;transport=. Nothing was sent.`,
    withPort ? "Write it like in.voip.exotel.com:443, and the transport in its own field." : "Write it like sip.example.com.",
  );
}

function passwordWithoutUser({ auth_username, auth_password }: TrunkFields): InputFinding | undefined {
  return auth_username === "" && auth_password !== undefined
    ? refuse("auth_password", "The login cannot go and get a password at once. Nothing was sent.", "Leave one of the two out.")
    : undefined;
}

function notEmpty(field: string, input: object): InputFinding | undefined {
  const isEmpty = Object.values(input).every((value) => value === undefined);
  return isEmpty ? refuse(field, "Nothing to change was given. Nothing was sent.", "Pass what is to change.") : undefined;
}

export function checkNewRule(input: NewRule): Findings {
  return [
    input.rule_type === "direct" && input.room_name === undefined
      ? refuse("room_name", "A direct rule needs the room to which all its calls go. Nothing was sent.")
      : undefined,
    input.agents?.length
      ? undefined
      : warning("agents", "The rule names no agent: only an agent that registers without a name answers its calls."),
    ...checkRule(input),
  ];
}

export function checkRuleChange({ dispatch_rule_id: _, ...input }: RuleChange): Findings {
  return [notEmpty("dispatch_rule_id", input), ...checkRule(input)];
}

function checkRule({
  rule_type,
  room_name,
  room_prefix,
  numbers = [],
  inbound_numbers = [],
}: Omit<RuleChange, "dispatch_rule_id">): Findings {
  const [wrong] = [
    rule_type === "direct" && room_prefix !== undefined ? "room_prefix" : undefined,
    rule_type !== undefined && rule_type !== "direct" && room_name !== undefined ? "room_name" : undefined,
    rule_type === undefined && room_name !== undefined && room_prefix !== undefined ? "room_prefix" : undefined,
  ].filter((field) => field !== undefined);
  return [
    wrong === undefined ? undefined : refuse(wrong, `A ${rule_type ?? "direct"} rule has no ${wrong}. Nothing was sent.`, "Leave it out."),
    // LiveKit compares these letter by letter with what the call says.
    ...numbers.map((number, index) => checkPhoneNumber(`numbers.${index}`, number)),
    ...inbound_numbers.map((number, index) => checkPhoneNumber(`inbound_numbers.${index}`, number)),
  ];
}
