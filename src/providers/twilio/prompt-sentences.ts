import type { CarrierPromptSentences } from "../../core/carrier/prompt-sentences.ts";

export const twilioPromptSentences: CarrierPromptSentences = {
  afterRemoval:
    "The numbers stay in the account and go on being charged; a number asks its web address again, if it has one. Lists of addresses and logins stay too: tell the person to delete those that nobody needs.",
  security:
    "Twilio: an IP list and logins on one trunk are both asked for; a trunk with logins only takes calls from any address. Geo permissions hold for the whole account. transfer_mode enable-all lets a caller dial at your cost, and no trunk has a spending limit.",
  setup: {
    outbound: () => [
      "A trunk takes calls only once it has a domain_name and a list: plan_trunk asks for the name, which ends in .pstn.twilio.com and is nobody else's. Addresses and logins on one trunk are both asked for, so plan one of the two.",
      "Geo permissions of the account decide which countries may be called; no call of this API changes them, so tell the person to look in Twilio's console before the first call abroad.",
    ],
    inbound: () => [
      "A number that is put on the trunk loses its web addresses, and the person is asked where it has any. Several destinations are tried by priority, the lowest first; weight spreads calls among equals.",
      "The PBX lets in Twilio's signalling addresses and the media range: find_gateway and trunkline://guides/inbound have them.",
    ],
    voice_ai: () => [
      "The bot's platform places calls with a login or from its own addresses; as the destination plan the host that the platform names, with transport=tls where it takes it.",
    ],
  },
  causes: {
    "401": ["A login is asked for as soon as the trunk has a credential list, from allowed addresses too."],
    "403": [
      "The address is in none of the trunk's IP lists, though the login is right: both must hold. Or geo permissions do not allow the country.",
    ],
    "404": ["The host of the request URI must be the trunk's domain: a trunk without domain_name takes no calls."],
    wrong_caller_id: ["From must be a number of the account, or a verified one, in E.164 with its plus sign."],
    no_inbound: [
      "A number on a trunk without an enabled origination URL reaches nobody; its web address is not asked while it is on a trunk.",
    ],
    no_audio: ["With secure on, media are SRTP with SDES. Media come from 168.86.128.0/18, UDP 10000 to 60000."],
  },
};
