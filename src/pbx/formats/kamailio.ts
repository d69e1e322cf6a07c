import { checkLine } from "../escape.ts";
import { callsOut, type PbxFacts } from "../facts.ts";
import { type Body, definePbxFormat, type Login } from "../format.ts";
import { callerId, flowHeaderOf, hostPort, isKnown, orByTcp, signallingOf } from "../placeholders.ts";
import { onceQuoted, proxyPorts } from "./proxy.ts";

/** A string of Kamailio's script; a variable's name in it stays text, as a run of the program shows. */
function kamailioValue(field: string, value: string): string {
  return onceQuoted(checkLine(field, value));
}

export const kamailio = definePbxFormat({
  id: "kamailio",
  title: "Kamailio 5.6 or newer",
  files: (facts, login) => [
    { name: "kamailio.cfg", comment: "hash", text: script(facts, login) },
    { name: "dispatcher.list", comment: "hash", text: dispatcher(facts) },
    ...(facts.gateway.transport === "tls" ? [tls] : []),
  ],
  put: (facts) => [
    "all files into /etc/kamailio, readable by Kamailio's user alone: chown kamailio, chmod 600",
    ...(facts.gateway.transport === "tls"
      ? [
          `a certificate of this proxy and its key as /etc/kamailio/tls/cert.pem and key.pem: it does not start without them${orByTcp(facts)}`,
        ]
      : []),
    "it is a whole proxy between this trunk and a PBX on 127.0.0.1:5080; where a proxy runs already, take the routes over by hand",
  ],
  load: () => ["kamailio -c -f /etc/kamailio/kamailio.cfg, then systemctl restart kamailio"],
  test: () => ["kamcmd dispatcher.list: a minute after the start FLAGS AP means that the gateway answers OPTIONS, IP that it does not"],
});

const tls: Body = {
  name: "tls.cfg",
  comment: "hash",
  text: `[server:default]
method = TLSv1.2+
verify_certificate = no
require_certificate = no
private_key = /etc/kamailio/tls/key.pem
certificate = /etc/kamailio/tls/cert.pem

# the carrier's certificate must be good
[client:default]
method = TLSv1.2+
verify_certificate = yes
require_certificate = yes
ca_list = /etc/ssl/certs/ca-certificates.crt
`,
};

function dispatcher({ name, gateway: { host, port, transport } }: PbxFacts): string {
  return `# setid destination flags priority attributes
1 sip:${host}:${port};transport=${transport} 0 0 duid=${name}
`;
}

function script(facts: PbxFacts, login: Login | undefined): string {
  return `#!KAMAILIO
${globals(facts)}
${modules(facts)}
${routes(facts)}
${login ? failure(facts, login) : failover}`;
}

function globals({ gateway: { transport }, bindIp = "BIND_IP", publicIp }: PbxFacts): string {
  const port = proxyPorts[transport];
  const advertise = publicIp === undefined ? "" : ` advertise ${hostPort(publicIp, port)}`;
  return `debug=2
log_stderror=no
children=4
${transport === "tls" ? "enable_tls=yes\n" : ""}# towards the carrier; behind NAT it ends with: advertise <public address>:${port}
listen=${transport}:${hostPort(bindIp, port)}${advertise}
# towards the PBX
listen=udp:127.0.0.1:5060
`;
}

function modules({ gateway: { transport }, sipDomain }: PbxFacts): string {
  const always = ["tm", "sl", "rr", "pv", "maxfwd", "textops", "siputils", "dispatcher", "uac"];
  // For kamcmd, which tells the gateway's state.
  const names = [...always, "ctl", ...(transport === "tls" ? ["tls"] : [])];
  return `${names.map((name) => `loadmodule "${name}.so"`).join("\n")}
${transport === "tls" ? 'modparam("tls", "config", "/etc/kamailio/tls.cfg")\n' : ""}modparam("rr", "append_fromtag", 1)
modparam("dispatcher", "list_file", "/etc/kamailio/dispatcher.list")
modparam("dispatcher", "flags", 2)
modparam("dispatcher", "ds_ping_method", "OPTIONS")
modparam("dispatcher", "ds_ping_interval", 30)
modparam("dispatcher", "ds_probing_mode", 1)
modparam("dispatcher", "ds_probing_threshold", 2)
# a gateway that answers OPTIONS with 401, 404 or 405 is up
modparam("dispatcher", "ds_ping_reply_codes", "class=2;class=4")
modparam("dispatcher", "ds_ping_from", "sip:ping@${sipDomain}")
modparam("uac", "auth_username_avp", "$avp(auser)")
modparam("uac", "auth_password_avp", "$avp(apass)")
modparam("uac", "auth_realm_avp", "$avp(arealm)")
modparam("uac", "restore_mode", "none")
`;
}

function routes(facts: PbxFacts): string {
  return `request_route {
    if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
    if (is_method("OPTIONS") && uri==myself) { sl_send_reply("200", "OK"); exit; }
    if (has_totag()) {
        if (loose_route()) { t_relay(); exit; }
        if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
        sl_send_reply("404", "Not here"); exit;
    }
    if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
    if (!is_method("INVITE")) { sl_send_reply("405", "Method Not Allowed"); exit; }
    record_route();
${callsOut(facts) ? outbound(facts) : ""}${facts.directions.includes("inbound") ? inbound(facts) : ""}    sl_send_reply("403", "Unknown source");
}
`;
}

function outbound(facts: PbxFacts): string {
  const flow = flowHeaderOf(facts);
  const header = flow === undefined ? "" : `        append_hf("${flow.name}: ${flow.value}\\r\\n");\n`;
  return `    # from the PBX to the carrier
    if (src_ip==127.0.0.1) {
        uac_replace_from("", "sip:${callerId(facts)}@${facts.sipDomain}");
${header}        if (!ds_select_dst("1", "4")) { sl_send_reply("503", "Trunk down"); exit; }
        t_on_failure("TRUNK");
        t_relay(); exit;
    }
`;
}

function inbound(facts: PbxFacts): string {
  const sources = signallingOf(facts);
  const condition = sources.map((source) => `src_ip==${source.includes(":") ? `[${source}]` : source}`).join(" || ");
  const block = ["# from the carrier to the PBX", `if (${condition}) {`, '    $du = "sip:127.0.0.1:5080";', "    t_relay(); exit;", "}"];
  const known = sources.every(isKnown);
  const why = known ? "" : "    # Off until the addresses are known: calls from the carrier are answered 403.\n";
  return `${why}${block.map((line) => `    ${known ? "" : "# "}${line}\n`).join("")}`;
}

const failover = `failure_route[TRUNK] {
    if (t_is_canceled()) exit;
    if (t_check_status("5[0-9][0-9]|408")) { if (ds_next_dst()) { t_on_failure("TRUNK"); t_relay(); exit; } }
}
`;

function failure({ realm }: PbxFacts, { userName, password }: Login): string {
  const known = realm === undefined ? "" : `        $avp(arealm) = ${kamailioValue("realm", realm)};\n`;
  const login = `    if (t_check_status("401|407")) {
        $avp(auser) = ${kamailioValue("user_name", userName)};
        $avp(apass) = ${kamailioValue("password", password)};
${known}        if (uac_auth()) { t_relay(); exit; }
    }
`;
  return failover.replace("exit;\n", () => `exit;\n${login}`);
}
