import { callsOut, type PbxFacts } from "../facts.ts";
import { fingerprintLine } from "../fingerprint.ts";
import { definePbxFormat } from "../format.ts";
import { callerId, flowHeaderOf, hostPort, signallingOf } from "../placeholders.ts";
import { json, jsonLogin } from "./json.ts";

export const livekit = definePbxFormat({
  id: "livekit",
  title: "LiveKit SIP trunks",
  files: (facts, login) => [
    ...(callsOut(facts)
      ? [
          json(`livekit_outbound_${facts.name}.json`, {
            trunk: { ...outbound(facts), ...jsonLogin(login, "authUsername", "authPassword") },
          }),
        ]
      : []),
    ...(facts.directions.includes("inbound") ? [json(`livekit_inbound_${facts.name}.json`, { trunk: inbound(facts) })] : []),
  ],
  put: () => ["anywhere that the lk command can read; delete the outbound file after loading, it holds the password"],
  load: (facts) => [
    ...(callsOut(facts) ? [`lk sip outbound create livekit_outbound_${facts.name}.json`] : []),
    ...(facts.directions.includes("inbound")
      ? [`lk sip inbound create livekit_inbound_${facts.name}.json, then a dispatch rule that leads calls to a room`]
      : []),
  ],
  test: (facts) => [
    ...(callsOut(facts) ? ["lk sip outbound list shows the trunk; lk sip participant create places a call, which may cost"] : []),
    "LiveKit Cloud calls from 143.223.88.0/21, 161.115.160.0/19 and 153.57.128.0/18 in Canada, the EU, India, Japan and the US, and from no fixed address elsewhere: a login is narrower than these ranges, which all its customers share",
  ],
});

function outbound(facts: PbxFacts) {
  const { name, gateway, callerIds, srtp, country } = facts;
  const flow = flowHeaderOf(facts);
  return {
    name,
    metadata: fingerprintLine(facts),
    address: hostPort(gateway.host, gateway.port),
    transport: `SIP_TRANSPORT_${gateway.transport.toUpperCase()}`,
    media: { encryption: srtp ? "SIP_MEDIA_ENCRYPT_REQUIRE" : "SIP_MEDIA_ENCRYPT_DISABLE" },
    ...(country === undefined ? {} : { destinationCountry: country }),
    // LiveKit writes one of these as the user of From: numbers of the trunk, never the login.
    numbers: callerIds.length > 0 ? callerIds : [callerId(facts)],
    ...(flow ? { headers: { [flow.name]: flow.value } } : {}),
  };
}

function inbound(facts: PbxFacts) {
  return {
    name: `${facts.name}-in`,
    metadata: fingerprintLine(facts),
    numbers: facts.callerIds.length > 0 ? facts.callerIds : [callerId(facts)],
    allowedAddresses: signallingOf(facts),
    media: { encryption: "SIP_MEDIA_ENCRYPT_ALLOW" },
  };
}
