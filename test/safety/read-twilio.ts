import { twilioSandboxAccount } from "../../src/providers/twilio/emulator/account.ts";
import type { TrunkState } from "./account.ts";

// biome-ignore lint/suspicious/noExplicitAny: the carrier's own answers.
type Json = any;

const account = `api/2010-04-01/Accounts/${twilioSandboxAccount.sid}`;
const transfers = ["disable-all", "sip-only", "enable-all"];

/** `get`: an answer's body, past the server. */
export function readTwilio(get: (path: string) => unknown, bare: (id: string, name: string) => TrunkState): TrunkState[] {
  const rows = (path: string, key: string) => (get(`${path}?PageSize=1000`) as Json)[key] as Json[];
  const listed = (sid: string, kind: string, key: string, rowsIn: string, rowKey: string) =>
    rows(`trunking/v1/Trunks/${sid}/${kind}`, key).map((list) =>
      rows(`${account}/SIP/${kind}/${list.sid}/${rowsIn}.json`, rowKey).map((row) => ({ ...row, id: `${list.sid}/${row.sid}` })),
    );
  const trunks = rows("trunking/v1/Trunks", "trunks").map(trunkState);
  const outside = rows(`${account}/IncomingPhoneNumbers.json`, "incoming_phone_numbers")
    .filter(({ trunk_sid, voice_url, voice_application_sid }) => !trunk_sid && (voice_url || voice_application_sid))
    .map((row) => [row.phone_number, row.voice_application_sid || row.voice_url] as const);
  return [...trunks, { ...bare("numbers outside of trunks", "numbers outside of trunks"), numbers: Object.fromEntries(outside) }];

  function trunkState(trunk: Json): TrunkState {
    const { sid, friendly_name, domain_name } = trunk;
    const ipLists = listed(sid, "IpAccessControlLists", "ip_access_control_lists", "IpAddresses", "ip_addresses");
    const loginLists = listed(sid, "CredentialLists", "credential_lists", "Credentials", "credentials");
    const numbers = rows(`trunking/v1/Trunks/${sid}/PhoneNumbers`, "phone_numbers");
    const urls = rows(`trunking/v1/Trunks/${sid}/OriginationUrls`, "origination_urls");
    const cidr = (row: Json) => `${row.ip_address}/${row.cidr_prefix_length || 32}`;
    const callers = ipLists.flat().map(cidr);
    const where = ipLists.length > 0 ? " from a listed address" : "";
    return {
      ...bare(sid, friendly_name ?? sid),
      callers,
      logins: [
        ...loginLists.flat().map(({ username }) => `${username}${where}`),
        // Both kinds of list on one trunk must hold: an address that was enough by itself is so no longer.
        ...(callers.length > 0 && loginLists.length === 0 ? ["an address alone"] : []),
      ],
      numbers: {
        ...Object.fromEntries(numbers.map(({ phone_number }) => [phone_number, "trunk"])),
        ...(domain_name ? { [domain_name]: "domain" } : {}),
      },
      destinations: urls.filter(({ enabled }) => enabled).map(({ sip_url, priority, weight }) => `${sip_url} ${priority} ${weight}`),
      guards: guardsOf(trunk),
      rows: {
        numbers: numbers.map((row) => ({ id: row.sid, text: row.phone_number })),
        ips: ipLists.flat().map((row) => ({ id: row.id, text: cidr(row) })),
        destinations: urls.map((row) => ({ id: row.sid, text: row.sip_url })),
        logins: loginLists.flat().map((row) => ({ id: row.id, text: row.username })),
      },
    };
  }
}

function guardsOf(trunk: Json): TrunkState["guards"] {
  const { recording } = trunk;
  const flag = (value: string, level: number) => ({ value, level });
  const mode: string = typeof recording === "string" ? recording : recording.mode;
  return {
    encryption: flag(String(trunk.secure), trunk.secure ? 0 : 1),
    transfer: flag(trunk.transfer_mode, transfers.indexOf(trunk.transfer_mode)),
    recording: flag(mode, mode === "do-not-record" ? 0 : 1),
    callback: flag(trunk.disaster_recovery_url ?? "none", trunk.disaster_recovery_url ? 1 : 0),
    "paid look-ups": flag(String(trunk.cnam_lookup_enabled), trunk.cnam_lookup_enabled ? 1 : 0),
  };
}
