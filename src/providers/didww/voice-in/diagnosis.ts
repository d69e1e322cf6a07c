import { isIP } from "node:net";
import { ASK, type CheckFacts, defineCheck, type Repair } from "../../../core/carrier/diagnosis.ts";
import type { TrunkDetail } from "../../../core/carrier/trunk.ts";
import { fail, manual, orPass, warn } from "../../../core/carrier/verdict.ts";
import { counted, quoteText, someOf } from "../../../core/text.ts";
import { KEYS_CODEC } from "./input-rules.ts";
import { isInbound } from "./view.ts";

const isIn = ({ trunk }: CheckFacts) => isInbound(trunk);
const isSip = ({ trunk }: CheckFacts) => isInbound(trunk) && trunk.attributes?.["kind"] === "sip";

export function changeIn({ trunk_id }: TrunkDetail, fields: Record<string, unknown>): Repair {
  return { tool: "didww_update_voice_in_trunk", arguments: { trunk_id, ...fields } };
}

function listOf({ attributes = {} }: TrunkDetail, name: string): string[] {
  const value = attributes[name];
  return Array.isArray(value) ? value : [];
}

/** A host that many customers share is chosen by its name, and by the login. */
const SHARED_HOSTS = /\.sip\.livekit\.cloud$/i;

export const inboundChecks = [
  defineCheck({
    id: "didww.in_numbers",
    calls: "in",
    appliesTo: isIn,
    run: ({ trunk, number = ASK }) => {
      const silent = listOf(trunk, "silent_numbers");
      return orPass(
        [
          trunk.phone_numbers?.length === 0
            ? fail("No number's calls go to this trunk.", {
                evidence: "No DID is routed to it, and none to its group.",
                remedy: "Route one of the account's numbers; didww_list_dids shows them.",
                repair: [{ tool: "didww_route_did", arguments: { phone_number: number, trunk_id: trunk.trunk_id } }],
              })
            : undefined,
          silent.length > 0
            ? fail(`${counted(silent.length, "number")} cannot ring, however well routed.`, {
                evidence: `${someOf(silent, { between: "; " })}.`,
                remedy: "Finish the number's registration, or ask DIDWW's support why it is blocked.",
              })
            : undefined,
        ],
        "",
      );
    },
  }),
  defineCheck({
    id: "didww.in_way",
    calls: "in",
    appliesTo: isSip,
    run: ({ trunk }) => {
      const { host, port, resolve_ruri, media_encryption_mode: media, transport } = trunk.attributes ?? {};
      const named = typeof host === "string" && isIP(host) === 0;
      return orPass(
        [
          resolve_ruri === true && named
            ? fail("The host's name is replaced by its address in every call.", {
                evidence: `resolve_ruri is true, and the host is ${quoteText(String(host), 120)}.`,
                remedy: "Leave the name: a host that serves many customers finds yours by it.",
                repair: [changeIn(trunk, { resolve_ruri: false })],
              })
            : undefined,
          media === "srtp_sdes" && transport !== "tls"
            ? fail("The keys of encrypted media travel in the open.", {
                evidence: `media_encryption_mode is srtp_sdes, and the transport is ${String(transport)}.`,
                remedy: "Send the calls over TLS, at the port on which the host takes it.",
                repair: [changeIn(trunk, { transport: "tls", port: 5061 })],
              })
            : undefined,
          typeof host === "string" && port == null
            ? manual("Without a port DIDWW follows the host's SRV records, and then 5060.", {
                remedy: `Look both up for ${quoteText(host, 120)}, or set the port.`,
                repair: [changeIn(trunk, { port: transport === "tls" ? 5061 : 5060 })],
              })
            : undefined,
        ],
        "",
      );
    },
  }),
  defineCheck({
    id: "didww.in_call",
    calls: "in",
    appliesTo: isSip,
    run: ({ trunk }) => {
      const codecs = listOf(trunk, "codec_ids");
      const { cli_format: format, weight, voice_in_trunk_group_id: group } = trunk.attributes ?? {};
      return orPass(
        [
          codecs.length > 0 && !codecs.includes(String(KEYS_CODEC))
            ? warn("No key that a caller presses arrives.", {
                evidence: `codec_ids is ${codecs.join(", ")}, without ${KEYS_CODEC} (telephone-event, RFC 2833).`,
                remedy: `Add ${KEYS_CODEC}.`,
                repair: [changeIn(trunk, { codec_ids: [...codecs.map(Number), KEYS_CODEC] })],
              })
            : undefined,
          format === "raw"
            ? warn("The caller's number arrives as the caller's network wrote it.", {
                evidence: "cli_format is raw.",
                remedy: "With e164 it has its country code, which most receivers want.",
                repair: [changeIn(trunk, { cli_format: "e164" })],
              })
            : undefined,
          group !== undefined && weight === 0
            ? warn("The trunk gets no share of its group's calls.", {
                evidence: "weight is 0: among trunks of the same priority it comes last.",
                remedy: "Give it a weight, unless it is meant to stand by.",
                repair: [changeIn(trunk, { weight: ASK })],
              })
            : undefined,
        ],
        "",
      );
    },
  }),
  defineCheck({
    id: "didww.in_shared_host",
    calls: "in",
    appliesTo: (facts) => isSip(facts) && SHARED_HOSTS.test(String(facts.trunk.attributes?.["host"] ?? "")),
    run: ({ trunk, connection }) => {
      const { username, media_encryption_mode: media } = trunk.attributes ?? {};
      return orPass(
        [
          // The host's own trunk, if it is known, is compared with this login elsewhere.
          trunk.auth_type === "credentials" || connection
            ? undefined
            : warn("The host asks for a login, and the trunk has none.", {
                evidence: "auth_user is not set; without a login the host must let in seven addresses of DIDWW.",
                remedy: "Set the login that the host's own trunk has.",
                repair: [changeIn(trunk, { auth_user: ASK, auth_password: "ask" })],
              }),
          typeof username === "string" && !username.startsWith("+")
            ? warn("The called number arrives without its plus sign.", {
                evidence: `username is ${quoteText(username, 60)}; the host compares numbers exactly, and has them with a plus.`,
                remedy: "Put the plus before it.",
                repair: [changeIn(trunk, { username: "+{DID}" })],
              })
            : undefined,
          media === "srtp_dtls" || media === "zrtp"
            ? fail("The host does not take this kind of encryption.", {
                evidence: `media_encryption_mode is ${media}; the host speaks SDES.`,
                remedy: "Use srtp_sdes, with transport tls.",
                repair: [changeIn(trunk, { media_encryption_mode: "srtp_sdes", transport: "tls" })],
              })
            : undefined,
        ],
        "",
      );
    },
  }),
];
