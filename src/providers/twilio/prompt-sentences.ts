import type { CarrierPromptSentences } from "../../core/carrier/prompt-sentences.ts";

export const twilioPromptSentences: CarrierPromptSentences = {
  afterRemoval:
    "The numbers stay in the account and go on being charged; a number asks its web address again, if it has one. Lists of addresses and logins stay too: tell the person to delete those that nobody needs.",
  security:
    "Twilio: an IP list and logins on one trunk are both asked for; a trunk with logins only takes calls from any address. Geo permissions hold for the whole account. transfer_mode enable-all lets a caller dial at your cost, and no trunk has a spending limit.",
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
