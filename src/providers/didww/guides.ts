import type { CarrierGuides } from "../../core/carrier/guides.ts";

/** This carrier in each guide, as lines of Markdown. Sources are in brackets. */
export const didwwGuides: CarrierGuides = {
  outbound: [
    "## DIDWW",
    "",
    "1. `didww_create_voice_out_trunk` with the addresses from which you send. By default a call needs both the trunk's login and one of these addresses [DIDWW, authentication and security].",
    "2. `on_cli_mismatch_action` decides about calls whose caller id is not a number of yours: `reject_call` refuses them, `send_original_cli` lets them through unchanged.",
    "3. `dst_prefixes` are exceptions to `default_dst_action`: with `reject_all` they are the only allowed prefixes, with `allow_all` the only refused ones. The 2021 documents call them allowed prefixes in either case [DIDWW, API 2021-12-15 against the later versions].",
    "4. `threshold_amount` bounds what the trunk may spend in 24 hours. Set it: a stolen login spends quickly.",
    "5. The login is made by DIDWW and is not shown; a person sees it with `secret_command`. `didww_regenerate_credentials` makes another, and the old one stops working.",
  ],
  inbound: [
    "## DIDWW",
    "",
    "1. `didww_create_voice_in_trunk` with your server's host, port and transport (udp, tcp, tls). Several numbers may go to one trunk; the trunk by itself moves nothing [DIDWW, API v3].",
    "2. `didww_route_did` sends a number's calls there, at once. A number goes to one trunk or one group. `didww_list_dids` shows where each goes now; one that is blocked, or waits for its registration, does not ring however it is routed.",
    "3. `username` is the user of the Request-URI: `{DID}` is the called number without a plus sign, `+{DID}` the same with one. `cli_format` e164 with `cli_prefix` + writes the caller in E.164.",
    "4. Let your server take calls from all of DIDWW's inbound addresses, because any may bring one: 46.19.209.14, 46.19.210.14, 46.19.212.14, 46.19.213.14, 46.19.214.14, 46.19.215.14 and 185.238.173.14 [DIDWW, SIP connectivity reference]. Or have it ask for a login: `auth_user` and `auth_password`.",
    "5. A PBX without a public name registers at sip.didww.com with a login that DIDWW makes: `enabled_sip_registration`, and no host. This is there since API 2026-04-16.",
    "6. Keep codec 6 (telephone events) in `codec_ids`: without it no key that a caller presses arrives. Leave `resolve_ruri` off for hosts that are chosen by name.",
  ],
  "voice-ai": [
    "## DIDWW",
    "",
    "The platform's SIP host is the trunk's host, by name, over TLS on 5061 with `media_encryption_mode` srtp_sdes, or over TCP on 5060 without. Platforms compare numbers with their plus sign: `username` +{DID}, `cli_prefix` +. Give the trunk the login that the platform's own trunk asks for [DIDWW, API v3; didww/ai, September 2026].",
  ],
  "error-codes": [
    "## DIDWW",
    "",
    "422 names the field in `source.pointer`. Code 100 is validation, 102 a filter that is not allowed, 106 a parameter that is missing. 403 can mean that the account has no outbound plan [DIDWW, API v3]. Trunks for calls in and their groups share one space of names: a taken one is 422.",
  ],
  limits: [
    "## DIDWW",
    "",
    "- API: 10 calls a second for a key [API v3 documents].",
    "- Telephone: `capacity_limit` bounds calls at the same time, 0 to 32767; from 1 in the newest version. `threshold_amount` bounds what is spent in 24 hours, 0.0 to 100000.0, as text.",
    "- `allowed_sip_ips`: 60 in the 2021 documents, 15 in the Postman collections.",
    "- `allowed_rtp_ips`: 60 in the 2021 documents, 10 in the Postman collections.",
    "",
    "[API 2021-12-15 to 2026-04-16]",
  ],
  "pbx-settings": [
    "## DIDWW: outbound",
    "",
    "| Setting | Value |",
    "| --- | --- |",
    "| Hosts | `nyc.us.out.didww.com`, `lac.us.out.didww.com`, `mia.us.out.didww.com`, `fra.eu.out.didww.com`, `ams.eu.out.didww.com`, `sg.out.didww.com`, `hk.out.didww.com` |",
    "| Ports | 5060 UDP and TCP, 5061 TLS |",
    "| Realm | `out.didww.com` on every host; another realm means another host |",
    "| Login | the trunk's, together with an allowed address |",
    "",
    "[DIDWW, outbound SIP information, and voice.json of 2026-09-16]",
  ],
};
