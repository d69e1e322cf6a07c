import { createHash } from "node:crypto";
import { type Admits, onLoopback, type Why } from "./calls.ts";
import type { Account } from "./stored.ts";

/** Kamailio's rules for the calls of one end, and the ports that this end has in the world. */
export interface Host {
  script: string[];
  ports: { tls: number; tcp: number };
  /** Of its certificate. */
  names: string[];
}

/** The header in which these hosts say why they refuse. */
const because = (why: string) => `append_to_reply("X-Why: ${why}\\r\\n");`;
const refuse = (code: number, phrase: string, why: string) => `{ ${because(why)} sl_send_reply("${code}", "${phrase}"); exit; }`;
const anyOf = (tests: readonly string[], otherwise: string) => (tests.length === 0 ? otherwise : `(${tests.join(" || ")})`);
const fromAny = (ranges: readonly string[]) =>
  anyOf(
    ranges.map((range) => `src_ip == ${onLoopback(range)}`),
    "1 == 1",
  );
const withSrtp = 'search_body("RTP/SAVP")';

/** Names none but INVITE on the way to the rules. */
const methods = [
  'if (is_method("ACK|CANCEL")) exit;',
  'if (is_method("OPTIONS|BYE")) { sl_send_reply("200", "OK"); exit; }',
  'if (!is_method("INVITE")) { sl_send_reply("405", "Method Not Allowed"); exit; }',
];

interface Login {
  user: string;
  password: string;
  realm: string;
}

function checkLogin({ user, password, realm }: Login, wrong: string): string {
  const known = createHash("md5").update(`${user}:${realm}:${password}`).digest("hex");
  return [
    `if (!pv_proxy_authenticate("${realm}", "${known}", "1")) {`,
    `  if (is_present_hf("Proxy-Authorization")) ${wrong}`,
    `  ${because("login")} proxy_challenge("${realm}", "0"); exit;`,
    "}",
  ].join("\n");
}

const rows = (table: [string, Account][]): Account[] => table.map(([, row]) => row);

/** LiveKit's rules for calls in, from the trunks and dispatch rules of a project. */
export function platformHost({ inbound, rules }: Account, project: string): Host {
  const trunks = rows(inbound);
  return {
    ports: { tls: 5061, tcp: 5060 },
    names: ["*.sip.livekit.cloud", "*.india.sip.livekit.cloud"],
    script: [
      ...methods,
      `if (!($rd =~ "^${project}(\\.[a-z]+)?\\.sip\\.livekit\\.cloud$")) ${refuse(404, "No trunk found", "host")}`,
      '$var(trunk) = ""; $var(why) = "number";',
      ...trunks.map(findTrunk),
      `if ($var(trunk) == "") ${refuse(404, "No trunk found", "$var(why)")}`,
      ...trunks.map(checkCall),
      ...rows(rules).map(dispatch),
      `if (1 == 1) ${refuse(404, "Does not match Trunks or Dispatch Rules", "rule")}`,
    ],
  };
}

/** To decides; separators and the plus do not count. An address that does not fit skips the trunk. */
function findTrunk({ sip_trunk_id, numbers, allowed_addresses }: Account): string {
  const digits = numbers.map((number: string) => number.replace(/\D/g, ""));
  const called = digits.flatMap((number: string) => [`$tU == "+${number}"`, `$tU == "${number}"`]);
  return [
    `if ${anyOf(called, "(1 == 1)")} {`,
    '  $var(why) = "source";',
    `  if (${fromAny(allowed_addresses)}) {`,
    `    if ($var(trunk) != "") ${refuse(412, "Multiple SIP Trunks matched", "several trunks")}`,
    `    $var(trunk) = "${sip_trunk_id}";`,
    "  }",
    "}",
  ].join("\n");
}

/** Half a login asks nobody. */
function checkCall({ sip_trunk_id, auth_username: user, auth_password: password, auth_realm, media }: Account): string {
  const login =
    user && password ? [checkLogin({ user, password, realm: auth_realm || "LiveKit" }, refuse(401, "Unauthorized", "password"))] : [];
  const { REQUIRE = "", DISABLE = "" } = { REQUIRE: `!${withSrtp}`, DISABLE: withSrtp };
  const wrong = { SIP_MEDIA_ENCRYPT_REQUIRE: REQUIRE, SIP_MEDIA_ENCRYPT_DISABLE: DISABLE }[String(media.encryption)];
  const encrypted = wrong ? [`if (${wrong}) ${refuse(488, "Not Acceptable Here", "media")}`] : [];
  const checks = [...login, ...encrypted];
  return checks.length === 0 ? "" : [`if ($var(trunk) == "${sip_trunk_id}") {`, ...checks, "}"].join("\n");
}

/** The numbers of a rule are compared sign by sign. */
function dispatch({ trunk_ids, numbers, inbound_numbers, rule, room_config }: Account): string {
  const among = (variable: string, values: string[]) =>
    anyOf(
      values.map((value) => `${variable} == "${value}"`),
      "(1 == 1)",
    );
  const agents = (room_config?.agents ?? []).map((agent: Account) => agent.agent_name);
  const { room_prefix } = rule.dispatch_rule_individual;
  return [
    `if (${[among("$var(trunk)", trunk_ids), among("$tU", numbers), among("$fU", inbound_numbers)].join(" && ")}) {`,
    `  append_to_reply("X-Agent: ${agents.join(",")}\\r\\nX-Room: ${room_prefix}_$fU\\r\\n");`,
    '  sl_send_reply("200", "OK"); exit;',
    "}",
  ].join("\n");
}

/** A carrier's rules for calls out. */
export function carrierHost(admits: Admits): Host {
  const { hosts, ports, sources, header, profile, login, callerIds, srtp } = admits;
  const no = (why: Why) => refusal(admits, why);
  return {
    ports,
    names: hosts.map((host) => host.replace(/^[a-z0-9-]+(?=\.pstn\.)/, "*")),
    script: [
      ...methods,
      `if (!${anyOf(
        hosts.map((host) => `$rd == "${host}"`),
        "(1 == 0)",
      )}) ${no("host")}`,
      ...(sources ? [`if (!(${fromAny(sources)})) ${no("source")}`] : []),
      ...(header ? [`if ($hdr(${header.name}) != "${header.value}") ${no("header")}`] : []),
      ...(profile === null ? [no("profile")] : []),
      checkLogin(login, no("password")),
      `if (!${anyOf(
        callerIds.map((number) => `$fU == "${number}"`),
        "(1 == 0)",
      )}) ${no("caller id")}`,
      ...(srtp === undefined ? [] : [`if (${srtp ? "!" : ""}${withSrtp}) ${refuse(488, "Not Acceptable Here", "media")}`]),
      'sl_send_reply("200", "OK");',
    ],
  };
}

function refusal({ refusals }: Admits, why: Why): string {
  const said = refusals[why] ?? { phrase: "Forbidden" };
  if (said === "silent") return "exit;";
  const more = said.header === undefined ? "" : `append_to_reply("${said.header}\\r\\n"); `;
  return `{ ${more}${because(why)} sl_send_reply("403", "${said.phrase}"); exit; }`;
}
