import { ASK, type CarrierDiagnosis, type CheckFacts, defineCheck, type Repair } from "../../core/carrier/diagnosis.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { fail, manual, orPass, unknown, warn } from "../../core/carrier/verdict.ts";
import { quoteText, someOf } from "../../core/text.ts";
import { cidr } from "../../rules/range.ts";
import type { LiveKitClient } from "./client.ts";
import { normalNumber } from "./compare.ts";
import { destinationOf } from "./view.ts";

const isIn = ({ trunk }: Pick<CheckFacts, "trunk">) => trunk.attributes?.["direction"] === "inbound";
const isOut = ({ trunk }: Pick<CheckFacts, "trunk">) => trunk.attributes?.["direction"] === "outbound";
const listOf = ({ attributes = {} }: TrunkDetail, name: string) => (Array.isArray(attributes[name]) ? (attributes[name] as string[]) : []);
const isOpen = ({ credentials = [], whitelisted_ips = [] }: TrunkDetail) => credentials.length === 0 && whitelisted_ips.length === 0;

const checks = [
  defineCheck({
    id: "livekit.sip_host",
    calls: "in",
    appliesTo: isIn,
    run: ({ trunk: { domain_name } }) => [
      domain_name === undefined
        ? unknown("The SIP host of the project is not known.", {
            evidence: "LIVEKIT_SIP_HOST is not set, and no API tells it.",
            remedy: "Ask the operator to set it: <project id without p_>.sip.livekit.cloud, from the project's settings page.",
          })
        : manual("That the SIP host is this project's, no answer of it proves.", {
            remedy: `Compare ${quoteText(domain_name)} with the project's settings page: with another project's host calls end in 404.`,
          }),
    ],
  }),
  defineCheck({
    id: "livekit.open",
    calls: "in",
    // A known carrier at the other end tells which of the two it can do.
    appliesTo: (facts) => isIn(facts) && !facts.connection,
    run: ({ trunk }) =>
      orPass(
        [
          isOpen(trunk)
            ? fail("Anybody may call in who knows the SIP host and a number.", {
                evidence: "The trunk has no login and no addresses; its numbers only choose it.",
                remedy: "Give it a login if the carrier can answer a challenge, else the carrier's signalling addresses.",
                repair: [{ tool: "livekit_update_inbound_trunk", arguments: { trunk_id: trunk.trunk_id, auth_username: ASK } }],
              })
            : undefined,
        ],
        "lets in only whom it knows",
      ),
  }),
  defineCheck({
    id: "livekit.half_login",
    calls: "in",
    appliesTo: ({ trunk }) => trunk.attributes?.["half_login"] !== undefined,
    run: ({ trunk }) => [
      fail("Half a login switches the login off.", {
        evidence: `It has ${trunk.attributes?.["half_login"]}; LiveKit then asks for none.`,
        remedy: "Write user name and password together.",
        repair: [{ tool: "livekit_update_inbound_trunk", arguments: { trunk_id: trunk.trunk_id, auth_username: ASK } }],
      }),
    ],
  }),
  defineCheck({
    id: "livekit.hosts",
    calls: "in",
    appliesTo: ({ trunk }) => listOf(trunk, "allowed_hosts").length > 0,
    run: ({ trunk }) => [
      fail("Entries of allowed_addresses keep nobody out.", {
        evidence: `${someOf(listOf(trunk, "allowed_hosts").map((host) => quoteText(host)))}: a name is compared with what the caller writes into From, and what cannot be read is dropped.`,
        remedy: "Write addresses or ranges only.",
        // Without a login and an address that counts, an empty list would let everybody in: then the carrier's addresses come first.
        repair: isOpen(trunk) ? [] : [changeIn(trunk, { allowed_addresses: (trunk.whitelisted_ips ?? []).map(cidr) })],
      }),
    ],
  }),
  defineCheck({
    id: "livekit.allow_list",
    calls: "in",
    appliesTo: ({ trunk }) =>
      isIn({ trunk }) && /\.livekit\.cloud$/.test(trunk.domain_name ?? "") && (trunk.whitelisted_ips ?? []).length > 0,
    run: ({ trunk: { credentials = [] } }) => [
      manual("On LiveKit's Cloud a list of addresses counts only once its support has switched it on.", {
        evidence: credentials.length > 0 ? "The trunk asks for a login too." : "The trunk asks for no login.",
        remedy: "Ask LiveKit's support whether it is on for this project; until then take it for open, or for closed to everybody.",
      }),
    ],
  }),
  defineCheck({
    id: "livekit.password_shown",
    appliesTo: ({ trunk }) => showsPassword(trunk),
    run: ({ trunk }) => [
      fail("The trunk's password stands where everybody reads it who reads the trunk.", {
        evidence: "It is in metadata, or in a header.",
        remedy: "Take it out there, and give both ends a new login: connect_trunk makes one where the old one was taken off.",
        repair: [{ ...changeIn(trunk, { metadata: "none" }), tool: `livekit_update_${String(trunk.attributes?.["direction"])}_trunk` }],
      }),
    ],
  }),
  defineCheck({
    id: "livekit.rule",
    calls: "in",
    appliesTo: isIn,
    run: ({ trunk }) => ruleVerdicts(trunk),
  }),
  defineCheck({
    id: "livekit.transport",
    calls: "out",
    finds: "gateway",
    appliesTo: (facts) => isOut(facts) && !facts.connection,
    run: ({ trunk: { trunk_id, attributes = {} } }) =>
      orPass(
        [
          attributes["transport"] === "auto"
            ? warn("The transport is left to chance.", {
                evidence: "transport is auto: LiveKit then says none in its requests, and once ignored the port with it.",
                remedy: "Write the transport that the carrier takes.",
                repair: [{ tool: "livekit_update_outbound_trunk", arguments: { trunk_id, transport: ASK } }],
              })
            : undefined,
        ],
        "",
      ),
  }),
  defineCheck({
    id: "livekit.srtp",
    calls: "out",
    appliesTo: isOut,
    run: ({ trunk: { attributes = {} } }) =>
      orPass(
        [
          attributes["media_encryption"] === "require" && attributes["transport"] !== "tls"
            ? warn("The keys of the encrypted sound go in the open.", {
                evidence: `media_encryption is require, and transport ${String(attributes["transport"])}.`,
                remedy: "Use tls with it, or disable both.",
              })
            : undefined,
        ],
        "",
      ),
  }),
  defineCheck({
    id: "livekit.region",
    calls: "in",
    appliesTo: ({ trunk, connection }) =>
      !connection && isIn({ trunk }) && /^[^.]+\.sip\.livekit\.cloud$/.test(trunk.domain_name ?? "") && hasIndianNumber(trunk),
    run: ({ trunk: { domain_name = "" } }) => [
      warn("Calls to Indian numbers have to stay in India, and the SIP host names no region.", {
        evidence: `The host is ${quoteText(domain_name)}.`,
        remedy: `At the carrier, use ${quoteText(domain_name.replace(".sip.", ".india.sip."))} as the destination.`,
      }),
    ],
  }),
];

function changeIn({ trunk_id }: TrunkDetail, fields: Record<string, unknown>): Repair {
  return { tool: "livekit_update_inbound_trunk", arguments: { trunk_id, ...fields } };
}

/** The view has put a mark in the password's place. */
function showsPassword({ attributes = {} }: TrunkDetail): boolean {
  return [attributes["metadata"], attributes["headers"]].flat().some((text) => String(text ?? "").includes("[secret]"));
}

function hasIndianNumber({ phone_numbers = [] }: TrunkDetail): boolean {
  return phone_numbers.some(({ phone_number }) => phone_number.startsWith("+91"));
}

function ruleVerdicts(trunk: TrunkDetail) {
  const rules = listOf(trunk, "dispatch_rules");
  const own = rules.filter((text) => !text.includes(" (every trunk): "));
  const nameless = rules.filter((text) => text.includes("no named agent"));
  if (rules.length === 0) {
    return [
      fail("No dispatch rule leads its calls anywhere: they are refused.", {
        remedy: "Create a rule that names this trunk and the agent.",
        repair: [newRule(trunk)],
      }),
    ];
  }
  return orPass(
    [
      own.length === 0
        ? warn("Only a rule for every trunk takes its calls.", {
            evidence: `${someOf(rules)}. Such a rule also takes calls that matched no trunk.`,
            remedy: "Create a rule that names this trunk.",
            repair: [newRule(trunk)],
          })
        : undefined,
      nameless.length > 0
        ? warn("A dispatch rule names no agent.", {
            evidence: `${someOf(nameless)}. Only an agent that registers without a name joins.`,
            remedy: "Name the agent as its worker registers it, in the same spelling.",
            repair: nameless.map((text) => changeRule(text, { agents: [{ agent_name: ASK }] })),
          })
        : undefined,
      ...own.map(filterVerdict),
    ],
    `leads to ${someOf(own.map((text) => text.split(" ")[0] ?? ""))}`,
  );
}

function newRule({ trunk_id, trunk_name }: TrunkDetail): Repair {
  const where = { name: trunk_name, trunk_ids: [trunk_id], rule_type: "individual", room_prefix: "call" };
  return { tool: "livekit_create_dispatch_rule", arguments: { ...where, agents: [{ agent_name: ASK }] } };
}

function changeRule(text: string, fields: Record<string, unknown>): Repair {
  return { tool: "livekit_update_dispatch_rule", arguments: { dispatch_rule_id: text.split(" ")[0], ...fields } };
}

/** A trunk's numbers are compared loosely, and those of its rule letter by letter. */
function filterVerdict(text: string) {
  const lists = { numbers: filterOf(text, "calls to"), inbound_numbers: filterOf(text, "calls from") };
  const wrong = Object.entries(lists).filter(([, list]) => list.some((number) => !E164.test(number)));
  if (wrong.length === 0) return undefined;
  const meant = (number: string) => [normalNumber(number)].find((one) => E164.test(one)) ?? ASK;
  return fail("A dispatch rule has numbers in a form that no call matches.", {
    evidence: `${text}. They are compared letter by letter with + and country code.`,
    remedy: "Write them in E.164, or leave them out: the trunk has the numbers.",
    repair: [changeRule(text, Object.fromEntries(wrong.map(([field, list]) => [field, list.map(meant)])))],
  });
}

const E164 = /^\+[1-9]\d{5,14}$/;

function filterOf(text: string, word: string): string[] {
  const [, list = ""] = new RegExp(`, ${word} ("[^"]*"(?:, "[^"]*")*) only`).exec(text) ?? [];
  return [...list.matchAll(/"([^"]*)"/g)].map(([, number = ""]) => number);
}

export const livekitDiagnosis: CarrierDiagnosis<LiveKitClient> = {
  checks,
  repairs: {},
  // An inbound trunk may take every number.
  needsNumbers: false,
  admission: () => ({ by: "none", logins: [] }),
  placesCalls: true,
  keyRefused: "For LiveKit check that key and secret are of the project that LIVEKIT_URL names.",
  hosts: ({ domain_name, attributes = {} }) => {
    if (domain_name === undefined) return [];
    if (attributes["direction"] === "inbound") return [`${domain_name}:5061;transport=tls`, `${domain_name}:5060;transport=tcp`];
    return [destinationOf(String(attributes["address"]), String(attributes["transport"]))];
  },
};
