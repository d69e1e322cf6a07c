import { checkLine, refuseValue } from "../escape.ts";
import { callsOut, type PbxFacts } from "../facts.ts";
import { definePbxFormat, type Login } from "../format.ts";
import { callerId, flowHeaderOf, hostPort, orByTcp, signallingOf } from "../placeholders.ts";

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** An attribute of FreeSWITCH's XML. `${...}` is expanded before and after the XML is read, and nothing escapes it. */
function freeswitchValue(field: string, value: string): string {
  if (value.includes("${")) refuseValue(field, "holds ${, which FreeSWITCH expands and no escape stops");
  return checkLine(field, value).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

const CIPHER = "mandatory:AES_CM_128_HMAC_SHA1_80";

export const freeswitch = definePbxFormat({
  id: "freeswitch",
  title: "FreeSWITCH gateway (mod_sofia)",
  files: (facts, login) => [
    { name: `gateway_${facts.name}.xml`, comment: "xml", text: gateway(facts, login) },
    { name: `dialplan_${facts.name}.xml`, comment: "xml", text: dialplan(facts) },
  ],
  put: ({ name, directions, carrierSignalling }) => [
    `gateway_${name}.xml into conf/sip_profiles/external/, dialplan_${name}.xml into conf/dialplan/`,
    "both readable by FreeSWITCH's user alone: chmod 600",
    ...(callsOut({ directions })
      ? [
          `in the context of your phones, conf/dialplan/default.xml as shipped, the line ${transferLine(name)}: it takes numbers dialled with their +`,
        ]
      : []),
    ...(directions.includes("inbound") ? [acl(carrierSignalling)] : []),
  ],
  load: (facts) => [
    ...(facts.gateway.transport === "tls"
      ? [
          `set tls to true in the external profile, with a certificate: without it the profile skips this gateway ("unsupported transport")${orByTcp(facts)}`,
          "set tls-verify-policy to out there, with the authorities in cafile.pem: at none, its usual value, any certificate will do",
        ]
      : []),
    "behind NAT set ext-sip-ip and ext-rtp-ip of the external profile to the public address",
    'fs_cli -x "reloadxml", then fs_cli -x "sofia profile external rescan"; where the profile was changed, restart instead of rescan, which ends its calls',
  ],
  test: ({ name, directions }) => [
    `fs_cli -x "sofia status gateway ${name}": UP means that the gateway answers OPTIONS`,
    ...(directions.includes("inbound")
      ? [
          `call a number of the trunk: where the call lands in the profile's own context (public, as shipped), transfer it there to from-${name}`,
        ]
      : []),
  ],
});

function acl(known: string[]): string {
  const sources = known.length > 0 ? known.join(", ") : "CARRIER_SIGNALLING_IP";
  return `in acl.conf.xml a list that allows ${sources} only, named in the external profile's apply-inbound-acl`;
}

function gateway(facts: PbxFacts, login: Login | undefined): string {
  const { name, gateway: to, sipDomain, realm = sipDomain, codecs, srtp } = facts;
  const params = [
    ["proxy", hostPort(to.host, to.port)],
    ["register", "false"],
    ["register-transport", to.transport],
    ["realm", freeswitchValue("realm", realm)],
    ...(login
      ? [
          ["username", freeswitchValue("user_name", login.userName)],
          ["password", freeswitchValue("password", login.password)],
        ]
      : []),
    ["from-domain", sipDomain],
    ["from-user", callerId(facts)],
    ["caller-id-in-from", "false"],
    ["extension-in-contact", "true"],
    ["ping", "30"],
    ["ping-max", "3"],
    ["ping-min", "1"],
    ["context", `from-${name}`],
  ];
  const variables = [["absolute_codec_string", codecs.join(",")], ...(srtp ? [["rtp_secure_media", CIPHER]] : [])];
  return `<include>
  <gateway name="${name}">
${params.map(([key, value]) => `    <param name="${key}" value="${value}"/>`).join("\n")}
    <variables>
${variables.map(([key, value]) => `      <variable name="${key}" value="${value}" direction="outbound"/>`).join("\n")}
    </variables>
  </gateway>
</include>
`;
}

function dialplan(facts: PbxFacts): string {
  const { name, directions } = facts;
  const flow = flowHeaderOf(facts);
  const inbound = `  <!-- calls that come in: ${signallingOf(facts).join(", ")} -->
  <context name="from-${name}">
    <extension name="${name}-in">
      <condition field="destination_number" expression="^\\+?([0-9]+)$">
        <action application="transfer" data="$1 XML default"/>
      </condition>
    </extension>
  </context>
`;
  const refused = `  <!-- this trunk is not set up for calls that come in; the gateway names this context all the same -->
  <context name="from-${name}">
    <extension name="${name}-in">
      <condition field="destination_number" expression="^.+$">
        <action application="hangup" data="CALL_REJECTED"/>
      </condition>
    </extension>
  </context>
`;
  const header = `        <action application="set" data="sip_h_${flow?.name}=${flow?.value}"/>\n`;
  const outbound = `  <!-- calls that go out: the plus sign is part of the number, and one dialled without it is not taken -->
  <context name="to-${name}">
    <extension name="${name}-out">
      <condition field="destination_number" expression="^(\\+[0-9]+)$">
        <action application="set" data="effective_caller_id_number=${callerId(facts)}"/>
${flow ? header : ""}        <action application="bridge" data="sofia/gateway/${name}/$1"/>
      </condition>
    </extension>
  </context>
`;
  return `<include>\n${directions.includes("inbound") ? inbound : refused}${callsOut(facts) ? outbound : ""}</include>\n`;
}

/** To paste as it is. */
function transferLine(name: string): string {
  return `<extension name="to-${name}"><condition field="destination_number" expression="^\\+[0-9]+$"><action application="transfer" data="\${destination_number} XML to-${name}"/></condition></extension>`;
}
