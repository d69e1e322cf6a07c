import type { CarrierPromptSentences } from "../../core/carrier/prompt-sentences.ts";

export const livekitPromptSentences: CarrierPromptSentences = {
  afterRemoval:
    "The dispatch rules stay and serve nobody: livekit_list_dispatch_rules shows them, livekit_delete_dispatch_rule removes them. The carrier still sends its calls; tell the person to take the number off there first.",
  security:
    "LiveKit: an inbound trunk without login and without addresses lets in whoever knows its SIP host and a number, and a rule for every trunk also takes calls that matched none.",
  causes: {
    "401": [
      "LiveKit asks for a login only where the trunk has user name and password; the carrier must answer the challenge in realm LiveKit.",
    ],
    "403": ["A project that is bound to regions refuses calls that reach another one: the destination needs the region in its name."],
    "404": [
      "Calls to LiveKit: the SIP host is that of another project, the called number is on no inbound trunk as the carrier writes it into To, or no dispatch rule serves the trunk.",
    ],
    wrong_caller_id: ["LiveKit writes a number of the outbound trunk into From, never the login; * lets each call choose."],
    no_inbound: ["LiveKit compares the user of To, not the Request-URI: a number without + and country code matches no trunk."],
    no_audio: ["The agent joins only where the rule names it, in the same spelling, and a worker has registered that name."],
  },
};
