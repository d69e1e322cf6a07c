import type { CarrierGuides } from "../../core/carrier/guides.ts";

/** This carrier in each guide, as lines of Markdown. Sources are in brackets. */
export const telnyxGuides: CarrierGuides = {
  outbound: [
    "## Telnyx",
    "",
    "A trunk is a connection, and an outbound voice profile that says where calls may go and for how much. Without a profile every call is refused with 403 [Telnyx knowledge base, SIP response codes, April 2026].",
    "",
    "1. `telnyx_create_outbound_voice_profile`. Telnyx makes one without limits; this tool sets 100 US dollars a day and 10 calls at once. Countries are US and CA by default [Telnyx, OpenAPI, July 2026]. A plan makes it with its connection, from `options.countries` and `options.daily_limit`.",
    "2. `telnyx_create_connection` with that profile: `ip` for a static address, `credential` for a PBX that registers.",
    "3. For `ip`, `telnyx_add_address`: one address a row, no ranges. Calls in go there too.",
    "4. `telnyx_assign_phone_number`. Calls out show a number of the account.",
  ],
  inbound: [
    "## Telnyx",
    "",
    "1. `telnyx_create_connection` of type `fqdn` for a host name, `ip` for addresses, `credential` for a PBX that registers.",
    "2. `telnyx_add_address`: a host name with a port is looked up as an address, without one by its SRV records [Telnyx, OpenAPI, July 2026].",
    "3. `telnyx_assign_phone_number`.",
    "4. Numbers come without a plus by default: set `ani_number_format` to `+E.164` and `dnis_number_format` to `+e164` where your routes expect one. `sip_region` is US by default.",
  ],
  "voice-ai": [
    "## Telnyx",
    "",
    "A voice platform is a connection of type `fqdn`: its SIP host as the address, the bot's number on it. For calls out give it a login with `telnyx_set_login`, and an outbound voice profile.",
  ],
  "error-codes": [
    "## Telnyx",
    "",
    "10009 is a wrong key, 10010 a key without the permission, 10038 and 10039 a feature that the account's level does not have, 20012 an account that may be out of funds, 10015 a value that is refused (its field is in `source.pointer`), 10017 a profile or connection that does not exist [Telnyx, OpenAPI and error pages]. Codes are used twice over Telnyx's products: the status decides.",
    "",
    "In SIP answers: D1 to D3 are call limits of the account, the profile and the connection, D7 and D38 a missing profile, D18 an inactive connection, D24 a rate above the profile's, D35, D36 and D51 the caller id [Telnyx knowledge base, April 2026].",
  ],
  limits: [
    "## Telnyx",
    "",
    "- API: no rate is published for each endpoint. This server makes 20 calls a second, and waits as `x-ratelimit-reset` says.",
    "- Telephone: 20 new calls a second for each address or user [sip.telnyx.com]. A new account has 2 calls at once, 10 after level 2; a trial has one profile [Telnyx, account pages].",
    "- A profile: `daily_spend_limit`, reset at 00:00 UTC, `concurrent_call_limit` and `max_destination_rate`. A connection: a channel limit in each direction.",
  ],
  "pbx-settings": [
    "## Telnyx",
    "",
    "| Setting | Value |",
    "| --- | --- |",
    "| Hosts | `sip.telnyx.com` (US), `sip.telnyx.eu`, `sip.telnyx.com.au`, `sip.telnyx.ca` |",
    "| Ports | 5060 UDP and TCP, 5061 TLS |",
    "| Login | of a credential connection, or of a host name connection that has one; an IP connection needs none |",
    "| Media | UDP 16384 to 32768; other documents say 20000 to 60000 |",
    "",
    "[sip.telnyx.com; Telnyx knowledge base, April 2026]",
  ],
};
