import type { CarrierPromptSentences } from "../../core/carrier/prompt-sentences.ts";

export const exotelPromptSentences: CarrierPromptSentences = {
  afterRemoval: "The numbers stay in the account, and so does a Flow in the console that dials the trunk: tell the person to detach it.",
  security:
    "Exotel: a trunk with both logins and whitelisted IPs; the carrier's documents disagree whether one or both are then asked for. Name trunks without numbers or with destinations over tcp, which carry calls unencrypted.",
  setup: {
    outbound: () => [
      'The number becomes the caller id. Outbound needs a static address, a host name does not do; only if the PBX has none, plan "credentials": ["<login>"] instead of "ips": its password is generated outside this conversation.',
      "The carrier's documents name two sets of hosts and ports, so promise neither: the exported files name one, and find_gateway says which answer from here.",
    ],
    inbound: () => [
      "The number is what callers dial. TLS on 5061 is recommended, TCP on 5060 is for older systems, UDP is not taken. A destination that is an IP address is whitelisted first: the plan does that, since the carrier refuses one that is not.",
      "No API covers the last step; tell the person: in Exotel's App Bazaar make a Flow whose Connect applet dials sip:<trunk_sid> (the bare sid, no host), and attach the number to that Flow.",
    ],
    voice_ai: (trunk) => [
      "Mode flow sends the number's calls to the bot; a number that is live in mode pstn is switched, and a person approves that. StreamKit needs a static address; a host name does not do.",
      `exotel_get_credentials {"trunk_sid": ${trunk}}. Passwords are not shown; the person sees one with secret_command.`,
      "No API covers this; tell the person: every INVITE needs the header X-Exotel-AccountSid with the account SID, and the bot itself is connected in Exotel's console.",
    ],
  },
  causes: {
    "401": ["The region's host may be the wrong one (EXOTEL_REGION)."],
    "403": ["X-Exotel-ErrorCode 4001 stands for any of these: check them in this order."],
    wrong_caller_id: ["An alias that is not mapped to the trunk refuses calls with 403; without one the mapped number in From is shown."],
    no_inbound: [
      "No API shows it: the number must be attached to a Flow whose Connect applet dials sip:<trunk_sid>. Ask the person to look.",
    ],
    no_audio: ["Media need UDP 10000 to 40000; TLS goes with SRTP and TCP with RTP."],
  },
};
