import { isIPv4 } from "node:net";
import { refuseValue } from "../escape.ts";
import type { PbxFacts } from "../facts.ts";
import { definePbxFormat } from "../format.ts";
import { callerId, signallingOf } from "../placeholders.ts";
import { json, jsonLogin, refuseFlow } from "./json.ts";

export const vapi = definePbxFormat({
  id: "vapi",
  title: "Vapi: a trunk of one's own (byo-sip-trunk)",
  files(facts, login) {
    refuseFlow(facts, "Vapi");
    const plan = login ? { outboundAuthenticationPlan: jsonLogin(login, "authUsername", "authPassword") } : {};
    const trunk = { provider: "byo-sip-trunk", name: facts.name, gateways: gateways(facts), outboundLeadingPlusEnabled: true, ...plan };
    const number = { provider: "byo-phone-number", name: facts.name, number: callerId(facts), credentialId: "CREDENTIAL_ID" };
    return [json(`vapi_credential_${facts.name}.json`, trunk), json(`vapi_phone_number_${facts.name}.json`, number)];
  },
  put: () => ["anywhere; delete the credential file after loading, it holds the password"],
  load: ({ name, directions }) => [
    `curl -H "Authorization: Bearer $VAPI_API_KEY" -H "Content-Type: application/json" --data @vapi_credential_${name}.json https://api.vapi.ai/credential`,
    `put the id from the answer in place of CREDENTIAL_ID in vapi_phone_number_${name}.json, and send that file the same way to https://api.vapi.ai/phone-number`,
    "for an organization in the EU both go to api.eu.vapi.ai",
    ...(directions.includes("inbound")
      ? [
          "calls that come in: at the carrier, send them to sip.vapi.ai, in the EU sip.eu.vapi.ai, 5060 udp or tcp, 5061 tls; give the number an assistant in Vapi",
        ]
      : []),
  ],
  test: () => [
    "optionsPingEnabled is left out: set it once the gateway was seen to answer OPTIONS, else Vapi rejects the trunk",
    "the carrier must admit all addresses of Vapi's region or, where it demands none, know the login",
  ],
});

function gateways(facts: PbxFacts) {
  const { gateway, directions, srtp } = facts;
  const protocol = gateway.transport === "tls" && srtp ? "tls/srtp" : gateway.transport;
  const outbound = { ip: gateway.host, port: gateway.port, outboundEnabled: directions.includes("outbound"), inboundEnabled: false };
  // Inbound is on where it is left out: each gateway says it.
  return [
    { ...outbound, outboundProtocol: protocol },
    ...(directions.includes("inbound")
      ? signallingOf(facts).map((source) => ({ ...admitted(source), inboundEnabled: true, outboundEnabled: false }))
      : []),
  ];
}

/** Vapi takes IPv4 only, 24 to 32 bits of it. */
function admitted(source: string): { ip: string; netmask: number } {
  const [ip = "", bits = "32"] = source.split("/");
  const fits = source === "CARRIER_SIGNALLING_IP" || (isIPv4(ip) && Number(bits) >= 24);
  if (!fits) refuseValue("carrier_signalling", "holds an address that is not IPv4 or a range wider than /24, which Vapi does not take");
  return { ip, netmask: Number(bits) };
}
