import { Buffer } from "node:buffer";
import { askEmulator, type Emulator } from "../../../core/carrier/emulator.ts";
import { twilioSandboxAccount } from "./account.ts";

const PBX = "44.248.146.11";

/** Three trunks, two of which share a list. `boston_night` has no domain, and a list without an address: nobody may call over it. */
export function seedTwilio(emulator: Emulator): void {
  const { sid, key, secret } = twilioSandboxAccount;
  const headers = {
    authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`,
    "content-type": "application/x-www-form-urlencoded",
  };
  const post = (path: string, form: Record<string, string>) =>
    (askEmulator(emulator, "POST", path, headers, new URLSearchParams(form)) as { sid: string }).sid;
  const account = `api/2010-04-01/Accounts/${sid}`;
  const numberSid = (digits: string) => {
    const found = askEmulator(emulator, "GET", `${account}/IncomingPhoneNumbers.json?PhoneNumber=%2B${digits}`, headers);
    return (found as { incoming_phone_numbers: { sid: string }[] }).incoming_phone_numbers[0]?.sid ?? "";
  };
  const newTrunk = (FriendlyName: string, digits: string, more: Record<string, string> = {}) => {
    const trunk = post("trunking/v1/Trunks", { FriendlyName, ...more });
    post(`trunking/v1/Trunks/${trunk}/PhoneNumbers`, { PhoneNumberSid: numberSid(digits) });
    return trunk;
  };
  const newList = (FriendlyName: string) => post(`${account}/SIP/IpAccessControlLists.json`, { FriendlyName });
  const attach = (trunk: string, list: string) =>
    post(`trunking/v1/Trunks/${trunk}/IpAccessControlLists`, { IpAccessControlListSid: list });

  const office = newList("office");
  const address = { IpAddress: PBX, FriendlyName: "office PBX", CidrPrefixLength: "32" };
  post(`${account}/SIP/IpAccessControlLists/${office}/IpAddresses.json`, address);
  attach(newTrunk("boston_sales", "12025550110", { DomainName: "boston-sales.pstn.twilio.com" }), office);
  const frontDesk = newTrunk("boston_desk", "12025550111", { DomainName: "boston-desk.pstn.twilio.com" });
  attach(frontDesk, office);
  const SipUrl = `sip:${PBX}:5061;transport=tls`;
  post(`trunking/v1/Trunks/${frontDesk}/OriginationUrls`, {
    SipUrl,
    FriendlyName: SipUrl,
    Priority: "10",
    Weight: "10",
    Enabled: "true",
  });
  const nightLine = newTrunk("boston_night", "12025550112");
  attach(nightLine, newList(`trunkline ${nightLine} ips`));
}
