import type { Setup } from "../../src/core/carrier/setup.ts";
import { twilioSandboxAccount } from "../../src/providers/twilio/emulator/account.ts";
import { sidOf } from "../../src/providers/twilio/emulator/state.ts";
import type { TrunkState } from "./account.ts";
import type { WatchedCarriers } from "./watched-carriers.ts";

type Directly = Pick<WatchedCarriers, "directly">;

const account = `api/2010-04-01/Accounts/${twilioSandboxAccount.sid}`;
const lists = `${account}/SIP/IpAccessControlLists`;

/** A trunk whose every step is one request: its moments are those of the steps. */
export const twilioWarmUp: Setup = {
  ...{ provider: "twilio", use_case: "inbound", trunk: "warmup", numbers: ["+12025550112"] },
  destinations: ["warm.example.com:5061;transport=tls"],
};

/** Each tool, whether a person agrees to it, and what is asked of the trunk. */
export const twilioWishes: [name: string, tool: string, grave: boolean, wish: Partial<Setup>][] = [
  ["assigns a number", "twilio_assign_phone_number", false, { numbers: ["+12025550115"] }],
  ["lets one address in", "twilio_allow_ip", false, { ips: ["52.66.2.2"] }],
  ["lets a /24 in", "twilio_allow_ip", true, { ips: ["52.66.2.0/24"] }],
  ["adds a further destination", "twilio_add_origination_url", true, { destinations: ["pbx.example.com:5061;transport=tls"] }],
  ["switches encryption off", "twilio_update_trunk", true, { options: { secure: false } }],
  ["takes an address off", "twilio_remove_ip", true, { remove: ["44.248.146.11"] }],
  ["keeps exactly no number", "twilio_unassign_phone_number", true, { use_case: undefined, numbers: [], exactly: ["numbers"] }],
];

export function furnishTwilioTrunk({ directly }: Directly, name: string, number: string, ips: readonly string[]): void {
  const make = (path: string, form: Record<string, string>) => (directly("twilio", "POST", path, form).body as { sid: string }).sid;
  const trunk = make("trunking/v1/Trunks", { FriendlyName: name, DomainName: `${name}.pstn.twilio.com`, Secure: "true" });
  const list = make(`${lists}.json`, { FriendlyName: `trunkline ${trunk} ips` });
  for (const IpAddress of ips) make(`${lists}/${list}/IpAddresses.json`, { FriendlyName: IpAddress, IpAddress });
  make(`trunking/v1/Trunks/${trunk}/IpAccessControlLists`, { IpAccessControlListSid: list });
  const SipUrl = "sip:sip.example.com:5061;transport=tls";
  make(`trunking/v1/Trunks/${trunk}/OriginationUrls`, { SipUrl, FriendlyName: "sip", Priority: "10", Weight: "10", Enabled: "true" });
  make(`trunking/v1/Trunks/${trunk}/PhoneNumbers`, { PhoneNumberSid: sidOf("PN", `${twilioSandboxAccount.sid}:${number}`) });
}

const listOf = ({ rows }: TrunkState) => rows.ips[0]?.id.split("/")[0] ?? "";

/** The work of somebody else in Twilio's console. */
export const inTwilioConsole = {
  rename: ({ directly }: Directly, id: string, FriendlyName: string) =>
    directly("twilio", "POST", `trunking/v1/Trunks/${id}`, { FriendlyName }),
  takeLastAddressOff: ({ directly }: Directly, trunk: TrunkState) =>
    directly("twilio", "DELETE", `${lists}/${listOf(trunk)}/IpAddresses/${trunk.rows.ips.at(-1)?.id.split("/")[1]}.json`),
  letIn: ({ directly }: Directly, trunk: TrunkState, IpAddress: string, CidrPrefixLength: string) =>
    directly("twilio", "POST", `${lists}/${listOf(trunk)}/IpAddresses.json`, { FriendlyName: "stranger", IpAddress, CidrPrefixLength }),
  /** With what hangs on it: one of the documents has it refused before. */
  replace({ directly }: Directly, trunk: TrunkState): void {
    const own = `trunking/v1/Trunks/${trunk.id}`;
    directly("twilio", "DELETE", `${own}/IpAccessControlLists/${listOf(trunk)}`);
    for (const { id } of trunk.rows.numbers) directly("twilio", "DELETE", `${own}/PhoneNumbers/${id}`);
    directly("twilio", "DELETE", own);
    directly("twilio", "POST", "trunking/v1/Trunks", { FriendlyName: trunk.name });
  },
};
