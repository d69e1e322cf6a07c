import { twilioSandboxAccount } from "../../src/providers/twilio/emulator/account.ts";
import type { Trunkline } from "./trunkline.ts";

const { sid, key, secret } = twilioSandboxAccount;
export const SIP = `/api/2010-04-01/Accounts/${sid}/SIP`;

/** Past our own rules: the work of somebody else in the account. */
export function twilioConsole({ sandbox }: Pick<Trunkline, "sandbox">) {
  async function ask(method: string, path: string, form?: Record<string, string>) {
    const response = await fetch(`${sandbox.urlOf("twilio")}${path}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}` },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    const text = await response.text();
    return text === "" ? {} : JSON.parse(text);
  }
  return {
    ask,
    /** A list of the account's, on these trunks. */
    async list(FriendlyName: string, trunks: readonly string[], addresses: readonly string[]): Promise<string> {
      const { sid: list } = await ask("POST", `${SIP}/IpAccessControlLists.json`, { FriendlyName });
      for (const IpAddress of addresses)
        await ask("POST", `${SIP}/IpAccessControlLists/${list}/IpAddresses.json`, { FriendlyName: `pbx ${IpAddress}`, IpAddress });
      for (const trunk of trunks) await ask("POST", `/trunking/v1/Trunks/${trunk}/IpAccessControlLists`, { IpAccessControlListSid: list });
      return list;
    },
    async addressesIn(list: string): Promise<string[]> {
      const { ip_addresses } = await ask("GET", `${SIP}/IpAccessControlLists/${list}/IpAddresses.json`);
      return ip_addresses.map((row: { ip_address: string }) => row.ip_address);
    },
  };
}
