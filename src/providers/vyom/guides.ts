import type { CarrierGuides } from "../../core/carrier/guides.ts";

/** This carrier in each guide, as lines of Markdown. Sources are in brackets. */
export const vyomGuides: CarrierGuides = {
  outbound: [
    "## Vyom (LiveKit)",
    "",
    "`vyom_create_outbound_trunk` makes a trunk for outbound calls of LiveKit agents.",
    "",
    "- `twilio`: `address` is the Twilio SIP domain without `sip:`, `numbers` are E.164, `username` is the account SID, `password` the auth token [Vyom, create outbound trunk]. The service then makes a trunk in LiveKit.",
    "- `exotel`: only `exotel_number` is needed. The service keeps a record and its own bridge dials `pstn.in1.exotel.com:5070`, unless `sip_host`, `sip_port` or `sip_domain` say otherwise [Vyom, source of the service, August 2026]. Nothing is made at Exotel: the number has to be able to place calls there already.",
    "- `passthrough_mode` is for calls that a person makes, without an AI agent. It is fixed at creation, and so is everything else: there is no update. Replace a wrong trunk by a new one, then `vyom_deactivate_trunk`.",
    "- Names are not unique, and the list shows no configuration. This server remembers the trunks that it created, and marks them with `remembered`.",
  ],
  inbound: [
    "## Vyom (LiveKit)",
    "",
    "Vyom has no inbound trunk: a number is assigned to an assistant, by an API of its own that this server does not cover [Vyom, inbound]. `list_trunks` shows outbound trunks of Vyom only.",
  ],
  "voice-ai": [
    "## Vyom (LiveKit)",
    "",
    "`vyom_create_outbound_trunk` gives LiveKit agents a way out, over Twilio or over an Exotel number. A trunk with `passthrough_mode` is for people and cannot be used by agents, and the other way round; it is fixed at creation [Vyom, create outbound trunk]. The assistant and the call itself belong to Vyom's own API.",
  ],
  "error-codes": [
    "## Vyom",
    "",
    'Bad input is 400 in the documents and 422 from the service. 401: VYOM_API_KEY is wrong or switched off. 404: no such trunk of this key\'s user. 400 "already deactivated": nothing to do. 500 while creating a Twilio trunk: LiveKit refused it, or a trunk was left in LiveKit without a record [Vyom, source of the service, August 2026].',
  ],
  limits: [
    "## Vyom (LiveKit)",
    "",
    "- API: no limit is documented; this server keeps to 10 calls a second.",
    "- Telephone: Twilio takes 30 calls a second between one source and one destination [Twilio, SIP trunking].",
    "- Trunk name: 100 characters, not unique. `exotel_number`: 20 characters. `address`, `username`, `password`: 100 characters each.",
    "- There is no call for one trunk, none to change one, and none to switch one on again.",
    "",
    "[create outbound trunk, and the source of the service, August 2026]",
  ],
  "pbx-settings": [
    "## Twilio behind Vyom",
    "",
    "The host is `<name>.pstn.twilio.com`, and the request has to name it: Twilio drops calls that name a bare address. Numbers begin with a plus sign. Media comes from 168.86.128.0/18, UDP 10000 to 60000 [Twilio, SIP trunking]. LiveKit is the PBX here: `vyom_create_outbound_trunk` takes these settings, and there is nothing else to configure.",
  ],
};
