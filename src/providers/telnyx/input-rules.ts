import type { InputFinding } from "../../core/input-finding.ts";
import { quoteText } from "../../core/text.ts";
import { checkAddressOrRange, isHostName } from "../../rules/address.ts";
import { refuse, warning } from "../../rules/findings.ts";
import { checkPhoneNumber } from "../../rules/phone-number.ts";
import type { ConnectionChange, NewConnection, NewProfile, ProfileChange } from "./fields.ts";

type Findings = (InputFinding | undefined)[];
type Settings = NewConnection | ConnectionChange;

/** Telnyx's rule: 4 to 32 letters and digits, with a letter among the first five. */
export function checkUserName(field: string, name: string): InputFinding | undefined {
  if (/^[A-Za-z0-9]{4,32}$/.test(name) && /[A-Za-z]/.test(name.slice(0, 5))) return undefined;
  const proposal = name.replace(/[^A-Za-z0-9]/g, "").slice(0, 32);
  return refuse(
    field,
    `${quoteText(name)} is not a user name that Telnyx takes: 4 to 32 letters and digits, with a letter among the first five. Nothing was sent.`,
    /^[A-Za-z]/.test(proposal) && proposal.length >= 4 ? `Did you mean ${proposal}?` : undefined,
  );
}

/** Never repeats it. */
export function checkPassword(field: string, password: string): InputFinding | undefined {
  if (/^[!-~]{8,128}$/.test(password)) return undefined;
  return refuse(
    field,
    `The ${field} is not one that Telnyx takes: 8 to 128 characters without blanks. Nothing was sent.`,
    `Leave ${field} out to have one generated.`,
  );
}

export function checkNewConnection(input: NewConnection): Findings {
  const { connection_type: type, user_name, password, outbound_voice_profile_id: profile } = input;
  const hasLogin = user_name !== undefined || password !== undefined;
  return [
    type === "credential" && user_name === undefined
      ? refuse("user_name", "A credential connection needs a user_name. Nothing was sent.", "Pass 4 to 32 letters and digits.")
      : undefined,
    type === "ip" && hasLogin
      ? refuse("user_name", "An IP connection has no login. Nothing was sent.", "Pass connection_type credential, or leave the login out.")
      : undefined,
    type === "fqdn" && hasLogin
      ? refuse(
          "user_name",
          "A host name connection gets its login after it was made. Nothing was sent.",
          "Leave the login out, and call telnyx_set_login then.",
        )
      : undefined,
    type === "credential" && input.transport_protocol !== undefined
      ? refuse(
          "transport_protocol",
          "A credential connection has no transport_protocol: it takes the one that registers. Nothing was sent.",
          "Leave it out.",
        )
      : undefined,
    user_name === undefined ? undefined : checkUserName("user_name", user_name),
    password === undefined ? undefined : checkPassword("password", password),
    profile === undefined
      ? warning("outbound_voice_profile_id", "Without an outbound voice profile every call out is refused with 403; calls come in.")
      : undefined,
    ...checkSettings(input),
  ];
}

export function checkConnectionChange(input: ConnectionChange): Findings {
  const { connection_id: _, profile: __, ...fields } = input;
  const isEmpty = Object.values(fields).every((value) => value === undefined);
  return [
    isEmpty ? refuse("connection_id", "Nothing to change was given. Nothing was sent.", "Pass what is to change.") : undefined,
    ...checkSettings(input),
  ];
}

function checkSettings({ transport_protocol, encrypted_media, inbound, outbound }: Settings): Findings {
  const { ani_override: alias } = outbound ?? {};
  const wide = inbound?.codecs?.some((codec) => codec === "OPUS" || codec === "H.264");
  return [
    transport_protocol === "TLS" && encrypted_media === "SRTP"
      ? warning("encrypted_media", "Telnyx's documents disagree on SRTP with transport TLS: the API may refuse both together.")
      : undefined,
    wide && transport_protocol === "UDP"
      ? warning("inbound.codecs", "Telnyx ignores OPUS and H.264 over UDP; they need transport TCP or TLS.")
      : undefined,
    alias ? checkPhoneNumber("outbound.ani_override", alias) : undefined,
  ];
}

export interface AddressFields {
  ip_address?: string | undefined;
  fqdn?: string | undefined;
  port?: number | undefined;
  dns_record_type?: "a" | "srv" | undefined;
}

export function checkAddress(input: AddressFields, sandbox: boolean): Findings {
  const { ip_address, fqdn } = input;
  if (ip_address !== undefined && fqdn === undefined) return checkIp(ip_address, input, sandbox);
  if (fqdn !== undefined && ip_address === undefined) return checkHost(fqdn, input);
  return [
    refuse(
      "ip_address",
      "One of ip_address and fqdn is needed. Nothing was sent.",
      "Pass ip_address for an IP connection, fqdn for one of host names.",
    ),
  ];
}

function checkIp(ip: string, { dns_record_type }: AddressFields, sandbox: boolean): Findings {
  return [
    dns_record_type === undefined
      ? undefined
      : refuse("dns_record_type", "An IP address has no dns_record_type. Nothing was sent.", "Leave it out."),
    ip.includes("/")
      ? refuse(
          "ip_address",
          `${quoteText(ip)} is a range; Telnyx takes one address a row. Nothing was sent.`,
          "Add each address by a call of its own.",
        )
      : checkAddressOrRange("ip_address", ip, sandbox),
  ];
}

function checkHost(fqdn: string, { port, dns_record_type }: AddressFields): Findings {
  return [
    isHostName(fqdn)
      ? undefined
      : refuse(
          "fqdn",
          `${quoteText(fqdn)} is not a host name. Nothing was sent.`,
          "Pass a name such as sip.example.com; an IP address goes into an IP connection.",
        ),
    dns_record_type === "srv" && port !== undefined
      ? refuse(
          "port",
          "With dns_record_type srv the SRV records name the port. Nothing was sent.",
          "Leave port out, or pass dns_record_type a.",
        )
      : undefined,
  ];
}

export function checkProfileChange({ outbound_voice_profile_id: _, ...fields }: ProfileChange): Findings {
  const isEmpty = Object.values(fields).every((value) => value === undefined);
  return [
    isEmpty ? refuse("outbound_voice_profile_id", "Nothing to change was given. Nothing was sent.", "Pass what is to change.") : undefined,
    ...checkDestinations(fields),
  ];
}

export function checkDestinations({ whitelisted_destinations: countries }: Pick<NewProfile, "whitelisted_destinations">): Findings {
  return [
    countries?.length === 0
      ? warning("whitelisted_destinations", "No country is allowed: every call over this profile is refused.")
      : undefined,
  ];
}
