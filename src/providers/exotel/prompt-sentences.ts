import type { CarrierPromptSentences } from "../../core/carrier/prompt-sentences.ts";

export const exotelPromptSentences: CarrierPromptSentences = {
  afterRemoval: "The numbers stay in the account, and so does a Flow in the console that dials the trunk: tell the person to detach it.",
  security:
    "Exotel: a trunk with both logins and whitelisted IPs; the carrier's documents disagree whether one or both are then asked for. Name trunks without numbers or with destinations over tcp, which carry calls unencrypted.",
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
