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
    "This server makes DIDWW's outbound trunks only. For inbound calls use DIDWW's panel: an inbound SIP trunk that points at your server, and the number assigned to it. Let your server take calls from all of DIDWW's inbound addresses: 46.19.209.14, 46.19.210.14, 46.19.212.14, 46.19.213.14, 46.19.214.14, 46.19.215.14 and 185.238.173.14 [DIDWW, SIP connectivity reference].",
  ],
  "error-codes": [
    "## DIDWW",
    "",
    "422 names the field in `source.pointer`. Code 100 is validation, 102 a filter that is not allowed, 106 a parameter that is missing. 403 can mean that the account has no outbound plan [DIDWW, API v3].",
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
