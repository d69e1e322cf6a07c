import { checkTrimmed } from "../escape.ts";
import type { PbxFacts } from "../facts.ts";
import { definePbxFormat, type Login } from "../format.ts";
import { callerId, flowHeaderOf, signallingOf } from "../placeholders.ts";

/** One line of the sheet: a person copies what stands behind the first colon, so blanks around it would be lost. */
function sheetLine(field: string, label: string, value: string): string {
  return `${label}: ${checkTrimmed(field, value)}`;
}

export const threeCx = definePbxFormat({
  id: "3cx",
  title: "3CX: settings of a generic SIP trunk",
  files: (facts, login) => [
    { name: `3cx_${facts.name}.txt`, comment: "hash", text: rowsOf([["Template", "Generic SIP Trunk"]], facts, login) },
  ],
  put: () => ["nowhere: type the settings into 3CX by hand; no file for import could be checked. Delete the sheet afterwards"],
  load: ({ login }) => [
    `Admin console, Voice & Chat, Add Trunk, Generic SIP Trunk; authentication "${login ? "Outbound" : "Do not require - IP based"}"`,
    'behind NAT: option "Put public IP in SIP VIA header"',
    "these names are of one version: where yours has others, look in 3CX's documentation for the generic SIP trunk",
  ],
  test: () => ["the trunk's state in the list of trunks; then a call to your own number, which may cost"],
});

export const settingsSheet = definePbxFormat({
  id: "sheet",
  title: "Settings for any other SIP device",
  files: (facts, login) => [{ name: `settings_${facts.name}.txt`, comment: "hash", text: rowsOf([], facts, login) }],
  put: () => ["nowhere: type the settings into the device by hand and delete the sheet afterwards"],
  load: () => ["save in the device; some take the gateway's host and port as outbound proxy and the SIP domain as registrar or realm"],
  test: () => ["the device's own status page; then a call to your own number, which may cost"],
});

function rowsOf(first: [string, string][], facts: PbxFacts, login: Login | undefined): string {
  const { gateway, sipDomain, codecs, srtp, directions, carrierSignalling, publicIp = "PUBLIC_IP" } = facts;
  const flow = flowHeaderOf(facts);
  const numbers = facts.callerIds.length > 0 ? facts.callerIds.join(", ") : callerId(facts);
  const rows: [string, string, string?][] = [
    ...first,
    ["Gateway (registrar, proxy)", gateway.host],
    ["Port", String(gateway.port)],
    ["Transport", gateway.transport],
    ...(facts.tcpGateway ? [["Or, without encryption", facts.tcpGateway] as [string, string]] : []),
    ["Register", "no"],
    ["SIP domain (From)", sipDomain],
    ["Main trunk number (caller id)", callerId(facts)],
    ["Numbers", numbers],
    ["Codecs, in this order", codecs.join(", ")],
    ["SRTP", srtp ? "required, SDES AES_CM_128_HMAC_SHA1_80" : "off"],
    ["DTMF", "RFC 4733"],
    ["Public address of this PBX", publicIp],
    ...(flow ? [["Header on each INVITE", `${flow.name}: ${flow.value}`] as [string, string]] : []),
    ...(directions.includes("inbound")
      ? [["Admit calls from", signallingOf({ ...facts, carrierSignalling }).join(", ")] as [string, string]]
      : []),
    ["Authentication", login ? "digest" : "none: the carrier knows this PBX by its address"],
    ...(login && facts.realm !== undefined ? [["Realm", facts.realm, "realm"] as [string, string, string]] : []),
    ...(login ? [["User name", login.userName, "user_name"] as [string, string, string]] : []),
    ...(login ? [["Password", login.password, "password"] as [string, string, string]] : []),
  ];
  return `${rows.map(([label, value, field]) => (field ? sheetLine(field, label, value) : `${label}: ${value}`)).join("\n")}\n`;
}
