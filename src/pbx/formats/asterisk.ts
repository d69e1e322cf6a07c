import { checkTrimmed } from "../escape.ts";
import { callsOut, type PbxFacts } from "../facts.ts";
import { definePbxFormat, type Login } from "../format.ts";
import { callerId, flowHeaderOf, isKnown, orByTcp, signallingOf } from "../placeholders.ts";

const codecNames = { PCMA: "alaw", PCMU: "ulaw", G722: "g722", opus: "opus" };

/**
 * A value of a configuration file of Asterisk. An unescaped `;` begins a comment; the reader strips blanks around a value.
 * No value is written right behind its `=`: Asterisk takes `=>` for one sign.
 */
function asteriskValue(field: string, value: string): string {
  return checkTrimmed(field, value).replaceAll(";", "\\;");
}

export const asterisk = definePbxFormat({
  id: "asterisk",
  title: "Asterisk 18 or newer (chan_pjsip)",
  files: (facts, login) => [
    { name: `pjsip_${facts.name}.conf`, comment: "semicolon", text: pjsip(facts, login) },
    { name: `extensions_${facts.name}.conf`, comment: "semicolon", text: extensions(facts) },
  ],
  put: (facts) => [
    `pjsip_${facts.name}.conf into /etc/asterisk/pjsip.d/, with the line "#include pjsip.d/*.conf" in pjsip.conf`,
    `extensions_${facts.name}.conf into /etc/asterisk/extensions.d/, with the line "#include extensions.d/*.conf" in extensions.conf`,
    ...(callsOut(facts)
      ? [`in extensions.conf, in the context of your phones, the line "include => to-${facts.name}": it takes numbers dialled with their +`]
      : []),
    "both readable by Asterisk's user alone: chown asterisk, chmod 600",
    ...(facts.gateway.transport === "tls"
      ? [
          `a certificate of this PBX and its key as /etc/asterisk/keys/asterisk.pem and asterisk.key: without them the transport does not load${orByTcp(facts)}`,
        ]
      : []),
  ],
  load: () => ['asterisk -rx "module reload res_pjsip.so" and asterisk -rx "dialplan reload"; a changed transport needs a restart'],
  test: ({ name }) => [
    `asterisk -rx "pjsip qualify ${name}", then asterisk -rx "pjsip show contacts": Avail means that the gateway answers`,
    "NonQual just after the start is normal; a gateway that leaves OPTIONS unanswered shows Unavail and may still take calls",
  ],
});

function pjsip(facts: PbxFacts, login: Login | undefined): string {
  return [transport(facts), gateway(facts), login && auth(facts, login), endpoint(facts, login), identify(facts)]
    .filter((section) => section !== undefined)
    .join("\n");
}

const port = { udp: 5060, tcp: 5060, tls: 5061 };

function transport({ name, gateway: { transport: protocol }, bindIp = "0.0.0.0", publicIp }: PbxFacts): string {
  const external = publicIp ?? "PUBLIC_IP";
  const off = publicIp === undefined ? ";" : "";
  const bind = bindIp.includes(":") ? `[${bindIp}]` : bindIp;
  const tls = `method = tlsv1_2
; the certificate that this PBX shows; the carrier's own is checked against ca_list_file
cert_file = /etc/asterisk/keys/asterisk.pem
priv_key_file = /etc/asterisk/keys/asterisk.key
ca_list_file = /etc/ssl/certs/ca-certificates.crt
verify_server = yes
`;
  return `; Where another transport has this port already, delete this section and name that one in the endpoint.
[${name}-transport]
type = transport
protocol = ${protocol}
bind = ${bind}:${port[protocol]}
${protocol === "tls" ? tls : ""}; behind NAT the carrier must be told the public address, or calls have no sound
${off}external_signaling_address = ${external}
${off}external_media_address = ${external}
local_net = 10.0.0.0/8
local_net = 172.16.0.0/12
local_net = 192.168.0.0/16
`;
}

function gateway({ name, gateway: { host, port: to, transport: protocol } }: PbxFacts): string {
  return `[${name}]
type = aor
contact = sip:${host}:${to}\\;transport=${protocol}
qualify_frequency = 60
qualify_timeout = 3.0
`;
}

function auth({ name, realm }: PbxFacts, { userName, password }: Login): string {
  const known = realm === undefined ? "" : `realm = ${asteriskValue("realm", realm)}\n`;
  return `[${name}-auth]
type = auth
auth_type = userpass
${known}username = ${asteriskValue("user_name", userName)}
password = ${asteriskValue("password", password)}
`;
}

function endpoint(facts: PbxFacts, login: Login | undefined): string {
  const { name, sipDomain, codecs, srtp } = facts;
  return `[${name}]
type = endpoint
transport = ${name}-transport
context = from-${name}
disallow = all
allow = ${codecs.map((codec) => codecNames[codec]).join(",")}
aors = ${name}
${login ? `outbound_auth = ${name}-auth\n` : ""}; calls belong to this trunk by their source address, never by a name that a caller can choose
identify_by = ip
from_domain = ${sipDomain}
from_user = ${callerId(facts)}
send_pai = yes
trust_id_outbound = yes
direct_media = no
rtp_symmetric = yes
force_rport = yes
rewrite_contact = yes
dtmf_mode = rfc4733
timers = yes
media_encryption = ${srtp ? "sdes" : "no"}
${srtp ? "media_encryption_optimistic = no\n" : ""}t38_udptl = no
`;
}

function identify(facts: PbxFacts): string | undefined {
  if (!facts.directions.includes("inbound")) return undefined;
  const sources = signallingOf(facts);
  const section = [
    `[${facts.name}-identify]`,
    "type = identify",
    `endpoint = ${facts.name}`,
    ...sources.map((source) => `match = ${source}`),
  ];
  const known = sources.every(isKnown);
  const why = known ? "" : "; Off until the addresses are known: without them calls from the carrier are refused.\n";
  return `${why}${section.map((line) => (known ? line : `;${line}`)).join("\n")}\n`;
}

function extensions(facts: PbxFacts): string {
  const { name, directions } = facts;
  const flow = flowHeaderOf(facts);
  const inbound = directions.includes("inbound")
    ? `; calls that come in: send them on to the context that knows your extensions
exten => _[+0-9].,1,NoOp(call from ${name} for \${EXTEN})
 same => n,Goto(default,\${EXTEN},1)
`
    : `; this trunk is not set up for calls that come in; the endpoint names this context all the same
exten => _[+0-9].,1,Hangup(21)
`;
  const header = `[${name}-header]
exten => s,1,Set(PJSIP_HEADER(add,${flow?.name})=${flow?.value})
 same => n,Return()
`;
  const outbound = `[to-${name}]
; the + in the pattern is part of the number: a number dialled without it is not taken
exten => _+X.,1,Set(CALLERID(num)=${callerId(facts)})
 same => n,Dial(PJSIP/\${EXTEN}@${name},60${flow ? `,b(${name}-header^s^1)` : ""})
 same => n,Hangup()
`;
  return [`[from-${name}]\n${inbound}`, flow ? header : "", callsOut(facts) ? outbound : ""].filter((part) => part !== "").join("\n");
}
