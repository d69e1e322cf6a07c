import type { CarrierPromptSentences } from "../../core/carrier/prompt-sentences.ts";

export const telnyxPromptSentences: CarrierPromptSentences = {
  afterRemoval:
    "The numbers stay in the account and go on being charged, and the outbound voice profile stays too: other connections may use it.",
  security:
    "Telnyx: an outbound voice profile without daily_spend_limit or concurrent_call_limit (null is no limit), countries that nobody calls in whitelisted_destinations, sip_subdomain_receive_settings from_anyone, sip_uri_calling_preference unrestricted.",
  setup: {
    outbound: () => [
      "Calls go out only over a connection that has an outbound voice profile: the plan names one, or makes one with a daily limit, a limit of calls at once and the countries that it may call. More than that is asked of the person.",
      "The kind of connection decides the rest: addresses for a PBX with static ones, a login for one that registers. Both do not go on one connection.",
    ],
    inbound: () => [
      "Numbers come as +E.164 where the plan makes the connection; an older one sends them without a plus, which check_trunk finds.",
      "The firewall admits the addresses of the connection's sip_region: find_gateway has them.",
    ],
    voice_ai: () => [
      "The bot's platform is an FQDN connection for calls in, and a login for calls out: plan the host that the platform names as the destination.",
    ],
  },
  causes: {
    "403": [
      "The connection has no outbound voice profile (D7, D38), or the profile is disabled, has spent its day or does not allow the country.",
      "The caller id is no number of the account: Telnyx reads P-Asserted-Identity and Remote-Party-ID before From (D35, D36, D51).",
    ],
    wrong_caller_id: ["ani_override of the connection, shown as its alias, replaces what the PBX sends."],
    no_inbound: [
      "ani_number_format and dnis_number_format: a new connection sends numbers without a plus, which a route on +E.164 does not match.",
      "sip_region says from which of Telnyx's regions calls come: the firewall must admit that one.",
    ],
    no_audio: ["encrypted_media of the connection decides whether media are encrypted, whatever the transport."],
  },
};
