import type { PbxFacts } from "../facts.ts";
import { definePbxFormat } from "../format.ts";
import { callerId, hostPort, signallingOf } from "../placeholders.ts";
import { json, jsonLogin, refuseFlow } from "./json.ts";

export const elevenlabs = definePbxFormat({
  id: "elevenlabs",
  title: "ElevenLabs: a phone number on a SIP trunk",
  files(facts, login) {
    refuseFlow(facts, "ElevenLabs");
    const { name, gateway, srtp } = facts;
    const outbound = {
      address: hostPort(gateway.host, gateway.port),
      transport: gateway.transport,
      media_encryption: srtp ? "required" : "disabled",
      ...(login ? { credentials: jsonLogin(login, "username", "password") } : {}),
    };
    const number = { provider: "sip_trunk", phone_number: callerId(facts), label: name, outbound_trunk_config: outbound };
    return [json(`elevenlabs_${name}.json`, { ...number, ...inbound(facts) })];
  },
  put: () => ["anywhere; delete the file after loading, it holds the password"],
  load: ({ name, directions }) => [
    `curl -H "xi-api-key: $ELEVENLABS_API_KEY" -H "Content-Type: application/json" --data @elevenlabs_${name}.json https://api.elevenlabs.io/v1/convai/phone-numbers`,
    "sources differ on that path, some end it with /create: check it in ElevenLabs's API reference before you send a password there",
    ...(directions.includes("inbound")
      ? ["calls that come in: at the carrier, send them to sip.rtc.elevenlabs.io, 5060 tcp or 5061 tls"]
      : []),
    "assign an agent to the number in ElevenLabs",
  ],
  test: () => [
    "its SIP message log shows each call; silence to OPTIONS is no sign of a fault here",
    "its addresses change: the carrier must know the trunk by its login, unless your plan has fixed ones",
  ],
});

function inbound(facts: PbxFacts) {
  if (!facts.directions.includes("inbound")) return {};
  const numbers = facts.callerIds.length > 0 ? facts.callerIds : [callerId(facts)];
  return { inbound_trunk_config: { allowed_addresses: signallingOf(facts), allowed_numbers: numbers, media_encryption: "allowed" } };
}
