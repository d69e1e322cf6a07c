import { checkLine, refuseValue } from "../escape.ts";
import { callsOut, type PbxFacts } from "../facts.ts";
import { definePbxFormat, type Login } from "../format.ts";
import { callerId, flowHeaderOf, hostPort, isKnown, orByTcp, signallingOf } from "../placeholders.ts";
import { onceQuoted, proxyPorts } from "./proxy.ts";

function opensipsValue(field: string, value: string): string {
  return onceQuoted(checkLine(field, value));
}

export const opensips = definePbxFormat({
  id: "opensips",
  title: "OpenSIPS 3.4 or newer",
  files: (facts, login) => [
    { name: "opensips.cfg", comment: "hash", text: script(facts, login) },
    { name: "dbtext_dispatcher", comment: "none", text: dispatcher(facts) },
    { name: "dbtext_version", comment: "none", text: VERSION },
  ],
  put: (facts) => [
    "opensips.cfg into /etc/opensips, readable by OpenSIPS's user alone: chown opensips, chmod 600",
    ...(facts.gateway.transport === "tls"
      ? [
          `a certificate of this proxy and its key as /etc/opensips/tls/cert.pem and key.pem: it does not start without them${orByTcp(facts)}`,
        ]
      : []),
    "dbtext_dispatcher as /etc/opensips/dbtext/dispatcher, dbtext_version as /etc/opensips/dbtext/version",
    "it is a whole proxy between this trunk and a PBX on 127.0.0.1:5080; where a proxy runs already, take the routes over by hand",
  ],
  load: () => ["opensips -C -f /etc/opensips/opensips.cfg, then start it: -C alone does not read the tables"],
  test: () => [
    "opensips-cli -x mi ds_list, which needs a management module that this file does not load (mi_fifo, with its fifo_name)",
    "a minute after the start state Active means that the gateway answers OPTIONS",
  ],
});

const VERSION = `table_name(string) table_version(int)
dispatcher:9
`;

const COLUMNS =
  "id(int,auto) setid(int) destination(string) socket(string,null) state(int) probe_mode(int) weight(string) priority(int) attrs(string,null) description(string,null)";

function dispatcher({ name, gateway: { host, port, transport } }: PbxFacts): string {
  return `${COLUMNS}\n1:1:sip\\:${host}\\:${port};transport=${transport}::0:1:1:0::${name}\n`;
}

function script(facts: PbxFacts, login: Login | undefined): string {
  return `${globals(facts)}
${modules(facts)}
${routes(facts)}
${login ? failure(facts, login) : failover}`;
}

function globals({ gateway: { transport }, bindIp = "BIND_IP", publicIp }: PbxFacts): string {
  const port = proxyPorts[transport];
  const advertised = publicIp === undefined ? "" : ` as ${hostPort(publicIp, port)}`;
  return `log_level=3
stderror_enabled=no
syslog_enabled=yes
udp_workers=2
# towards the carrier; behind NAT it ends with: as <public address>:${port}
socket=${transport}:${hostPort(bindIp, port)}${advertised}
# towards the PBX
socket=udp:127.0.0.1:5060
`;
}

/** A loaded protocol without a socket of it is an error. */
const transportModules = { udp: [], tcp: ["proto_tcp"], tls: ["tls_openssl", "tls_mgm", "proto_tls"] };

function modules({ gateway: { transport }, sipDomain }: PbxFacts): string {
  const always = ["tm", "sl", "rr", "maxfwd", "sipmsgops", "signaling", "db_text", "dispatcher", "uac_auth", "uac", "proto_udp"];
  const names = [...always, ...transportModules[transport]];
  return `${names.map((name) => `loadmodule "${name}.so"`).join("\n")}
${transport === "tls" ? tlsParameters : ""}modparam("rr", "append_fromtag", 1)
modparam("uac", "restore_mode", "none")
modparam("dispatcher", "db_url", "text:///etc/opensips/dbtext")
modparam("dispatcher", "ds_ping_method", "OPTIONS")
modparam("dispatcher", "ds_ping_interval", 30)
modparam("dispatcher", "ds_probing_mode", 1)
modparam("dispatcher", "ds_probing_threshhold", 2)
# a gateway that answers OPTIONS with one of these is up
modparam("dispatcher", "options_reply_codes", "404,405,403,401,407,501")
modparam("dispatcher", "ds_ping_from", "sip:ping@${sipDomain}")
modparam("uac_auth", "auth_username_avp", "$avp(auser)")
modparam("uac_auth", "auth_password_avp", "$avp(apass)")
modparam("uac_auth", "auth_realm_avp", "$avp(arealm)")
`;
}

const tlsParameters = `modparam("tls_mgm", "tls_library", "openssl")
# the carrier's certificate must be good
modparam("tls_mgm", "client_domain", "trunk")
modparam("tls_mgm", "match_ip_address", "[trunk]*")
modparam("tls_mgm", "match_sip_domain", "[trunk]*")
modparam("tls_mgm", "verify_cert", "[trunk]1")
modparam("tls_mgm", "require_cert", "[trunk]1")
modparam("tls_mgm", "tls_method", "[trunk]TLSv1_2-TLSv1_3")
modparam("tls_mgm", "ca_list", "[trunk]/etc/ssl/certs/ca-certificates.crt")
modparam("tls_mgm", "server_domain", "srv")
modparam("tls_mgm", "match_ip_address", "[srv]*")
modparam("tls_mgm", "match_sip_domain", "[srv]*")
modparam("tls_mgm", "verify_cert", "[srv]0")
modparam("tls_mgm", "require_cert", "[srv]0")
modparam("tls_mgm", "certificate", "[srv]/etc/opensips/tls/cert.pem")
modparam("tls_mgm", "private_key", "[srv]/etc/opensips/tls/key.pem")
`;

function routes(facts: PbxFacts): string {
  return `route {
    if (!mf_process_maxfwd_header(10)) { send_reply(483, "Too Many Hops"); exit; }
    if (is_method("OPTIONS")) { send_reply(200, "OK"); exit; }
    if (has_totag()) {
        if (loose_route()) { t_relay(); exit; }
        if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
        send_reply(404, "Not here"); exit;
    }
    if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
    if (!is_method("INVITE")) { send_reply(405, "Method Not Allowed"); exit; }
    record_route();
${callsOut(facts) ? outbound(facts) : ""}${facts.directions.includes("inbound") ? inbound(facts) : ""}    send_reply(403, "Unknown source");
}
`;
}

function outbound(facts: PbxFacts): string {
  const flow = flowHeaderOf(facts);
  const header = flow === undefined ? "" : `        append_hf("${flow.name}: ${flow.value}\\r\\n");\n`;
  return `    # from the PBX to the carrier
    if ($si == "127.0.0.1") {
        uac_replace_from(, "sip:${callerId(facts)}@${facts.sipDomain}");
${header}        if (!ds_select_dst(1, 4)) { send_reply(503, "Trunk down"); exit; }
        t_on_failure("TRUNK");
        t_relay(); exit;
    }
`;
}

function inbound(facts: PbxFacts): string {
  const sources = signallingOf(facts);
  if (sources.some((source) => source.includes("/")))
    refuseValue("carrier_signalling", "holds a range; this file compares single addresses");
  const condition = sources.map((source) => `$si == "${source}"`).join(" || ");
  const block = ["# from the carrier to the PBX", `if (${condition}) {`, '    $du = "sip:127.0.0.1:5080";', "    t_relay(); exit;", "}"];
  const known = sources.every(isKnown);
  const why = known ? "" : "    # Off until the addresses are known: calls from the carrier are answered 403.\n";
  return `${why}${block.map((line) => `    ${known ? "" : "# "}${line}\n`).join("")}`;
}

const failover = `failure_route[TRUNK] {
    if (t_was_cancelled()) exit;
    if (t_check_status("(5[0-9][0-9])|(408)")) { if (ds_next_dst()) { t_on_failure("TRUNK"); t_relay(); exit; } }
}
`;

/** uac_auth compares the realm exactly: where it is not known, it is taken from the challenge. */
const anyRealm = `        $avp(arealm) = $(<reply>hdr(WWW-Authenticate){re.subst,/.*realm="([^"]+)".*/\\1/});
        if ($rs == 407) $avp(arealm) = $(<reply>hdr(Proxy-Authenticate){re.subst,/.*realm="([^"]+)".*/\\1/});
`;

function failure({ realm }: PbxFacts, { userName, password }: Login): string {
  const login = `    if (t_check_status("(401)|(407)")) {
${realm === undefined ? anyRealm : `        $avp(arealm) = ${opensipsValue("realm", realm)};\n`}        $avp(auser) = ${opensipsValue("user_name", userName)};
        $avp(apass) = ${opensipsValue("password", password)};
        if (uac_auth()) { t_relay(); exit; }
    }
`;
  return failover.replace("exit;\n", () => `exit;\n${login}`);
}
